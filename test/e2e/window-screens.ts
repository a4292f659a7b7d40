import type { Page } from 'playwright-core';
import { mini, steps, type Screen } from './screen-acts.ts';

const findField = (page: Page) => page.getByRole('combobox', { name: 'Find anyone, or do anything' });
const find = (typed: string) =>
  steps(
    (page) => page.keyboard.press('Control+k'),
    (page) => findField(page).fill(typed),
  );
const inCall = (page: Page) =>
  page.evaluate(() => void window.fixture.backend.call('wren', { phase: 'active', activeSinceMs: Date.now(), quality: 'clear' }));

/** Screens of the window itself: its palette, its panes, its notices. */
export const windowScreens: readonly Screen[] = [
  { name: 'palette', act: find('') },
  { name: 'palette-on-call', act: steps(inCall, find('')) },
  { name: 'palette-found', act: find('ot') },
  { name: 'palette-commands', act: find('set') },
  { name: 'palette-long', act: find('b') },
  { name: 'palette-nobody', act: find('zzyzx') },
  { name: 'mini-palette', ...mini, act: find('r') },
  { name: 'rtl-palette', query: { dir: 'rtl' }, act: find('') },
  { name: 'text-200-palette', query: { scale: '200' }, act: find('ot') },
];

import type { Page } from 'playwright-core';
import { keyOf } from './fixtures/page/cast.ts';
import { mini, settings, steps, tap, type Screen } from './screen-acts.ts';

const findField = (page: Page) => page.getByRole('combobox', { name: 'Find anyone, or do anything' });
const find = (typed: string) =>
  steps(
    (page) => page.keyboard.press('Control+k'),
    (page) => findField(page).fill(typed),
  );
const inCall = (page: Page) =>
  page.evaluate(() => void window.fixture.backend.call('wren', { phase: 'active', activeSinceMs: Date.now(), quality: 'clear' }));

const allowed = (permission: 'ask' | 'denied') => (page: Page) =>
  page.evaluate((to) => {
    window.fixture.backend.system.allowed = to;
  }, permission);
const written = (page: Page) =>
  page.evaluate((key) => window.fixture.backend.hear(key, 'Bring the long ladder, and somebody who holds it'), keyOf('otter'));
const wide = (sidebarRem: number | null, panelRem: number | null) => (page: Page) =>
  page.evaluate(
    ([side, panel]) => {
      const { backend } = window.fixture;
      backend.settings.set({ ...backend.settings.now, sidebarRem: side, panelRem: panel });
    },
    [sidebarRem, panelRem] as const,
  );
const conversation = (name: string) =>
  steps((page) =>
    page
      .getByRole('button', { name: new RegExp(`^${name}`, 'u') })
      .first()
      .click(),
  );
const toStage = tap('Return to the call');

/** Screens of the window itself: its palette, its panes, its notices. */
/** It is opened from the whole window. */
const miniWindow = {
  width: 372,
  height: 216,
  act: steps(
    (page) => page.setViewportSize({ width: 1180, height: 760 }),
    inCall,
    toStage,
    tap('Mini window'),
    (page) => page.setViewportSize({ width: 372, height: 216 }),
  ),
};

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
  {
    name: 'notice-in-page',
    act: steps(conversation('wren'), written, (page) => page.getByText('otter: Bring the long').waitFor()),
  },
  {
    name: 'mini-notice-in-page',
    ...mini,
    act: steps(conversation('wren'), written, (page) => page.getByText('otter: Bring').waitFor()),
  },
  { name: 'settings-notifications', act: settings('Notifications') },
  { name: 'settings-notifications-ask', act: steps(allowed('ask'), settings('Notifications')) },
  { name: 'settings-notifications-denied', act: steps(allowed('denied'), settings('Notifications')) },
  { name: 'panes-wide', act: steps(wide(26, null), conversation('wren')) },
  { name: 'panes-narrow', act: steps(wide(13.75, null), conversation('marlow')) },
  { name: 'panes-panel-wide', width: 1440, act: steps(wide(null, 36), inCall, toStage, tap('Chat')) },
  { name: 'panes-separator-focus', act: (page) => page.getByRole('separator', { name: 'Width of the list' }).focus() },
  { name: 'mini-home-on-call', ...mini, act: steps(inCall) },
  {
    name: 'mini-window',
    ...miniWindow,
  },
  {
    name: 'rtl-mini-window',
    query: { dir: 'rtl' },
    ...miniWindow,
  },
  { name: 'settings-on-call', act: steps(inCall, settings('Sound')) },
  { name: 'check-on-call', act: steps(inCall, settings('Connection')) },
  { name: 'forced-home', contrast: 'forced', act: steps((page) => page.getByRole('tab', { name: 'People' }).click()) },
  { name: 'forced-conversation', contrast: 'forced', act: conversation('wren') },
  { name: 'forced-palette', contrast: 'forced', act: find('ot') },
  { name: 'forced-in-call', contrast: 'forced', act: steps(inCall, toStage, tap('Chat')) },
  { name: 'forced-settings', contrast: 'forced', act: settings('Notifications') },
  {
    name: 'forced-incoming',
    contrast: 'forced',
    act: steps((page) => page.evaluate(() => void window.fixture.backend.call('marlow', { direction: 'in', phase: 'ringing' }))),
  },
  { name: 'contrast-conversation', contrast: 'more', act: conversation('wren') },
  { name: 'contrast-in-call', contrast: 'more', act: steps(inCall, toStage) },
];

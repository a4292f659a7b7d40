import type { Page } from 'playwright-core';
import { mini, settings, steps, tap, type Screen } from './screen-acts.ts';

const data = settings('Your data');
const passphrase = async (page: Page): Promise<void> => {
  await page.getByLabel('A passphrase for it').fill('three grey geese in a green field');
  await page.getByLabel('The same once more').fill('three grey geese in a green field');
};
const choose = (keepFor: string) => (page: Page) => page.getByRole('button', { name: keepFor, exact: true }).click();
const exporting = steps(
  (page) => page.locator('[data-row]').first().click(),
  (page) => page.getByRole('main').getByRole('button', { name: 'More' }).click(),
  (page) => page.getByRole('menuitem', { name: 'Export conversation' }).click(),
);
const archive = async (page: Page): Promise<void> => {
  await page.locator('input[type=file]').setInputFiles({
    name: 'lilliput juniper 2026-03-04.archive',
    mimeType: 'application/octet-stream',
    buffer: Buffer.alloc(4_000),
  });
  await page.getByLabel('Its passphrase').fill('three grey ducks');
};
const back = steps(tap('I have twelve words'), tap('I have an archive'), archive);

/** What is kept, taken along, and done away with. */
export const dataScreens: readonly Screen[] = [
  { name: 'settings-data', height: 1_100, act: data },
  { name: 'settings-data-mini', ...mini, act: data },
  {
    name: 'settings-data-archive',
    height: 1_100,
    act: steps(data, passphrase, tap('Make an archive'), (page) => page.clock.runFor(1_500)),
  },
  { name: 'settings-data-keep', act: steps(data, choose('30 days')) },
  { name: 'settings-data-clear', act: steps(data, tap('Delete all')) },
  { name: 'settings-data-forget', act: steps(data, tap('Remove')) },
  { name: 'conversation-export', act: steps(exporting, tap('Export'), (page) => page.clock.runFor(500)) },
  { name: 'onboarding-archive', scene: 'none', act: back },
  {
    name: 'onboarding-archive-wrong',
    scene: 'none',
    act: steps(
      back,
      tap('Bring it back'),
      (page) => page.clock.runFor(3_000),
      (page) => page.getByText('does not open this archive').waitFor(),
    ),
  },
  { name: 'onboarding-archive-mini', scene: 'none', ...mini, act: back },
];

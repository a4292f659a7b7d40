import type { Page } from 'playwright-core';
import { mini, settings, steps, tap, type Screen } from './screen-acts.ts';

const find = steps(
  tap('Add someone'),
  (page) => page.getByLabel('Their name on Lilliput').fill('lisboa cello'),
  tap('Find'),
  (page) => page.clock.runFor(800),
  (page) => page.getByText('want to be found by this').waitFor(),
);

const beFound = async (page: Page): Promise<void> => {
  await page.getByRole('switch', { name: 'Let people find me' }).click();
  await page.getByLabel('Up to five words').fill('Lisboa cello português');
  await page.getByRole('button', { name: 'Use these' }).click();
  await page.getByText('People can find you').waitFor();
};

/** Finding people by words, and letting them find us. */
export const findingScreens: readonly Screen[] = [
  { name: 'find-people', act: find },
  { name: 'find-people-mini', ...mini, act: find },
  { name: 'find-me', height: 1_100, act: steps(settings('Privacy'), beFound) },
];

import type { Page } from 'playwright-core';
import { mini, steps, tap, type Screen } from './screen-acts.ts';

const useLink = async (page: Page): Promise<void> => {
  await page.getByLabel('Your friend’s link').fill(`lilliput:wren?key=${'ab'.repeat(32)}&via=203.0.113.7:49737`);
  await page.getByRole('button', { name: 'Use it' }).click();
  await page.getByText('You are in the network').waitFor();
};

/** The first start with a friend's link. */
export const joiningScreens: readonly Screen[] = [
  { name: 'onboarding-invitation', scene: 'none', act: steps(tap('I have an invitation link'), useLink) },
  { name: 'mini-onboarding-invitation', scene: 'none', ...mini, act: steps(tap('I have an invitation link'), useLink) },
];

import type { Page } from 'playwright-core';
import { mini, settings, steps, tap, type Screen } from './screen-acts.ts';

const typeLapsed = steps(
  (page) => page.getByLabel('Your name on Lilliput').fill('sleeper'),
  (page) => page.clock.runFor(800),
  (page) => page.getByText('has been away for half a year').waitFor(),
);

const lookForLapsed = steps(
  tap('Add someone'),
  (page) => page.getByLabel('Their name on Lilliput').fill('sleeper'),
  tap('Find'),
  (page) => page.clock.runFor(800),
  (page) => page.getByText('may soon be somebody else’s').waitFor(),
);

/** Tansy's name is somebody else's by now. */
const openTansy = async (page: Page): Promise<void> => {
  await page.getByRole('tab', { name: 'People' }).click();
  await page
    .getByRole('button', { name: /^tansy/ })
    .first()
    .click();
  await page.getByText('belongs to somebody else by now').waitFor();
};

const onBattery = async (page: Page): Promise<void> => {
  await page.evaluate(() => {
    const { network } = window.fixture.backend;
    network.set({ ...network.now, supernode: false, role: { reason: 'on-battery', vouchers: 0 } });
  });
  await page.getByText('It is on battery').waitFor();
};

/** Names that go over to somebody else, and a computer that does not help. */
export const nameScreens: readonly Screen[] = [
  { name: 'onboarding-lapsed', scene: 'none', act: typeLapsed },
  { name: 'mini-onboarding-lapsed', scene: 'none', ...mini, act: typeLapsed },
  { name: 'add-lapsed', act: lookForLapsed },
  { name: 'conversation-name-taken', act: openTansy },
  { name: 'mini-conversation-name-taken', ...mini, act: openTansy },
  { name: 'settings-helping-battery', act: steps(settings('Helping others'), onBattery) },
];

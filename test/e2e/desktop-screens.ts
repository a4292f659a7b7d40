import type { Page } from 'playwright-core';
import { keyOf } from './fixtures/page/cast.ts';
import { mini, settings, steps, tap, type Screen } from './screen-acts.ts';

const small = { width: 372, height: 216 } as const;
const longName = 'bartholomews-bees-and-honey-club';
const link = `lilliput:otter?key=${keyOf('somebody else')}&via=192.0.2.1:49737`;

const shell =
  (atSignIn: 'on' | 'off' | 'impossible', hasTray: boolean) =>
  (page: Page): Promise<void> =>
    page.evaluate(([state, tray]) => window.fixture.backend.system.shellAct({ kind: 'sign-in', state, hasTray: tray }), [
      atSignIn,
      hasTray,
    ] as const);
const opened = (page: Page): Promise<void> =>
  page.evaluate(
    (text) => window.fixture.backend.system.shellAct({ kind: 'link', opened: { kind: 'invitation', link: text } }),
    link,
  );
const refused = (page: Page): Promise<void> =>
  page.evaluate(() => window.fixture.backend.system.shellAct({ kind: 'link', opened: { kind: 'refused', reason: 'broken' } }));
const moved = (page: Page): Promise<void> =>
  page.evaluate(() => {
    const { account } = window.fixture.backend;
    if (account.now.kind !== 'ready') return;
    account.set({ kind: 'ready', account: { ...account.now.account, movedMs: Date.now() - 26 * 3_600_000 } });
  });
const first = (page: Page) => page.locator('[data-row]').first().click();
const keeping = steps(
  first,
  (page) => page.getByRole('main').getByRole('button', { name: 'More' }).click(),
  (page) => page.getByRole('menuitem', { name: 'How long it is kept' }).click(),
);
const instead = steps(settings('Your data'), tap('Choose an archive…'));

/** What the desktop shows around the window, and what became of an account elsewhere. */
export const desktopScreens: readonly Screen[] = [
  { name: 'incoming-window', ...small, query: { caller: 'marlow' } },
  { name: 'incoming-window-long', ...small, query: { caller: longName } },
  { name: 'incoming-window-text-200', width: 744, height: 432, query: { caller: longName, scale: '200' } },
  { name: 'rtl-incoming-window', ...small, query: { caller: longName, dir: 'rtl' } },
  { name: 'rtl-incoming-window-own', ...small, query: { caller: 'نهر', dir: 'rtl' } },
  { name: 'forced-incoming-window', ...small, contrast: 'forced', query: { caller: 'marlow' } },
  { name: 'opened-link', act: opened },
  { name: 'opened-link-mini', ...mini, act: opened },
  { name: 'opened-link-refused', act: refused },
  { name: 'onboarding-opened-link', scene: 'none', act: opened },
  { name: 'settings-desktop', act: steps(shell('off', true), settings('Notifications')) },
  { name: 'settings-desktop-mini', ...mini, act: steps(shell('on', true), settings('Notifications')) },
  { name: 'settings-desktop-no-tray', act: steps(shell('impossible', false), settings('Notifications')) },
  { name: 'conversation-keep', act: keeping },
  { name: 'conversation-keep-goes', act: steps(keeping, (page) => page.getByLabel('30 days').check()) },
  { name: 'conversation-keep-mini', ...mini, act: steps(keeping, (page) => page.getByLabel('7 days').check()) },
  { name: 'account-moved', act: steps(moved, first) },
  { name: 'account-moved-mini', ...mini, act: steps(moved, first) },
  { name: 'account-moved-back', act: steps(moved, tap('Use it here again')) },
  { name: 'settings-data-instead', height: 900, act: instead },
  { name: 'settings-data-instead-mini', ...mini, act: instead },
  {
    name: 'rtl-long-names',
    query: { dir: 'rtl' },
    act: steps((page) => page.getByRole('tab', { name: 'People' }).click()),
  },
  {
    name: 'rtl-in-call-long-name',
    query: { dir: 'rtl' },
    width: 740,
    act: steps(
      (page) =>
        page.evaluate(
          (name) => void window.fixture.backend.call(name, { phase: 'active', activeSinceMs: Date.now(), quality: 'clear' }),
          longName,
        ),
      tap('Return to the call'),
    ),
  },
];

import type { Page } from 'playwright-core';
import { mini, settings, steps, tap, type Screen } from './screen-acts.ts';

const checkConnection = steps(settings('Connection'), tap('Check now'));
const toItsEnd = (page: Page) => page.clock.runFor(4_000);
/** One that lets no UDP out. */
const inAnOffice = (page: Page) =>
  page.evaluate(() => {
    const { backend } = window.fixture;
    backend.checkEvents = backend.officeCheck;
  });
const withoutMicrophone = (page: Page) =>
  page.evaluate(() => {
    window.fixture.audio.micProblem = 'denied';
  });
const useProxy = (address: string) =>
  steps(
    settings('Connection'),
    tap('This one'),
    (page) => page.getByRole('textbox', { name: 'Address of the proxy' }).fill(address),
    tap('Use it'),
  );

/** The connection check: all well, an office, no microphone, half way, and in a small window; and the settings of the way out. */
export const checkScreens: readonly Screen[] = [
  { name: 'connection-check', act: steps(checkConnection, toItsEnd) },
  { name: 'connection-check-blocked', height: 900, act: steps(inAnOffice, checkConnection, toItsEnd) },
  { name: 'connection-check-unheard', act: steps(withoutMicrophone, checkConnection, toItsEnd) },
  {
    name: 'connection-check-running',
    act: steps(
      (page) =>
        page.evaluate(() => {
          const { backend } = window.fixture;
          backend.checkEvents = backend.checkEvents.slice(0, 3);
        }),
      checkConnection,
    ),
  },
  { name: 'mini-connection-check', ...mini, act: steps(inAnOffice, withoutMicrophone, checkConnection, toItsEnd) },
  { name: 'text-200-connection-check', query: { scale: '200' }, act: steps(checkConnection, toItsEnd) },
  { name: 'settings-connection', act: settings('Connection') },
  {
    name: 'settings-connection-proxy',
    act: steps(
      (page) =>
        page.evaluate(() => {
          window.fixture.backend.proxyTrial = 'password';
        }),
      useProxy('a-very-long-name-of-a-proxy.of-some.example:3128'),
    ),
  },
  {
    name: 'mini-settings-connection',
    ...mini,
    height: 700,
    act: steps(
      (page) =>
        page.evaluate(() => {
          window.fixture.backend.refusesProxy = true;
        }),
      useProxy('socks5://proxy.example'),
    ),
  },
];

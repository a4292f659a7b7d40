import type { Page } from 'playwright-core';
import { mini, settings, steps, type Screen } from './screen-acts.ts';

const checkConnection = (page: Page) => page.getByRole('button', { name: 'Check now' }).click();

/** The connection check: all well, an office that blocks UDP, half way, and in a small window. */
export const checkScreens: readonly Screen[] = [
  {
    name: 'settings-connection',
    height: 900,
    act: steps(settings('Connection'), checkConnection, (page) => page.clock.runFor(4_000)),
  },
  {
    name: 'settings-connection-blocked',
    height: 1_000,
    act: steps(
      (page) =>
        page.evaluate(() => {
          const { audio, backend } = window.fixture;
          backend.checkEvents = backend.officeCheck;
          audio.micProblem = 'denied';
        }),
      settings('Connection'),
      checkConnection,
      (page) => page.clock.runFor(4_000),
    ),
  },
  {
    name: 'settings-connection-running',
    act: steps(
      (page) =>
        page.evaluate(() => {
          const { backend } = window.fixture;
          backend.checkEvents = backend.checkEvents.slice(0, 2);
        }),
      settings('Connection'),
      checkConnection,
    ),
  },
  {
    name: 'mini-settings-connection',
    ...mini,
    act: steps(settings('Connection'), checkConnection, (page) => page.clock.runFor(4_000)),
  },
];

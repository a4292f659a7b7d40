/* oxlint-disable eslint/no-underscore-dangle -- names of Playwright's */
import type { Page } from 'playwright-core';
import { z } from 'zod';

/** What there is inside of a page of Playwright: it has no public way to stop listening to a page's network. */
const insides = z.looseObject({
  delegate: z.looseObject({
    _networkManager: z.looseObject({
      _sessions: z.map(z.looseObject({ send: z.custom<(method: string) => Promise<unknown>>(isFunction) }), z.unknown()),
    }),
  }),
});
const outsides = z.looseObject({
  _connection: z.looseObject({ toImpl: z.custom<(page: Page) => unknown>(isFunction) }),
});

/**
 * From now on Playwright is told nothing of what goes over the network of a page and of its workers that are there. Each
 * message of a WebSocket is reported otherwise, which costs the home 5 % of a core that nobody pays whose browser is not driven.
 * @throws ZodError if this Playwright is another inside
 */
export async function stopNetworkReports(page: Page): Promise<void> {
  const { _connection: connection } = outsides.parse(page);
  const { delegate } = insides.parse(connection.toImpl(page));
  await Promise.all([...delegate._networkManager._sessions.keys()].map((session) => session.send('Network.disable')));
}

function isFunction(value: unknown): boolean {
  return typeof value === 'function';
}

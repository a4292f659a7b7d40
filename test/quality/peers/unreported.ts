import type { Page } from 'playwright-core';

/**
 * From now on Playwright is told nothing of what goes over the network of a page and of its workers that are there. Each
 * message of a WebSocket is reported otherwise, which costs the home 5 % of a core that nobody pays whose browser is not driven.
 * There is no public way to stop listening, so this goes through the insides of the Playwright that we pin.
 * @throws Error if this one is another inside
 */
export async function stopNetworkReports(page: Page): Promise<void> {
  const inside = callIn(partOf(page, '_connection'), 'toImpl', page);
  const sessions = partOf(partOf(partOf(inside, 'delegate'), '_networkManager'), '_sessions');
  if (!(sessions instanceof Map) || sessions.size === 0) throw new Error('Playwright has no sessions where they were');
  await Promise.all([...sessions.keys()].map((session: unknown) => callIn(session, 'send', 'Network.disable')));
}

function partOf(whole: unknown, name: string): unknown {
  if (typeof whole !== 'object' || whole === null) throw new Error(`Playwright has no ${name} where it was`);
  return Reflect.get(whole, name);
}

function callIn(whole: unknown, name: string, argument: unknown): unknown {
  const method = partOf(whole, name);
  if (typeof method !== 'function') throw new Error(`Playwright has no ${name} where it was`);
  return Reflect.apply(method, whole, [argument]);
}

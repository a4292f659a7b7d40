import type { AccountKeyText, ContactView } from '../../preload/contract/index.ts';
import { AppError } from '../ports/app-error.ts';
import type { Clock } from '../ports/clock.ts';
import type { EngineClient } from './engine-client.ts';

/** Aborts when `outer` does or `seconds` have passed; `expired` tells which. */
export function deadline(
  clock: Clock,
  seconds: number,
  outer: AbortSignal,
): { signal: AbortSignal; expired(): boolean; cancel(): void } {
  const controller = new AbortController();
  let expired = false;
  const timer = clock.setTimer(seconds * 1000, () => {
    expired = true;
    controller.abort();
  });
  const stop = (): void => controller.abort();
  outer.addEventListener('abort', stop, { once: true });
  return {
    signal: controller.signal,
    expired: () => expired,
    cancel() {
      timer.cancel();
      outer.removeEventListener('abort', stop);
      controller.abort();
    },
  };
}

/**
 * The first contact that `wanted` accepts, waiting up to `seconds`.
 * @returns null when the time is over
 */
export async function waitForContact(
  client: EngineClient,
  clock: Clock,
  seconds: number,
  outer: AbortSignal,
  wanted: (contact: ContactView) => boolean,
): Promise<ContactView | null> {
  const limit = deadline(clock, seconds, outer);
  try {
    const changes = await client.contacts.watch(undefined, { signal: limit.signal });
    for await (const change of changes) {
      const candidates = change.type === 'snapshot' ? change.items : change.type === 'upsert' ? [change.item] : [];
      const found = candidates.find((contact) => wanted(contact));
      if (found !== undefined) return found;
    }
    return null;
  } catch (error) {
    if (limit.expired()) return null;
    throw error;
  } finally {
    limit.cancel();
  }
}

/** Looks at the list as it is now. @throws AppError NOT_A_CONTACT */
export async function contactNamed(client: EngineClient, name: string, signal: AbortSignal): Promise<ContactView> {
  for await (const change of await client.contacts.watch(undefined, { signal })) {
    if (change.type !== 'snapshot') continue;
    const found = change.items.find((contact) => isNamed(contact, name));
    if (found !== undefined) return found;
    break;
  }
  throw new AppError('NOT_A_CONTACT', 'no contact of that name', { name });
}

export const isNamed = (contact: ContactView, name: string): boolean => contact.name === name.normalize('NFC').toLowerCase();

export const conversationOf = (accountKey: AccountKeyText): string => accountKey;

/** All that are in the list, in whatever relation. */
export async function contactsNow(client: EngineClient, signal: AbortSignal): Promise<readonly ContactView[]> {
  for await (const change of await client.contacts.watch(undefined, { signal }))
    if (change.type === 'snapshot') return change.items;
  return [];
}

import type { ContactAddress } from '../overlay/index.ts';
import { decodeCbor } from '../ports/cbor.ts';
import type { StoredContact } from '../storage/index.ts';
import { doorAnswerMaxBytes, doorAnswerSchema, encodeRequest } from './contact-request.ts';
import type { ContactsOptions } from './contacts.ts';

/** A knock that takes longer meets a node that died; the next one is not far. */
const knockTimeoutMs = 20_000;

/**
 * Finds somebody's door and leaves our address there: as a request, or, between contacts, as the news that it changed.
 * @returns whether they have it now
 * @throws AppError NOT_REACHABLE, NO_NETWORK, CANCELLED
 */
export async function askAtDoor(
  options: Pick<ContactsOptions, 'name' | 'identity' | 'findDoor' | 'knock' | 'clock'>,
  contact: StoredContact,
  address: ContactAddress,
  signal: AbortSignal,
): Promise<boolean> {
  const limit = new AbortController();
  const timer = options.clock.setTimer(knockTimeoutMs, () => limit.abort());
  const either = AbortSignal.any([signal, limit.signal]);
  try {
    const door = await options.findDoor(contact.accountKey, contact.name, either);
    if (door === null) return false;
    const asks = contact.relation === 'outgoing';
    const note = asks ? (contact.note ?? '') : '';
    const request = { name: options.name, to: contact.accountKey, asks, note, address, nowMs: options.clock.nowMs() };
    const answer = await options.knock(door, encodeRequest(options.identity(), request), either, contact.hideAddress);
    return decodeCbor(answer, doorAnswerSchema, doorAnswerMaxBytes)?.result === 'received';
  } finally {
    timer.cancel();
  }
}

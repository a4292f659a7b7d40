import { encodeContactAddress } from '../identity/index.ts';
import type { ContactAddress } from '../overlay/index.ts';
import { encodeCbor } from '../ports/cbor.ts';
import type { AccountKey } from '../ports/peer-wire.ts';
import type { StoredContact } from '../storage/index.ts';
import { encodeRequest } from './contact-request.ts';
import type { ContactsOptions } from './contacts.ts';

/** Finding their mailbox, a second or so of work, and leaving it at twenty supernodes, some of them silent; and the mailbox of a newcomer comes up meanwhile. */
const limitMs = 40_000;

/** A request that can be left in somebody's mailbox. */
export interface RequestToLeave {
  readonly account: AccountKey;
  /** Where the directory is asked for their mailbox. */
  readonly name: string;
  /** Tells this request from an earlier one to the same person; its time and signature don't. */
  readonly subject: Uint8Array;
  /** Written when it is needed: it has the time in it. */
  readonly content: () => Uint8Array;
}

/**
 * Leaves our address in somebody's mailbox: as a request, or, between contacts, as the news that it changed.
 * @returns whether it waits for them there now
 * @throws AppError NOT_REACHABLE, NO_NETWORK, CANCELLED
 */
export async function leaveAddress(
  options: Pick<ContactsOptions, 'name' | 'identity' | 'leaveRequest' | 'clock'>,
  contact: StoredContact,
  address: ContactAddress,
  signal: AbortSignal,
): Promise<boolean> {
  const { name, identity, leaveRequest, clock } = options;
  const limit = new AbortController();
  const timer = clock.setTimer(limitMs, () => limit.abort());
  try {
    const asks = contact.relation === 'outgoing';
    const note = asks ? (contact.note ?? '') : '';
    const request: RequestToLeave = {
      account: contact.accountKey,
      name: contact.name,
      // Who asks anew, after taking the first request back, means it.
      subject: encodeCbor([asks, note, encodeContactAddress(address), contact.sinceMs]),
      content: () => encodeRequest(identity(), { name, to: contact.accountKey, asks, note, address, nowMs: clock.nowMs() }),
    };
    return await leaveRequest(request, AbortSignal.any([signal, limit.signal]));
  } finally {
    timer.cancel();
  }
}

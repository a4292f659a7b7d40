import { decodeContactAddress } from '../identity/index.ts';
import type { StoredContact } from '../storage/index.ts';
import type { ContactRequest } from './contact-request.ts';

/** New people wait here until the person decides; more at once is not a list anybody reads. */
export const maxIncoming = 100;
/** Sessions are held to all of them: beyond this the overlay would do nothing else. */
export const maxPeople = 2000;

/**
 * Relations, from our side:
 *
 *   (nobody) ── we ask ──► outgoing ── they tell their address, or ask too ──► contact
 *   (nobody) ── they ask ─► incoming ── we accept, or ask too ───────────────► contact
 *   incoming ── declined ─► (nobody)          any ── blocked ─► blocked ── unblocked ─► what it was
 */
export const isFriendly = ({ relation, removed }: StoredContact): boolean =>
  !removed && (relation === 'contact' || relation === 'outgoing');

export const isListed = ({ removed }: StoredContact): boolean => !removed;

/** What the person set for nobody yet. */
export const unmarked: Pick<StoredContact, 'volume' | 'hideAddress' | 'favourite' | 'invisibleTo' | 'verifiedMs'> = {
  volume: 1,
  hideAddress: false,
  favourite: false,
  invisibleTo: false,
  verifiedMs: null,
};

/** What a request asks of the roster. */
export type RequestVerdict =
  /** Pinned to their root key before: nobody needs to be asked. */
  | { readonly kind: 'save'; readonly contact: StoredContact }
  /** A stranger: first see whether the name is theirs. */
  | { readonly kind: 'verify-name'; readonly contact: StoredContact }
  | { readonly kind: 'ignore' }
  | { readonly kind: 'too-many' };

export function judgeRequest(
  known: StoredContact | undefined,
  incomingCount: number,
  request: ContactRequest,
  nowMs: number,
): RequestVerdict {
  if (known !== undefined && !known.removed) {
    switch (known.relation) {
      case 'blocked':
        return { kind: 'ignore' };
      case 'contact':
      case 'outgoing': {
        const contact = withAddress(known, request.address, request.sequence, nowMs);
        // Somebody who asks again has lost what we told them (a new computer, a damaged disk).
        return { kind: 'save', contact: request.asks ? { ...contact, ackedSequence: 0 } : contact };
      }
      case 'incoming':
        return { kind: 'verify-name', contact: { ...known, name: request.name, note: request.note, address: request.address } };
    }
  }
  if (incomingCount >= maxIncoming) return { kind: 'too-many' };
  return { kind: 'verify-name', contact: newPerson(request, known?.ackedSequence ?? 0, nowMs) };
}

/** @param ackedSequence which address of ours somebody removed may still know: asking again makes that no less true */
const newPerson = ({ account, name, note, address }: ContactRequest, ackedSequence: number, nowMs: number): StoredContact => ({
  accountKey: account,
  name,
  nickname: null,
  relation: 'incoming',
  relationBefore: null,
  ...unmarked,
  removed: false,
  note: note === '' ? null : note,
  sinceMs: nowMs,
  lastSeenMs: null,
  address,
  ackedSequence,
});

/** They told us how to reach them: that is a yes to our request; an older address than the known one changes nothing. */
export function withAddress(contact: StoredContact, address: Uint8Array, sequence: number, nowMs: number): StoredContact {
  const told = sequence > sequenceOf(contact) ? { ...contact, address } : contact;
  return told.relation === 'outgoing' ? { ...told, relation: 'contact', sinceMs: nowMs } : told;
}

/** -1 if no address is known. */
function sequenceOf({ address }: StoredContact): number {
  return address === null ? -1 : (decodeContactAddress(address)?.sequence ?? -1);
}

import { z } from 'zod';
import { blake2b256 } from '../../native-shims/sodium/index.ts';
import { counterField, decodeCbor, encodeCbor, fixedBytesField } from '../ports/cbor.ts';

/** What both devices of a call sign, with `LinkIdentity.sign`: over the ticket's bytes. */
export const ticketDomain = 'lilliput/relay-ticket/1';

/** 206 bytes with four relays; the rest is room for fields to come. */
export const maxTicketBytes = 220;

/** A ticket names at most so many relays: more than a call could use. */
export const maxTicketRelays = 4;

export const relayIdBytes = 8;
export const callIdBytes = 16;

/** Allocations may begin for so long after `from`; what has begun goes on. */
export const ticketLifetimeS = 300;

/** And so long before it, by the relay's clock: `from` is what relays told of their time, which may be off by a little. */
export const ticketEarlyS = 60;

/** A permission to have one call relayed: who the two devices are, at which relays, and since when. */
export interface RelayTicket {
  /** The call's id, 16 bytes. */
  readonly call: Uint8Array;
  /** Device keys (Ed25519). */
  readonly caller: Uint8Array;
  readonly callee: Uint8Array;
  /** X25519 keys made for this ticket: from each of them and the relay's own key comes that side's password. */
  readonly callerDh: Uint8Array;
  readonly calleeDh: Uint8Array;
  /** Seconds since 1970. */
  readonly from: number;
  /** `relayId` of each. */
  readonly relays: readonly Uint8Array[];
}

/** Who of the two in a ticket is speaking. */
export type TicketSide = 'caller' | 'callee';

const key = fixedBytesField(32);

/** An array, because every byte of it is sent with every request. */
const ticketSchema = z
  .tuple([
    z.literal(1),
    fixedBytesField(callIdBytes),
    key,
    key,
    key,
    key,
    counterField,
    z.array(fixedBytesField(relayIdBytes)).min(1).max(maxTicketRelays),
  ])
  .transform(([, call, caller, callee, callerDh, calleeDh, from, relays]): RelayTicket => ({
    call,
    caller,
    callee,
    callerDh,
    calleeDh,
    from,
    relays,
  }));

/** The bytes that are signed, sent and checked; nobody encodes a ticket a second time. */
export function encodeTicket({ call, caller, callee, callerDh, calleeDh, from, relays }: RelayTicket): Uint8Array {
  return encodeCbor([1, call, caller, callee, callerDh, calleeDh, from, relays]);
}

/** Null: not a ticket, or not in the one form that it may have. */
export const decodeTicket = (bytes: Uint8Array): RelayTicket | null => decodeCbor(bytes, ticketSchema, maxTicketBytes);

/** How a ticket names a relay: the beginning of a hash of the relay's X25519 key. */
export const relayId = (relayKey: Uint8Array): Uint8Array => blake2b256(relayKey).slice(0, relayIdBytes);

/** Whether an allocation may begin now. */
export const isTicketTimely = ({ from }: RelayTicket, nowS: number): boolean =>
  nowS >= from - ticketEarlyS && nowS < from + ticketLifetimeS;

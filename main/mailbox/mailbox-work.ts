import { blake2b256, type Argon2Cost } from '../../native-shims/sodium/index.ts';
import { encodeCbor } from '../ports/cbor.ts';

/** What keeping something for somebody costs before a supernode does it. One hash of 16 MiB takes 11–16 ms of a 2.x GHz core. */
export interface MailboxWork {
  readonly cost: Argon2Cost;
  /** Zero bits for a mailbox, once in 30 days: 2^bits hashes on average. */
  readonly boxBits: number;
  /** For a request to a stranger, at least; a full slot goes to those that show more. */
  readonly requestBits: number;
}

/**
 * A mailbox: 128 hashes, 1.4 s a month in the background, so that free keys don't make free storage. A request: 64 hashes, 0.7 s; to
 * fill the slots of a thousand people takes six hours of a core, and each further bit twice that.
 */
export const standardMailboxWork: MailboxWork = {
  cost: { memoryBytes: 16 * 1024 * 1024, passes: 1 },
  boxBits: 7,
  requestBits: 6,
};

const dayMs = 86_400_000;
const epochMs = 30 * dayMs;
export const workNonceBytes = 8;

/** A mailbox's work is done anew for each epoch. */
export const boxEpochAt = (atMs: number): number => Math.floor(atMs / epochMs);

const boxDomain = Buffer.from('lilliput/mailbox-work/1\0');
const requestDomain = Buffer.from('lilliput/request-work/1\0');

export const boxChallenge = (mailbox: Uint8Array, epoch: number): Uint8Array =>
  blake2b256(boxDomain, encodeCbor([mailbox, epoch]));

/** Bound to mailbox, item and hour: it is worth nothing for anything else. */
export const requestChallenge = (mailbox: Uint8Array, id: Uint8Array, atHour: number): Uint8Array =>
  blake2b256(requestDomain, encodeCbor([mailbox, id, atHour]));

import { z } from 'zod';
import { blake2b256, type Argon2Cost } from '../../native-shims/sodium/index.ts';
import { counterField, encodeCbor, fixedBytesField } from '../ports/cbor.ts';
import { isSolved, workHash } from '../work/index.ts';

const dayMs = 86_400_000;
/** Work is done anew for each epoch, so names can't be hoarded by working once (DESIGN: 30 days). */
const epochLengthMs = 30 * dayMs;

export const epochAt = (atMs: number): number => Math.floor(atMs / epochLengthMs);

export const nonceBytes = 8;

export const workSchema = z.object({ epoch: counterField, nonce: fixedBytesField(nonceBytes) });
/** Proof that computing was spent on one name, for one root key, in one epoch. */
export type Work = Readonly<z.infer<typeof workSchema>>;

/** What the work is bound to. */
export interface WorkSubject {
  readonly name: string;
  /** Root public key. */
  readonly root: Uint8Array;
}

export interface WorkPolicy {
  readonly cost: Argon2Cost;
  /** Leading zero bits the hash of a name's work must have: 2^bits hashes on average. */
  difficultyBits(name: string): number;
}

/**
 * One hash takes 16 ms on a 2.x GHz core (measured; 11 ms each when two run side by side), so on average:
 * 6 and more code points: 128 hashes, 1.4 s; 5: 256, 3 s; 4: 512, 6 s; 3: 1024, 11 s.
 * Short names are few and wanted, so taking many of them costs more; a person pays once a month, in the background.
 * The time is that of a lottery: one in twenty waits three times the average. Checking costs one hash.
 */
export const standardWork: WorkPolicy = {
  // DESIGN: 16 MiB, so that graphics cards gain little; one pass, because supernodes check every claim.
  cost: { memoryBytes: 16 * 1024 * 1024, passes: 1 },
  difficultyBits(name) {
    const length = Array.from(name).length;
    return 7 + Math.max(0, 6 - length);
  },
};

const workDomain = Buffer.from('lilliput/work/1\0');

export const challengeOf = ({ name, root }: WorkSubject, epoch: number): Uint8Array =>
  blake2b256(workDomain, encodeCbor([name, root, epoch]));

/**
 * @param heartbeatMs when the record was signed: its epoch or the one before is accepted, so a claim outlives the change of
 * epochs, and a record that is replicated months later is still judged by its own time
 */
export function isWorkTimely(work: Work, heartbeatMs: number): boolean {
  const age = epochAt(heartbeatMs) - work.epoch;
  return age === 0 || age === 1;
}

/** Costs one hash. Says nothing about the epoch: see `isWorkTimely`. */
export const isWorkDone = (work: Work, subject: WorkSubject, policy: WorkPolicy): Promise<boolean> =>
  isSolved(challengeOf(subject, work.epoch), work.nonce, policy.difficultyBits(subject.name), policy.cost);

/**
 * The hash of the work: of several who want one lapsed name, the lowest gets it. Each hash computed is one ticket, whoever
 * computes it and whenever; keys and dates, which cost nothing, are no tickets. Costs one hash.
 */
export const ticketOf = (work: Work, subject: WorkSubject, policy: WorkPolicy): Promise<Uint8Array> =>
  workHash(challengeOf(subject, work.epoch), work.nonce, policy.cost);

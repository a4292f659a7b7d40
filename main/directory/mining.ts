import { AppError } from '../ports/app-error.ts';
import type { Random } from '../ports/random.ts';
import { challengeOf, epochAt, isSolved, type Work, type WorkPolicy, type WorkSubject } from './work.ts';

export interface MiningOptions {
  readonly policy: WorkPolicy;
  readonly random: Random;
  readonly nowMs: number;
  /** The chance (0…1) that work of this size would be done by now: an honest share of something that has no fixed end. */
  readonly onProgress: (fraction: number) => void;
  readonly signal: AbortSignal;
}

/** Hashes computed side by side, on libuv's pool: half of its four threads, so that files and names are still served. */
const lanes = 2;

/**
 * Searches a nonce. The hashing happens on other threads, one attempt after another, so the caller's event loop stays free.
 * @throws AppError CANCELLED
 */
export async function mine(subject: WorkSubject, { policy, random, nowMs, onProgress, signal }: MiningOptions): Promise<Work> {
  const epoch = epochAt(nowMs);
  const challenge = challengeOf(subject, epoch);
  const bits = policy.difficultyBits(subject.name);
  const attemptFails = 1 - 2 ** -bits;
  let attempts = 0;
  const found: { nonce: Uint8Array | null } = { nonce: null };

  const search = async (): Promise<void> => {
    while (found.nonce === null) {
      if (signal.aborted) throw new AppError('CANCELLED', 'proof of work');
      const nonce = random.bytes(8);
      // One after the other is the point: each lane is one thread's worth of work.
      // oxlint-disable-next-line no-await-in-loop
      if (await isSolved(challenge, nonce, bits, policy.cost)) found.nonce = nonce;
      attempts += 1;
      onProgress(found.nonce === null ? 1 - attemptFails ** attempts : 1);
    }
  };
  const results = await Promise.allSettled(Array.from({ length: lanes }, search));
  if (found.nonce !== null) return { epoch, nonce: found.nonce };
  const failure = results.find((result) => result.status === 'rejected');
  throw failure?.reason instanceof Error ? failure.reason : new AppError('INTERNAL', 'proof of work stopped');
}

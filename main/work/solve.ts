import type { Argon2Cost } from '../../native-shims/sodium/index.ts';
import { AppError } from '../ports/app-error.ts';
import type { Random } from '../ports/random.ts';
import { isSolved } from './argon2-work.ts';

export interface SolveOptions {
  readonly challenge: Uint8Array;
  readonly bits: number;
  readonly cost: Argon2Cost;
  readonly nonceBytes: number;
  readonly random: Random;
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
export async function solve(options: SolveOptions): Promise<Uint8Array> {
  const { challenge, bits, cost, nonceBytes, random, onProgress, signal } = options;
  const attemptFails = 1 - 2 ** -bits;
  let attempts = 0;
  const found: { nonce: Uint8Array | null } = { nonce: null };

  const search = async (): Promise<void> => {
    while (found.nonce === null) {
      if (signal.aborted) throw new AppError('CANCELLED', 'proof of work');
      const nonce = random.bytes(nonceBytes);
      // One after the other is the point: each lane is one thread's worth of work.
      // oxlint-disable-next-line no-await-in-loop
      if (await isSolved(challenge, nonce, bits, cost)) found.nonce = nonce;
      attempts += 1;
      onProgress(found.nonce === null ? 1 - attemptFails ** attempts : 1);
    }
  };
  const results = await Promise.allSettled(Array.from({ length: lanes }, search));
  if (found.nonce !== null) return found.nonce;
  const failure = results.find((result) => result.status === 'rejected');
  throw failure?.reason instanceof Error ? failure.reason : new AppError('INTERNAL', 'proof of work stopped');
}

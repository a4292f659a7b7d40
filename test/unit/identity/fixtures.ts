import { createHash } from 'node:crypto';
import type { Random } from '../../../main/ports/random.ts';

/** A day in 2026: fixed, so that a failure repeats. */
export const someDayMs = Date.UTC(2026, 5, 15, 12);
export const dayMs = 86_400_000;
export const hourMs = 3_600_000;

/** Reproducible bytes: SHA-256 of seed and counter. */
export function seededRandom(seed: string): Random {
  let counter = 0;
  const block = (): Buffer => createHash('sha256').update(`${seed}/${counter++}`).digest();
  return {
    bytes(length) {
      const blocks = Array.from({ length: Math.ceil(length / 32) }, block);
      return new Uint8Array(Buffer.concat(blocks).subarray(0, length));
    },
    fraction: () => block().readUInt32BE(0) / 2 ** 32,
  };
}

import { randomFillSync } from 'node:crypto';

/** Randomness, passed in: tests give a seeded one, the app the operating system's. */
export interface Random {
  /** `length` unpredictable bytes. */
  bytes(length: number): Uint8Array;
  /** Uniform in [0, 1); for jitter and sampling, never for secrets. */
  fraction(): number;
}

export const systemRandom: Random = {
  bytes: (length) => randomFillSync(new Uint8Array(length)),
  fraction: () => Math.random(),
};

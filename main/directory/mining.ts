import type { Random } from '../ports/random.ts';
import { solve } from '../work/index.ts';
import { challengeOf, epochAt, nonceBytes, type Work, type WorkPolicy, type WorkSubject } from './work.ts';

export interface MiningOptions {
  readonly policy: WorkPolicy;
  readonly random: Random;
  readonly nowMs: number;
  /** The chance (0…1) that work of this size would be done by now. */
  readonly onProgress: (fraction: number) => void;
  readonly signal: AbortSignal;
}

/** Does the work of a name for the current epoch. @throws AppError CANCELLED */
export async function mine(subject: WorkSubject, { policy, random, nowMs, onProgress, signal }: MiningOptions): Promise<Work> {
  const epoch = epochAt(nowMs);
  const challenge = challengeOf(subject, epoch);
  const bits = policy.difficultyBits(subject.name);
  return { epoch, nonce: await solve({ challenge, bits, cost: policy.cost, nonceBytes, random, onProgress, signal }) };
}

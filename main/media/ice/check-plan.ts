import type { Pair } from './pair.ts';

/** RFC 8445 §14.2 allows 5 ms; a few at first, so that the likely ones are tried at once, then so many that no line minds. */
const firstPacingMs = 5;
const pacingMs = 20;
const quickChecks = 10;

/** Unanswered checks of a pair that never worked are repeated after this, then more and more slowly. */
const firstRetryMs = 100;
const retryGrowth = 1.5;
const slowestRetryMs = 1_000;
/**
 * As long as a call looks for a path; twice as long for one that would be better than what it has, and less where a direct one is in
 * use: a computer with a dozen addresses would ask a dozen times a second for nothing.
 */
const giveUpMs = { better: 30_000, other: 15_000, spare: 5_000 } as const;

/**
 * Consent (RFC 7675 §5.1 has it renewed about each 5 s; it lasts for 30) of the pair in use, and while media comes over it, which says more; of those that are kept
 * warm, whose routers forget them after 30 s; and while one proves itself. All together stays below 2 kbit/s, and on a narrow uplink
 * below half of one.
 */
const selectedMs = 1_000;
const flowingMs = { usually: 4_000, narrow: 8_000 } as const;
const warmMs = { usually: 5_000, narrow: 10_000 } as const;
const provingMs = 300;
/** ± 20 % (RFC 7675 §5.1), so that two sides don't fall into step. */
const scatter = 0.4;

/** A pair that answered is asked again after this if it does not. */
const leastTimeoutMs = 150;
/**
 * That often in vain, and it is silent. One that media uses must be so for so long: where another one answers it is left sooner
 * (`doubt`), and where none does, they may all wait in the same queue.
 */
const silentAfter = 5;
const silentInUseMs = 2_000;
/** A silent pair may come back: routers are restarted, and cables plugged in. */
const silentRetryMs = 500;
const longSilentMs = 10_000;
const longSilentRetryMs = 3_000;

/** Answers over so long a time make a pair one that media may move to. */
const provenMs = 1_000;
const provenAnswers = 3;

/** Seconds with an answer, of both of two ways that are compared. */
const comparableSeconds = 4;

/** In doubt all that might work are asked so often; not before an answer could be there. */
const probeMs = 100;

export const isProven = (pair: Pair, nowMs: number): boolean =>
  nowMs - pair.validSinceMs >= provenMs && pair.answers >= provenAnswers;

/** Whether what their round trips differ by is more than the moment in which they were measured. */
export const isComparable = (pair: Pair, other: Pair): boolean =>
  Math.min(pair.rttSeconds, other.rttSeconds) >= comparableSeconds;

/** `needless`: relayed, while a direct one is in use and others are ready that are as good. */
export type PairRole = 'selected' | 'warm' | 'spare' | 'needless';

/** Whether a pair that never worked is worth a check is asked again after this. */
export const needlessMs = 1_000;

/** What a pair that never worked is wanted for, if it should. `spare`: a direct one is in use. */
export type PairWorth = keyof typeof giveUpMs;

/** When a pair that has just been asked is asked again, unless it answers. */
export function dueAfterCheck(pair: Pair, nowMs: number, isInDoubt: boolean, worth: PairWorth): number {
  switch (pair.state) {
    case 'valid':
      return nowMs + (isInDoubt ? Math.max(probeMs, pair.usualRttMs) : Math.max(leastTimeoutMs, 2 * pair.usualRttMs + 50));
    case 'silent':
      return nowMs + (nowMs - pair.lastAnswerMs > longSilentMs ? longSilentRetryMs : silentRetryMs);
    case 'waiting': {
      if (nowMs - pair.born > giveUpMs[worth]) return Infinity;
      return nowMs + Math.min(slowestRetryMs, firstRetryMs * retryGrowth ** (pair.attempts - 1));
    }
    case 'given-up':
      return Infinity;
  }
}

/** When a pair that has just answered is asked again. @param fraction uniform in [0, 1) */
export function dueAfterAnswer(
  pair: Pair,
  role: PairRole,
  flow: { readonly isFlowing: boolean; readonly isNarrow: boolean },
  nowMs: number,
  fraction: number,
): number {
  if (role === 'needless') return Infinity;
  if (!isProven(pair, nowMs)) return nowMs + provingMs;
  if (role === 'spare') return Infinity;
  const line = flow.isNarrow ? 'narrow' : 'usually';
  const intervalMs = role === 'warm' ? warmMs[line] : flow.isFlowing ? flowingMs[line] : selectedMs;
  return nowMs + intervalMs * (1 - scatter / 2 + scatter * fraction);
}

export const hasFallenSilent = (pair: Pair, isInUse: boolean, nowMs: number): boolean =>
  pair.state === 'valid' && pair.unanswered >= silentAfter && (!isInUse || nowMs - pair.unansweredSinceMs >= silentInUseMs);

/** Spreads the checks of pairs that might work over time. */
export class Pacer {
  #sent = 0;
  #lastMs = -Infinity;

  get nextMs(): number {
    return this.#lastMs + (this.#sent < quickChecks ? firstPacingMs : pacingMs);
  }

  /** False if it is too early for another one. */
  take(nowMs: number): boolean {
    if (nowMs < this.nextMs) return false;
    this.#lastMs = nowMs;
    return true;
  }

  count(): void {
    this.#sent += 1;
  }

  restart(): void {
    this.#sent = 0;
  }
}

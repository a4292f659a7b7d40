/** How hard the encoder may think, by how long it takes on this machine. */
export interface ComplexityControl {
  /** After each frame. */
  encoded(tookMs: number, frameMs: number): void;
  /** @returns 2…9; looked at every few seconds at most */
  choose(nowMs: number, isScarce: boolean): number;
  /** What the encoder takes of real time, the median of the last frames; null before there are enough. */
  readonly share: number | null;
  /** Smoothed; null before the first. */
  readonly encodeMsPerFrame: number | null;
}

const startComplexity = 5;
const leastComplexity = 2;
const mostComplexity = 9;
/**
 * Shares of real time. 5 to 9 costs twice the time and gains .003 of ESTOI at 32 kbit/s, .005 at 24: worth little while bits are
 * there, more when they aren't.
 */
const raiseBelow = 0.012;
const raiseBelowScarce = 0.03;
const lowerAbove = 0.05;
const everyMs = 3_000;
/** A frame that was interrupted by other work says nothing; the median of this many does. */
const samples = 63;

export function createComplexityControl(): ComplexityControl {
  const shares = new Float64Array(samples);
  const sorted = new Float64Array(samples);
  let count = 0;
  let complexity = startComplexity;
  /** Written in place: each write to a captured variable would put a number on the heap. */
  const state = { sinceMs: Number.NEGATIVE_INFINITY, smoothMs: 0, share: Number.NaN };
  return {
    encoded(tookMs, frameMs) {
      shares[count % samples] = tookMs / frameMs;
      count += 1;
      state.smoothMs += count === 1 ? tookMs : (tookMs - state.smoothMs) * 0.05;
    },
    choose(nowMs, isScarce) {
      if (count < samples || nowMs - state.sinceMs < everyMs) return complexity;
      state.sinceMs = nowMs;
      sorted.set(shares);
      sorted.sort();
      const share = sorted[samples >> 1] ?? 0;
      state.share = share;
      const raise = share < (isScarce ? raiseBelowScarce : raiseBelow);
      if (share > lowerAbove) complexity = Math.max(leastComplexity, complexity - 1);
      else if (raise) complexity = Math.min(mostComplexity, complexity + 1);
      else if (!isScarce && complexity > startComplexity && share > raiseBelow * 2) complexity -= 1;
      return complexity;
    },
    get share() {
      return Number.isNaN(state.share) ? null : state.share;
    },
    get encodeMsPerFrame() {
      return count === 0 ? null : state.smoothMs;
    },
  };
}

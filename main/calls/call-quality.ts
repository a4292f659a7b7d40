import type { CallQuality, CallStats } from '../../preload/contract/index.ts';

/** A word is shown only after this long in the new state: it must not flicker (UI.md "Presence and call states"). */
export const qualityHoldMs = 3_000;

/** Capture, one 20 ms Opus frame, its look-ahead and the sound card: the delay a call has on no network at all. */
const ownDelayMs = 45;
/** Of ITU-T G.107: the rating of a call with nothing wrong. */
const bestRating = 93.2;
/** Of ITU-T G.113 App. I: how well the codec hides losses, in percent; wideband Opus with concealment, between G.711 PLC (25) and less. */
const lossRobustness = 20;

/** Lowest E-model rating that still deserves the word (G.107 Annex B: 80 "satisfied", 70 "some dissatisfied", 60 "many"). */
const words: readonly (readonly [atLeast: number, word: CallQuality])[] = [
  [80, 'clear'],
  [70, 'good'],
  [55, 'patchy'],
];

/** One stretch of a call, as it was heard. */
export interface Heard {
  readonly roundTripMs: number | null;
  readonly playoutDelayMs: number;
  /** Share of the time in which lost or late sound had to be made up, 0…1: what redundancy saved does not count. */
  readonly concealedFraction: number;
}

/** What was heard between two measurements `elapsedMs` apart. The first of a call has only the network's losses to go by. */
export function heardBetween(before: CallStats | null, stats: CallStats, elapsedMs: number): Heard {
  const { roundTripMs, playoutDelayMs } = stats;
  if (before === null || elapsedMs <= 0) return { roundTripMs, playoutDelayMs, concealedFraction: stats.lossFraction };
  const concealedFraction = Math.min(1, Math.max(0, (stats.concealedMs - before.concealedMs) / elapsedMs));
  return { roundTripMs, playoutDelayMs, concealedFraction };
}

/** What was heard, as a word: the E-model of ITU-T G.107, reduced to delay and loss. */
export function judgeQuality({ roundTripMs, playoutDelayMs, concealedFraction }: Heard): CallQuality {
  const mouthToEarMs = (roundTripMs ?? 0) / 2 + playoutDelayMs + ownDelayMs;
  const delayImpairment = 0.024 * mouthToEarMs + (mouthToEarMs > 177.3 ? 0.11 * (mouthToEarMs - 177.3) : 0);
  const lossPercent = concealedFraction * 100;
  const lossImpairment = (95 * lossPercent) / (lossPercent + lossRobustness);
  const rating = bestRating - delayImpairment - lossImpairment;
  return words.find(([atLeast]) => rating >= atLeast)?.[1] ?? 'struggling';
}

/** The word shown, and the one that may replace it. */
export interface QualityMemory {
  readonly shown: CallQuality | null;
  readonly next: CallQuality | null;
  readonly nextSinceMs: number;
}

export const noQuality: QualityMemory = { shown: null, next: null, nextSinceMs: 0 };

/** The memory after a judgement at `nowMs` (monotonic). The first judgement shows at once. */
export function settleQuality(memory: QualityMemory, judged: CallQuality, nowMs: number): QualityMemory {
  if (memory.shown === null) return { shown: judged, next: null, nextSinceMs: nowMs };
  if (judged === memory.shown) return { ...memory, next: null };
  if (judged !== memory.next) return { ...memory, next: judged, nextSinceMs: nowMs };
  return nowMs - memory.nextSinceMs >= qualityHoldMs ? { shown: judged, next: null, nextSinceMs: nowMs } : memory;
}

import { delayToUs, type CallQuality, type CallStats } from '../../preload/contract/index.ts';

/** What stands in for the parts of the delay that nobody told: microphone, one frame and its look-ahead, speaker. */
const usualMs = { capture: 12, packing: 27, network: 0, smoothing: 0, playout: 20 } as const;
/** Of ITU-T G.107: the rating of a call with nothing wrong. */
const bestRating = 93.2;
/** Of ITU-T G.113 App. I: how well the codec hides losses, in percent; wideband Opus with concealment, between G.711 PLC (25) and less. */
const lossRobustness = 20;
/** A voice that runs a little fast or slow is heard, but far less than one that is made up. */
const stretchWeight = 0.1;
/** A player that runs dry misses a frame of 10 ms, as a rule. */
const gapMs = 10;

/** Lowest E-model rating that still deserves the word (G.107 Annex B: 80 "satisfied", 70 "some dissatisfied", 60 "many"). */
const words: readonly (readonly [atLeast: number, word: CallQuality])[] = [
  [80, 'clear'],
  [70, 'good'],
  [55, 'patchy'],
];

/** One stretch of a call, as it was heard. */
export interface Heard {
  /** From their mouth to this ear. */
  readonly mouthToEarMs: number;
  /** Share of the time in which sound was made up, missing or left out, 0…1: what redundancy saved does not count. */
  readonly brokenFraction: number;
  /** What of that this computer's player missed, though it was there. */
  readonly missedFraction: number;
  /** Share of the time by which sound was stretched or shortened. */
  readonly stretchedFraction: number;
  /** Not one packet came. */
  readonly silent: boolean;
}

/** What was heard between two measurements `elapsedMs` apart. The first of a call has only the network's losses to go by. */
export function heardBetween(before: CallStats | null, stats: CallStats, elapsedMs: number): Heard {
  const mouthToEarMs = mouthToEarEstimate(stats);
  if (before === null || elapsedMs <= 0) {
    return { mouthToEarMs, brokenFraction: stats.lossFraction, missedFraction: 0, stretchedFraction: 0, silent: false };
  }
  const shareOf = (ms: number): number => Math.min(1, Math.max(0, ms / elapsedMs));
  const missedMs = ((stats.playerGaps ?? 0) - (before.playerGaps ?? 0)) * gapMs;
  return {
    mouthToEarMs,
    brokenFraction: shareOf(stats.concealedMs - before.concealedMs + stats.skippedMs - before.skippedMs + missedMs),
    missedFraction: shareOf(missedMs),
    stretchedFraction: shareOf(stats.stretchedMs - before.stretchedMs),
    silent: stats.receivedPackets === before.receivedPackets,
  };
}

/** What of the delay is not known is taken as usual. */
export function mouthToEarEstimate(stats: CallStats): number {
  const { parts } = delayToUs(stats);
  return (
    (parts.capture ?? usualMs.capture) +
    (parts.packing ?? usualMs.packing) +
    (parts.network ?? usualMs.network) +
    (parts.smoothing ?? usualMs.smoothing) +
    (parts.playout ?? usualMs.playout)
  );
}

/** Points of the E-model that delay takes (ITU-T G.107, simplified as in Cole and Rosenbluth 2001). */
export const delayImpairment = (mouthToEarMs: number): number =>
  0.024 * mouthToEarMs + (mouthToEarMs > 177.3 ? 0.11 * (mouthToEarMs - 177.3) : 0);

/** Points of the E-model that broken sound takes (ITU-T G.107 §7.4, a codec without impairment of its own). */
export function lossImpairment(brokenFraction: number): number {
  const percent = brokenFraction * 100;
  return (95 * percent) / (percent + lossRobustness);
}

/** What was heard, as a word: the E-model of ITU-T G.107, reduced to delay and loss. */
export function judgeQuality({
  mouthToEarMs,
  brokenFraction,
  stretchedFraction,
  silent,
}: Omit<Heard, 'missedFraction'>): CallQuality {
  if (silent) return 'lost';
  const broken = Math.min(1, brokenFraction + stretchedFraction * stretchWeight);
  const rating = bestRating - delayImpairment(mouthToEarMs) - lossImpairment(broken);
  return words.find(([atLeast]) => rating >= atLeast)?.[1] ?? 'struggling';
}

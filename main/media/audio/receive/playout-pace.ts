import type { DelayTarget } from './delay-target.ts';

/** faster, slower: take a pitch period out of, or put one into, a frame. faster-if-quiet: only where nobody hears it. */
export type Pace = 'keep' | 'faster' | 'slower' | 'faster-if-quiet';

/**
 * Keeps the delay at which frames are decoded near its target, by playing faster or slower. Pure: time comes in as numbers.
 * A frame's *delay* is now minus its media time when it is decoded; the one that counts is the least of the last decodes,
 * because players ask in bursts.
 */
export interface PlayoutPace {
  /** Sound goes on somewhere else: delays of before mean nothing. */
  begin(): void;
  /** A frame is decoded; returns the delay that counts, ms. */
  decoded(delayMs: number): number;
  /** Nothing was there for a while. */
  stalled(nowMs: number): void;
  /** How to play the frame that has just been decoded. @param ready samples that the player has from before */
  choose(target: DelayTarget, nowMs: number, ready: number): Pace;
  /** Of the choice, so many samples too much or too little. */
  readonly offTarget: number;
  /** That frame was made longer (or, below 0, shorter) by so many samples. */
  stretched(samples: number): void;
}

/**
 * Players ask every 10 ms, so frames are decoded by that grid: only whole turns more or less of it make a difference to what
 * comes in time, and less than one above the target is left alone, for stretching a voice costs a little of it. What is more
 * is taken out in pauses, where nobody hears it; only far above, out of words. And what a turn of a sound card that came late,
 * or one that fetched ahead, took and gives back at once is left alone, too: each would be stretched twice for nothing.
 */
const turnMs = 10;
const turnUnits = turnMs * 48;
const easeAboveMs = turnMs + 2;
const easeAfterMs = 2_000;
const drainAboveMs = 25;
/** What a player has left when it needs a frame is delay that brings nothing: 2 ms of it are worth taking out in a pause. */
const uselessUnits = 2 * 48;
/** After nothing came for a while: first it is seen whether it was a stall, to be caught up with, or a longer way. */
const lookAfterStallMs = 300;
/** Less than the target's own margin: a clock that runs away is followed before anything is late. */
const fillBelowMs = 3;
const fillAfterMs = 500;
/** The network became worse: no waiting then. */
const fillAtOnceMs = turnMs + fillBelowMs;
const fillUntilMs = 1;
const recentDelays = 8;

export function createPlayoutPace(): PlayoutPace {
  const delays = new Float64Array(recentDelays).fill(Number.NaN);
  let delayAt = 0;
  /** Fractions, written in place: each write to a captured variable would put a number on the heap. */
  const state = {
    leastMs: 0,
    stalledAtMs: Number.NEGATIVE_INFINITY,
    offTarget: 0,
    /** When it was not a turn above the target, not below it, last. NaN: sound has just begun. */
    notAboveAtMs: Number.NaN,
    notBelowAtMs: Number.NaN,
  };
  let draining = false;
  let filling = false;

  return {
    begin() {
      delays.fill(Number.NaN);
      state.notAboveAtMs = Number.NaN;
      state.notBelowAtMs = Number.NaN;
    },
    decoded(delayMs) {
      delays[delayAt] = delayMs;
      delayAt = (delayAt + 1) % recentDelays;
      let least = delayMs;
      for (let i = 0; i < recentDelays; i += 1) {
        const value = delays[i] ?? Number.NaN;
        if (value < least) least = value;
      }
      state.leastMs = least;
      return least;
    },
    stalled(nowMs) {
      state.stalledAtMs = nowMs;
    },
    choose({ offsetMs, settledMs }, nowMs, ready) {
      const below = offsetMs - state.leastMs;
      const above = Number.isNaN(settledMs) ? 0 : state.leastMs - settledMs;
      const turnsAbove = Math.max(0, Math.floor((above - easeAboveMs) / turnMs) + 1);
      if (!(turnsAbove > 0) || Number.isNaN(state.notAboveAtMs)) state.notAboveAtMs = nowMs;
      if (!(below > fillBelowMs) || Number.isNaN(state.notBelowAtMs)) state.notBelowAtMs = nowMs;
      draining = nowMs - state.stalledAtMs >= lookAfterStallMs && (draining ? turnsAbove > 0 : above > drainAboveMs);
      const isLow = below > fillAtOnceMs || (below > fillBelowMs && nowMs - state.notBelowAtMs >= fillAfterMs);
      filling = filling ? below > fillUntilMs : isLow;
      if (filling) {
        state.offTarget = Math.ceil(below / turnMs) * turnUnits - ready;
        return 'slower';
      }
      state.offTarget = turnsAbove * turnUnits + ready;
      if (draining) return 'faster';
      const isHigh = turnsAbove > 0 && nowMs - state.notAboveAtMs >= easeAfterMs;
      return isHigh || ready > uselessUnits ? 'faster-if-quiet' : 'keep';
    },
    get offTarget() {
      return state.offTarget;
    },
    stretched(samples) {
      for (let i = 0; i < recentDelays; i += 1) delays[i] = (delays[i] ?? Number.NaN) + samples / 48;
    },
  };
}

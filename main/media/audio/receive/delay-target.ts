import { sortFirst } from '../sort-first.ts';
import { slotUnits } from './frame-store.ts';
import { copied, createSlotHistory, historySlots, own, type Came } from './slot-history.ts';

/**
 * When a frame can be played: the playout delay at which waiting longer is no longer worth it. Pure: time comes in as numbers.
 *
 * For each 10 ms of sound it is remembered how long after its own time it could first be decoded, from its packet or from a
 * copy in a later one. A playout offset D (now minus media time) then loses the share of sound that comes after D, and costs D:
 *
 *   cost(D) = D + worth · share(available > D)
 *
 * The least cost over the last second and over the last seven are found exactly; the greater of the two is the target. So a
 * network that becomes worse is followed within a second, and seven good seconds forget a bad one (one is enough after a
 * lasting change of the way, a third of one after a peak, two to six where losses are over). Sound that never came weighs nothing: no delay would have
 * brought it. Copies are weighed from the delay on that packets alone make necessary: that is spent already.
 */
export interface DelayTarget {
  /** Sound of `samples` from `timestamp` on (unwrapped, 48 kHz) could first be decoded at `arrivalMs`. */
  available(timestamp: number, samples: number, arrivalMs: number, redundant: boolean): void;
  /** The sender sent nothing there, on purpose: it is not missing. */
  silent(timestamp: number, samples: number): void;
  /** Looks at what is known; call every 100 ms. */
  update(): void;
  /** Now minus media time at which to play, ms; NaN before anything came. */
  readonly offsetMs: number;
  /** The greatest `offsetMs` of the last two seconds: what is above that is not needed for long enough to be given up. NaN: as above. */
  readonly settledMs: number;
  /** Now minus media time of the fastest of the last seven seconds, ms; NaN before anything came. */
  readonly floorMs: number;
  /** Of the sound sent in the last seven seconds, the share that never came, in no copy. */
  readonly missingShare: number;
}

/**
 * What sound is worth in delay: where packets are lost, one per cent of it 20 ms, and in a single second 12 ms (bursts come
 * again). What is merely late is played late and caught up with, which costs less: 5 ms, and 2.5 ms.
 */
const lossyWorth = { longMs: 2_000, shortMs: 1_200 };
const lateWorth = { longMs: 500, shortMs: 250 };
/** The shorter window, in slots of 10 ms; the longer one is all that is known. */
const shortSlots = 100;
/** `update` is called so often, and what it found is remembered for nearly as long as the long window. */
const updateSlots = 10;
const settledUpdates = 20;
const rememberedUpdates = 60;
/**
 * If packets of the last second came as regularly as this, and this much sooner than they had to be waited for before, the way
 * has become better: forget the worse one.
 */
const steadyMs = 40;
const shorterMs = 25;
/** Or if they wander by less than this share of what would be gained: a queue has emptied. */
const steadyShare = 0.5;
const steadySlots = 100;
/** And if all of the last 200 ms came later than is waited for, it has become longer, or the sender slept. */
const newPathSlots = 20;
/**
 * But if packets come in time for the way of before again, and within so long, that was a peak: somebody else had the line for a
 * moment. Then less calm is enough than is asked for otherwise; but not where there are more of them, which are waited for.
 */
const peakSlots = 300;
const peakCalmSlots = 30;
/** How a call begins on a narrow way is a relapse, too: one more is allowed. */
const mostPeakCalmSlots = 200;
/** A way that becomes this much worse again soon after was a way with peaks: each time, twice as long a calm is asked for. */
const mostSteadySlots = 600;
const relapseSlots = 1_000;
const relapseMs = 50;
const trustSlots = 3_000;
/** More than this above the fastest is not waited for by anybody. */
const maxTargetMs = 400;
/** Until half a second is known: two frames above what was seen; of a new way no more than was needed on the one before. */
const startMarginMs = 30;
const startSlots = 50;
/**
 * Losses are over when none came for so long, and for so many times as long as ever before in the time that is remembered, so
 * that bursts are not forgotten from one to the next; 6.2 s are always enough. Then the target sinks so much with each look: at once,
 * and the jitter buffer would leave sound out rather than play it faster.
 */
const lossFreeSlots = 150;
const lossFreeFactor = 8;
const sinkMs = 50;
/** Clocks and timers of both computers. */
const marginMs = 4;
/** A new delay has to be so much cheaper than the one there is, ms: to change it is heard, too. */
const changeWorthMs = 5;

export function createDelayTarget(): DelayTarget {
  const history = createSlotHistory();
  const sorted = new Float64Array(historySlots);
  const needs = new Float64Array(rememberedUpdates).fill(Number.NEGATIVE_INFINITY);
  const offsets = new Float64Array(settledUpdates).fill(Number.NEGATIVE_INFINITY);
  /** Fractions, written in place: each write to a captured variable would put a number on the heap. */
  const state = {
    offsetMs: Number.NaN,
    floorMs: Number.NaN,
    /** What is waited for anyway: what costs more is weighed from here on. */
    waitedMs: Number.NaN,
    /** Of `offsets`. */
    greatestOffsetMs: Number.NEGATIVE_INFINITY,
    /** What packets alone made necessary at the last look, and of that what the last second did. */
    ownNeedMs: Number.NaN,
    shortNeedMs: Number.NaN,
    /** What their losses did, or at least `waitedMs`; sinks slowly. */
    lossyNeedMs: Number.NEGATIVE_INFINITY,
    /** What was needed before the worse way was forgotten. */
    forgotMs: Number.NaN,
    /** What would have been needed then, with less calm. */
    wouldForgetMs: Number.NaN,
    /** What packets alone made necessary when the way became longer. */
    leftMs: Number.NaN,
    missingShare: 0,
    startMs: startMarginMs,
  };
  /** How long packets must have come regularly for what was before to be forgotten. */
  let calmSlots = steadySlots;
  let forgotAt = -1;
  /** When it became worse again soon after, or would have if less calm had been believed. */
  let relapsedAt = 0;
  /** When less calm would have been believed; −1: since the last relapse, never. */
  let wouldForgetAt = -1;
  /** When the way became longer; −1: it is the way, or there was only one. */
  let leftAt = -1;
  /** Losses before this slot are over. */
  let lossesFrom = 0;

  /**
   * The cheapest offset for what came one way since `from`; `state.waitedMs`, which is waited for anyway, if that is nothing, or not
   * worth waiting for. Packets that are late now and then don't change the one there is.
   */
  function needSince(from: number, came: Came, worthMs: number): number {
    const leastMs = state.waitedMs;
    const count = history.gather(from, came, sorted);
    const { known } = history;
    sortFirst(sorted, count);
    let first = 0;
    for (let end = count; first < end;) {
      const middle = (first + end) >> 1;
      if ((sorted[middle] ?? 0) <= leastMs) first = middle + 1;
      else end = middle;
    }
    const present = state.offsetMs - marginMs;
    let later = count - first;
    let best = leastMs;
    let bestCost = leastMs + (worthMs * later) / Math.max(1, known);
    for (let i = first; i < count; i += 1) {
      const value = sorted[i] ?? 0;
      if (value - state.floorMs > maxTargetMs) break;
      if (value <= present) later = count - 1 - i;
      const cost = value + (worthMs * (count - 1 - i)) / known;
      if (cost > bestCost) continue;
      bestCost = cost;
      best = value;
    }
    const presentCost = present + (worthMs * later) / Math.max(1, known);
    const isGoodEnough = present >= (came === own ? leastMs : best) && presentCost < bestCost + changeWorthMs;
    return isGoodEnough ? present : best;
  }

  function forgetBefore(slot: number): void {
    history.forgetBefore(slot);
    state.lossyNeedMs = Number.NEGATIVE_INFINITY;
    forgetNeeds();
  }

  /** Nothing of before is known any more. */
  function beginAnew(): void {
    state.lossyNeedMs = Number.NEGATIVE_INFINITY;
    state.startMs = startMarginMs;
  }

  function forgetNeeds(): void {
    needs.fill(Number.NEGATIVE_INFINITY);
    offsets.fill(Number.NEGATIVE_INFINITY);
    state.greatestOffsetMs = Number.NEGATIVE_INFINITY;
  }

  /** What losses needed is forgotten as soon as they are over, and nothing of the delay they made is kept back. */
  function forgetLosses(): void {
    const end = history.lossesEnd(lossesFrom, lossFreeSlots, lossFreeFactor);
    if (end === -1) return;
    lossesFrom = end;
    forgetNeeds();
  }

  function followPath(): void {
    if (isLonger()) {
      state.startMs = Math.min(startMarginMs, state.offsetMs - state.floorMs);
      if (leftAt === -1) {
        leftAt = history.newest;
        state.leftMs = state.ownNeedMs + marginMs;
      }
      forgetBefore(history.newest - newPathSlots + 1);
    }
    if (leftAt !== -1 && history.newest - leftAt > peakSlots) leftAt = -1;
    if (hasComeBack()) forgetAllBut(peakCalmSlots);
    else if (isShorter(calmSlots)) forgetAllBut(calmSlots);
    else if (calmSlots > steadySlots) judgePatience();
  }

  function isLonger(): boolean {
    if (history.newest - history.oldest < 2 * newPathSlots) return false;
    const { earliestMs } = history.look(history.newest - newPathSlots + 1);
    return Number.isFinite(earliestMs) && earliestMs > state.offsetMs;
  }

  function hasComeBack(): boolean {
    if (leftAt === -1 || calmSlots > mostPeakCalmSlots || history.newest - leftAt < peakCalmSlots) return false;
    const { latestMs } = history.look(history.newest - peakCalmSlots + 1);
    return Number.isFinite(latestMs) && latestMs <= state.leftMs;
  }

  function isShorter(calm: number): boolean {
    if (history.newest - history.oldest < Math.min(2 * calm, historySlots - 1)) return false;
    const { earliestMs, latestMs } = history.look(history.newest - calm + 1);
    const gainMs = state.ownNeedMs - latestMs;
    return Number.isFinite(latestMs) && latestMs - earliestMs < Math.max(steadyMs, gainMs * steadyShare) && gainMs > shorterMs;
  }

  /** Where less calm would have been believed, and been followed by a relapse, patience is still right. */
  function judgePatience(): void {
    const { newest } = history;
    if (isShorter(steadySlots)) {
      wouldForgetAt = newest;
      state.wouldForgetMs = history.look(newest - steadySlots + 1).latestMs;
      return;
    }
    if (wouldForgetAt === -1 || newest - wouldForgetAt >= relapseSlots) return;
    if (state.shortNeedMs <= state.wouldForgetMs + relapseMs) return;
    relapsedAt = newest;
    wouldForgetAt = -1;
  }

  /** The worse way is over: the newest slots are of the better one. */
  function forgetAllBut(slots: number): void {
    leftAt = -1;
    forgotAt = history.newest;
    state.startMs = 0;
    state.forgotMs = history.look(history.newest - slots + 1).latestMs;
    forgetBefore(history.newest - slots + 1);
  }

  /** What the last second's losses needed is kept for about as long as the slots are: bursts come again. */
  function remember(needMs: number): number {
    const kept = Math.min(rememberedUpdates, Math.ceil((history.newest - history.oldest + 1) / updateSlots));
    needs.copyWithin(1, 0, rememberedUpdates - 1);
    needs[0] = needMs;
    needs.fill(Number.NEGATIVE_INFINITY, kept);
    return greatest(needs);
  }

  /** The target has just been found: is it a relapse after something was forgotten? */
  function judgeForgetting(): void {
    const { newest } = history;
    if (forgotAt !== -1 && newest - forgotAt >= relapseSlots) forgotAt = -1;
    if (forgotAt !== -1 && state.ownNeedMs > state.forgotMs + relapseMs) {
      calmSlots = Math.min(mostSteadySlots, calmSlots * 2);
      relapsedAt = newest;
      forgotAt = -1;
    } else if (newest - relapsedAt > trustSlots) calmSlots = steadySlots;
  }

  return {
    available(timestamp, samples, arrivalMs, redundant) {
      const first = Math.floor(timestamp / slotUnits);
      const last = first + Math.max(1, Math.round(samples / slotUnits)) - 1;
      const value = arrivalMs - (timestamp * 10) / slotUnits;
      if (history.put(first, last, value, redundant ? copied : own)) beginAnew();
      if (Number.isNaN(state.floorMs) || value < state.floorMs) state.floorMs = value;
      const before = Number.isNaN(state.offsetMs) ? value + startMarginMs : state.offsetMs;
      state.offsetMs = Math.min(before, value + maxTargetMs + marginMs);
    },
    silent(timestamp, samples) {
      const first = Math.floor(timestamp / slotUnits);
      if (history.silence(first, first + Math.round(samples / slotUnits) - 1)) beginAnew();
    },
    update() {
      history.passOver();
      forgetLosses();
      followPath();
      state.missingShare = history.missingShare();
      const { newest, oldest } = history;
      const least = history.look(oldest).leastMs;
      if (!Number.isFinite(least)) return;
      state.floorMs = least;
      const lastSecond = newest - shortSlots + 1;
      state.waitedMs = least;
      state.shortNeedMs = needSince(lastSecond, own, lateWorth.shortMs);
      state.ownNeedMs = Math.max(needSince(oldest, own, lateWorth.longMs), state.shortNeedMs);
      // Copies cost only what they come later than the packets that are waited for: in a queue that fills and drops, they all do.
      state.waitedMs = Math.max(least, state.ownNeedMs);
      const burstNeedMs = needSince(lastSecond, copied, lossyWorth.shortMs);
      const lossyNeedMs = Math.max(
        needSince(lossesFrom, copied, lossyWorth.longMs),
        // A need of nothing must not be remembered as the fastest path of its time, which may have been a slow one.
        remember(burstNeedMs > state.waitedMs ? burstNeedMs : Number.NEGATIVE_INFINITY),
      );
      const mostMs = least + maxTargetMs;
      // Of a way that became shorter, no more is left than what may be waited for on the new one.
      state.lossyNeedMs = Math.max(lossyNeedMs, Math.min(state.lossyNeedMs, mostMs) - sinkMs);
      const start = newest - oldest < startSlots ? state.startMs : 0;
      const neededMs = Math.max(Math.min(Math.max(state.ownNeedMs, lossyNeedMs), mostMs) + marginMs, least + start);
      state.offsetMs = Math.max(neededMs, Math.min(state.lossyNeedMs, mostMs) + marginMs);
      offsets.copyWithin(1, 0, settledUpdates - 1);
      // What sinks is needed no more.
      offsets[0] = neededMs;
      state.greatestOffsetMs = greatest(offsets);
      judgeForgetting();
    },
    get offsetMs() {
      return state.offsetMs;
    },
    get settledMs() {
      return Math.max(state.offsetMs, state.greatestOffsetMs);
    },
    get floorMs() {
      return state.floorMs;
    },
    get missingShare() {
      return state.missingShare;
    },
  };
}

function greatest(values: Float64Array): number {
  let found = Number.NEGATIVE_INFINITY;
  // By index: what an iterator gives is a number on the heap each time.
  for (let i = 0; i < values.length; i += 1) {
    const value = values[i] ?? found;
    if (value > found) found = value;
  }
  return found;
}

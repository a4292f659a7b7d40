import { createCapacity, minBudgetBps } from './capacity.ts';
import { createFairShare, isHeldUp } from './fair-share.ts';
import { createGoneWatch } from './gone-watch.ts';
import { createNoNews } from './no-news.ts';
import { holdShare, probeGrowth } from './probe-growth.ts';
import { goneShare, type QueueView } from './queue-delay.ts';
import { createWideWatch } from './wide-watch.ts';

/**
 * How much may be sent, from delay and loss on the way there; after the ideas of GCC, NADA and SCReAM (RFC 8298, 8698), for a
 * flow of one voice.
 *
 * ```
 * open ──a queue──► draining ──empty──► holding ──later─► probing ──no queue at what is wanted──► open
 *  ▲                 │  ▲                  └─────a queue────┐ │
 *  │                 │  └───────────────────────────────────┴─┘
 *  └──it won't empty─┘  somebody else's queue: the delay is taken as it is
 * ```
 *
 * In a place that was narrow for us alone, what won't empty is left to others at a share of the place: on to holding.
 */
export type RatePhase = 'open' | 'draining' | 'holding' | 'probing';

export interface RateControl {
  /**
   * After each batch of fates.
   * @param wantedBps what would be sent without a limit @param plannedBps what is sent of it now, while somebody speaks
   * @param lossShare of the line, of the last second or two
   * @param dropShare of all packets of the last moments, those lost to a full queue among them
   */
  feedback(nowMs: number, view: QueueView, wantedBps: number, plannedBps: number, lossShare: number, dropShare: number): void;
  /**
   * Now and then: if nothing is told for long, a queue may hold the answers up.
   * @param heardMs when anything at all came from the other side last; NaN: it is not known
   */
  silence(nowMs: number, sentBps: number, heardMs: number): void;
  /** All headers included; null: no limit is known. */
  readonly budgetBps: number | null;
  /** What the narrowest place carries of our voice; null: unknown. */
  readonly capacityBps: number | null;
  /** And of everything. */
  readonly lineBps: number | null;
  readonly phase: RatePhase;
  /** Losses now are a full queue's, not the line's. */
  readonly isCongested: boolean;
  /** The queue found was somebody else's, and it is to be emptied no more: make it the base; or it was ours after all: undo that. */
  takeBase(): 'theirs' | 'ours' | null;
}

/** A queue shorter than this can be one packet's own length on a slow line that is not known yet. */
const leastQueueMs = 25;
/** Where the narrowest place is known, a queue there is believed sooner. */
const leastKnownQueueMs = 15;
const mostThresholdMs = 150;
/** Growth under this is a clock, a crossing packet, or a greedy flow beside us, which adds a packet each round trip. */
const growingMsPerS = 100;
/** While the queue is emptied: this share of what gets through. */
const drainShare = 0.55;
/** A short queue that stands still needs less. */
const deepQueueMs = 150;
const gentleDrainShare = 0.8;
/** A measurement's weight in the capacity when a queue begins, and at each look while it stands. */
const capacityWeight = 0.3;
const standingWeight = 0.15;
/** Any queue of ours is empty by then, or gets shorter still: one that does not is known to be somebody else's. */
const mostDrainMs = 2_500;
/**
 * The first probe comes soon, because what was seen may have been no queue. Each that fails was a queue of our own making, with
 * all that it does to the voice: the next one waits longer.
 */
const firstHoldMs = 1_000;
const holdFactor = 3;
const mostHoldMs = 15_000;
/**
 * While packets take their time in the place that was surveyed, nothing more is tried. But it may carry half as much again as was
 * measured, and they would: where for so long they took a little less, all was used that may be, and no queue came, it is tried all
 * the same.
 */
const surveyLastsMs = 30_000;
/**
 * Where packets come evenly, what gets through without a queue is known at once, and so is what gets through a queue: what was
 * known before is corrected by so much of the difference at each look.
 */
const provenWeight = 0.15;
/** Near the threshold nothing grows: where a place has been surveyed, already here. */
const surveyedThreshold = 0.55;
/** So much more than is wanted, and nothing is a limit any more. */
const openFactor = 1.25;
/** Of what may be sent: with less, nothing is proven. */
const usedShare = 0.8;
/** Near the threshold the budget shrinks, per second, instead. */
const nearThreshold = 0.7;
const backOff = 0.2;
/** 22 kbit/s in frames of 40 ms: understood without effort. */
const leastFairBps = 36_000;
/** A queue that is still this high after it should be empty is not ours. */
const stubbornShare = 0.85;
/** A queue drops packets now and then while somebody else fills it; so many, and it is full all the time. */
const overflowShare = 0.15;
/** Of a wide place that others fill this much is ours, whatever its queue does when we send less. */
const wideShare = 0.25;
/** Where packets wander this much, a narrow place may have been taken for what was none: it must be possible to grow out of it. */
const wildMs = 25;
const knownUneven = (unevenMs: number): number => (unevenMs > wildMs ? unevenMs : unevenMs / 2);

const isPressed = (view: QueueView): boolean => isHeldUp(view, growingMsPerS / 2);

export function createRateControl(): RateControl {
  let phase: RatePhase = 'open';
  let budgetBps: number | null = null;
  const capacity = createCapacity();
  const fair = createFairShare();
  const gone = createGoneWatch();
  const noNews = createNoNews();
  const wide = createWideWatch();
  /** Times, written in place: each write to a captured variable would put a number on the heap. */
  const state = {
    sinceMs: 0,
    lastMs: 0,
    drainFromMs: 0,
    drainSinceMs: 0,
    /** For so long the line was used in this phase, and no queue was near. */
    freeMs: 0,
    /** For so long it was all that may be, although the place may carry more. */
    fullMs: 0,
  };
  /** To go back to, if the queue turns out to be somebody else's. */
  let beforeBps: number | null = null;
  let baseWanted: 'theirs' | 'ours' | null = null;
  let congested = false;
  let holdForMs = firstHoldMs;
  /** Of the queue that is being emptied: it did not get shorter once, although less was sent than was thought to fit. */
  let isStubborn = false;

  const secondsSince = (nowMs: number): number => Math.min(0.5, (nowMs - state.lastMs) / 1000);

  function enter(next: RatePhase, nowMs: number): void {
    phase = next;
    state.sinceMs = nowMs;
    state.freeMs = 0;
    state.fullMs = 0;
  }

  /** Ours in any case: beside somebody else's queue a fair share, but not more than gets through. */
  function floorBps(nowMs: number): number {
    if (!fair.isTheirs(nowMs)) return minBudgetBps;
    const mostBps =
      capacity.bps === null ? fair.bps : Math.min(fair.bps, Math.max(leastFairBps, capacity.bps * gentleDrainShare));
    return Math.max(minBudgetBps, mostBps);
  }

  /**
   * Several steps down are not taken for a queue that may not be ours: not below a fair share while nothing has been seen of a
   * narrow place, and one step at most below what it was seen to carry.
   */
  function leastBpsNow(nowMs: number): number {
    if (noNews.budgetBps !== null) return floorBps(nowMs);
    if (capacity.bps === null) return leastFairBps;
    return Math.max(floorBps(nowMs), Math.min(leastFairBps, capacity.bps * drainShare));
  }

  /** There is a queue, and more was sent than before. */
  function tryFailed(nowMs: number): void {
    const wasTrusted = gone.failed(nowMs);
    if (wasTrusted || (phase === 'probing' && capacity.bps !== null)) holdForMs = Math.min(mostHoldMs, holdForMs * holdFactor);
  }

  function drain(nowMs: number, view: QueueView, wantedBps: number): void {
    if (phase !== 'draining') {
      beforeBps = budgetBps;
      isStubborn = false;
      state.drainSinceMs = nowMs;
      tryFailed(nowMs);
      // At a share of what the place was thought to carry there is one all the same: others have come.
      if (capacity.bps !== null || isPressed(view)) capacity.survey(view, capacityWeight);
    }
    if (phase === 'probing') capacity.confirm();
    const isSteep = (view.growthMsPerS > growingMsPerS && isPressed(view)) || view.queueMs > deepQueueMs;
    const share = isSteep ? drainShare : gentleDrainShare;
    const usual = Math.min(budgetBps ?? wantedBps, capacity.bps ?? wantedBps, noNews.budgetBps ?? wantedBps);
    budgetBps = Math.max(Math.min(leastBpsNow(nowMs), budgetBps ?? wantedBps), usual * share);
    state.drainFromMs = view.queueMs;
    enter('draining', nowMs);
  }

  function whileDraining(
    nowMs: number,
    view: QueueView,
    emptyMs: number,
    wantedBps: number,
    lossShare: number,
    dropShare: number,
  ): void {
    if (view.queueMs < emptyMs) {
      hold(nowMs);
      return;
    }
    const { deliveredBps, sentBps } = view;
    // What was sent before the slower sending began still adds to the queue; its height then is what has to come down.
    const answeredMs = view.newestSentAtMs - state.sinceMs;
    if (answeredMs <= 0) {
      state.drainFromMs = Math.max(state.drainFromMs, view.queueMs);
      if (deliveredBps === null || view.growthMsPerS <= growingMsPerS || !isPressed(view)) return;
      capacity.survey(view, capacityWeight);
      if (capacity.bps !== null) budgetBps = Math.max(floorBps(nowMs), capacity.bps * drainShare);
      return;
    }
    // More comes out than goes in: a queue empties, and if it is ours, at the rate of the narrowest place. If not, it is less.
    const isEmptying = deliveredBps !== null && sentBps !== null && deliveredBps > sentBps * 1.15;
    if (capacity.bps === null ? isEmptying : !isStubborn) capacity.survey(view, standingWeight);
    const fitsBps = capacity.bps ?? beforeBps ?? wantedBps;
    const emptyingMs = state.drainFromMs / Math.max(0.15, 1 - (budgetBps ?? 0) / fitsBps);
    if (answeredMs < 200 + Math.min(3_000, emptyingMs * 1.3)) return;
    const isSpent = nowMs - state.drainSinceMs > mostDrainMs;
    if (view.queueMs < emptyMs + (state.drainFromMs - emptyMs) * stubbornShare) {
      // It does get shorter, but slower than was thought.
      drain(nowMs, view, wantedBps);
      return;
    }
    if ((!isStubborn && !isSpent) || dropShare > overflowShare || fair.isOurs(nowMs)) {
      isStubborn = true;
      // Full and overflowing: what comes in beyond what fits is dropped, so the rest seems to come out as fast as it was sent.
      if (dropShare > overflowShare) capacity.survey(view, 1);
      drain(nowMs, view, wantedBps);
      budgetBps = Math.min(budgetBps ?? wantedBps, Math.max(leastBpsNow(nowMs), (capacity.bps ?? wantedBps) * drainShare));
      return;
    }
    leaveToOthers(nowMs, lossShare);
  }

  /** Their queue is the way itself from now on. A narrow place that we have filled ourselves stays as narrow as it was. */
  function leaveToOthers(nowMs: number, lossShare: number): void {
    baseWanted = 'theirs';
    fair.leave(nowMs, capacity.lineBps, lossShare);
    if (fair.isNarrow) {
      budgetBps = Math.max(minBudgetBps, fair.bps);
      enter('holding', nowMs);
      return;
    }
    // What was measured is not what a place carries of ours. Where it was little, begin with a fair share all the same.
    budgetBps = capacity.bps === null && beforeBps === null ? null : Math.max(beforeBps ?? 0, fair.bps);
    capacity.forget();
    enter(budgetBps === null ? 'open' : 'probing', nowMs);
  }

  /** In a wide place others stand before and behind us: nothing of what was measured there is what it carries of ours. */
  function joinOthers(nowMs: number, view: QueueView, wideBps: number, wantedBps: number, lossShare: number): void {
    const mostBps = wideBps * wideShare;
    if (!fair.isTheirs(nowMs)) {
      baseWanted = 'theirs';
      wide.left(nowMs, view.queueMs);
    }
    fair.leave(nowMs, wideBps, lossShare);
    capacity.forget();
    budgetBps = mostBps > wantedBps * openFactor ? null : Math.max(fair.bps, mostBps);
    holdForMs = firstHoldMs;
    enter(budgetBps === null ? 'open' : 'probing', nowMs);
  }

  /** Whose the queue is, what we send is to tell. */
  function doubtOthers(nowMs: number): void {
    baseWanted = 'ours';
    fair.end(nowMs);
  }

  /** Full, and overflowing by what we send: it has to be emptied after all. */
  function takeBack(nowMs: number, view: QueueView, wantedBps: number): void {
    baseWanted = 'ours';
    fair.takeBack(nowMs);
    capacity.survey(view, 1);
    drain(nowMs, view, wantedBps);
  }

  function hold(nowMs: number): void {
    if (capacity.bps !== null) budgetBps = Math.max(floorBps(nowMs), capacity.bps * holdShare);
    enter('holding', nowMs);
  }

  /** What is held is a share of what others leave. */
  function whileHolding(nowMs: number): void {
    capacity.ease(secondsSince(nowMs));
    if (capacity.bps !== null) budgetBps = Math.max(budgetBps ?? 0, capacity.bps * holdShare);
  }

  /** Until it has lasted (`surveyLastsMs`); what is tried then begins as carefully as any try. */
  function stayNarrow(nowMs: number, view: QueueView, sinceMs: number): void {
    const mostBps = Math.max(floorBps(nowMs), (capacity.bps ?? Number.POSITIVE_INFINITY) * holdShare);
    if (budgetBps === null || budgetBps <= mostBps || state.fullMs >= surveyLastsMs) return;
    budgetBps = mostBps;
    if (capacity.mayBeMore(view)) state.fullMs += sinceMs;
    if (state.fullMs >= surveyLastsMs) state.freeMs = 0;
  }

  function grow(
    nowMs: number,
    view: QueueView,
    wantedBps: number,
    plannedBps: number,
    thresholdMs: number,
    isTheirs: boolean,
  ): void {
    if (budgetBps === null) return;
    // Silence fills no pipe: what was not sent has proven nothing. But a plan of longer frames stays below its budget for good:
    // where no narrow place is known, all of it is enough.
    const fullBps = Math.min(budgetBps, wantedBps, capacity.bps === null ? plannedBps : wantedBps);
    const isUsed = view.sentBps !== null && view.sentBps > fullBps * usedShare;
    const seconds = secondsSince(nowMs);
    if (view.queueMs > thresholdMs * nearThreshold && !isTheirs)
      budgetBps = Math.max(floorBps(nowMs), budgetBps * (1 - backOff * seconds));
    const isNear = view.queueMs > thresholdMs * (capacity.isSurveyed ? surveyedThreshold : nearThreshold);
    if (isNear) {
      state.freeMs = 0;
      state.fullMs = 0;
    }
    if (!isUsed || isNear) return;
    state.freeMs += seconds * 1000;
    const { bps: capacityBps, isSurveyed } = capacity;
    budgetBps *= 1 + probeGrowth({ budgetBps, capacityBps, isSurveyed, unevenMs: view.unevenMs, freeMs: state.freeMs }) * seconds;
    capacity.prove(view, provenWeight);
    capacity.ease(seconds);
    if (capacity.isStillNarrow(view)) stayNarrow(nowMs, view, seconds * 1000);
    if (budgetBps <= wantedBps * openFactor) return;
    budgetBps = null;
    capacity.forget();
    holdForMs = firstHoldMs;
    enter('open', nowMs);
  }

  return {
    feedback(nowMs, view, wantedBps, plannedBps, lossShare, dropShare) {
      // Nothing has come out at the other end yet: there is nothing to judge by.
      if (Number.isNaN(view.newestSentAtMs)) return;
      const thresholdMs = Math.min(
        mostThresholdMs,
        capacity.bps === null ? leastQueueMs + view.unevenMs * 1.25 : leastKnownQueueMs + knownUneven(view.unevenMs),
      );
      const hasQueue = view.queueMs > thresholdMs;
      const seenBps = wide.sees(nowMs, view, lossShare, fair.isTheirs(nowMs));
      const wideBps = fair.isOurs(nowMs) || (seenBps ?? 0) * wideShare < (capacity.bps ?? 0) ? null : seenBps;
      if (wide.hasFailed) doubtOthers(nowMs);
      if (wideBps === null) fair.watch(nowMs, view, lossShare);
      else if (fair.isTheirs(nowMs)) fair.leave(nowMs, wideBps, lossShare);
      const isTheirs = fair.isTheirs(nowMs);
      congested = phase === 'draining' || (view.queueMs > Math.max(60, thresholdMs) && !isTheirs);
      const hasLess = budgetBps !== null && budgetBps < Math.min(wantedBps, (wideBps ?? 0) * wideShare);
      const isCrowded = isTheirs ? hasLess : hasQueue || phase === 'draining';
      if (wideBps !== null && isCrowded) joinOthers(nowMs, view, wideBps, wantedBps, lossShare);
      else if (phase === 'draining')
        whileDraining(nowMs, view, thresholdMs - leastKnownQueueMs / 2, wantedBps, lossShare, dropShare);
      else if (isTheirs && fair.isOverflowing(lossShare)) takeBack(nowMs, view, wantedBps);
      else if (hasQueue && !isTheirs && !(view.newestSentAtMs < state.sinceMs && phase !== 'open')) drain(nowMs, view, wantedBps);
      else if (phase !== 'open' && gone.sees(nowMs, capacity.seemsGone(view))) {
        gone.trusted(nowMs);
        // It must carry that much, or more would have been seen of it.
        budgetBps = Math.max(budgetBps ?? 0, (capacity.bps ?? 0) / goneShare);
        capacity.forget();
        enter('probing', nowMs);
      } else if (phase === 'holding' && nowMs - state.sinceMs >= holdForMs) enter('probing', nowMs);
      else if (phase === 'holding' && view.queueMs < thresholdMs * surveyedThreshold) whileHolding(nowMs);
      else if (phase === 'probing') grow(nowMs, view, wantedBps, plannedBps, thresholdMs, isTheirs);
      noNews.told(nowMs, view.newestSentAtMs);
      state.lastMs = nowMs;
    },
    silence: (nowMs, sentBps, heardMs) => noNews.pass(nowMs, heardMs, budgetBps ?? sentBps, floorBps(nowMs)),
    get budgetBps() {
      return noNews.budgetBps ?? budgetBps;
    },
    get capacityBps() {
      return capacity.bps;
    },
    get lineBps() {
      return capacity.lineBps;
    },
    get phase() {
      return phase;
    },
    get isCongested() {
      return congested;
    },
    takeBase() {
      const wanted = baseWanted;
      baseWanted = null;
      return wanted;
    },
  };
}

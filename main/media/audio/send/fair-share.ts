import type { QueueView } from './queue-delay.ts';

/** Beside a queue that is somebody else's: how much is ours all the same, and whether it is theirs still. */
export interface FairShare {
  /**
   * For a while the queue is theirs.
   * @param lineBps what the place carries of everything, if we have filled it ourselves; null: we have not
   * @param lossShare of the line now
   */
  leave(nowMs: number, lineBps: number | null, lossShare: number): void;
  /** It is not known to be theirs any more. */
  end(nowMs: number): void;
  /** It overflowed by what we send: for a while no queue is theirs. */
  takeBack(nowMs: number): void;
  /** After each batch of fates: what gets through as it was sent is not what fills the queue. */
  watch(nowMs: number, view: QueueView, lossShare: number): void;
  isTheirs(nowMs: number): boolean;
  isOurs(nowMs: number): boolean;
  /** So much is lost in a narrow place since it was left to them that it is full of what we send. */
  isOverflowing(lossShare: number): boolean;
  /** What was left last is a place so narrow that even a share of it is little. */
  readonly isNarrow: boolean;
  /** That much is ours now. */
  readonly bps: number;
}

/** This much, as long as most of it arrives. */
const mostBps = 45_000;
/** Of a place that we have filled ourselves, and so not more than gets through. */
const shareOfLine = 0.5;
const theirsForMs = 20_000;
const oursForMs = 30_000;
/** A greedy flow costs us nearly as much for a moment: of 100 packets beside CUBIC's first rush 18. */
const overflowLoss = 0.2;
/** Somebody else's sending holds ours up, too, for a moment: beside it, only what lasts and is steep is ours. */
const heldUpShare = 0.85;
const ownGrowthMsPerS = 150;
const ownGrowthLooks = 3;
const unfairLoss = 0.3;

/** Less comes out than goes in, packet by packet and not by one jump: it is our own sending that a queue grows by. */
export const isHeldUp = ({ deliveredBps, sentBps, growthMsPerS }: QueueView, leastGrowthMsPerS: number): boolean =>
  deliveredBps !== null && sentBps !== null && deliveredBps < sentBps * heldUpShare && growthMsPerS > leastGrowthMsPerS;

export function createFairShare(): FairShare {
  /** Times, written in place: each write to a captured variable would put a number on the heap. */
  const state = {
    theirsUntilMs: Number.NEGATIVE_INFINITY,
    oursUntilMs: Number.NEGATIVE_INFINITY,
    bps: mostBps,
    lossShare: 0,
    ownLooks: 0,
  };

  function end(nowMs: number): void {
    state.theirsUntilMs = Math.min(state.theirsUntilMs, nowMs);
  }

  return {
    leave(nowMs, lineBps, lossShare) {
      state.lossShare = lossShare;
      state.theirsUntilMs = nowMs + theirsForMs;
      state.bps = lineBps === null ? mostBps : Math.min(mostBps, lineBps * shareOfLine);
    },
    end,
    takeBack(nowMs) {
      end(nowMs);
      state.oursUntilMs = nowMs + oursForMs;
    },
    watch(nowMs, view, lossShare) {
      state.ownLooks = isHeldUp(view, ownGrowthMsPerS) ? state.ownLooks + 1 : 0;
      if (state.ownLooks >= ownGrowthLooks || lossShare > unfairLoss) end(nowMs);
    },
    isTheirs: (nowMs) => nowMs < state.theirsUntilMs,
    isOurs: (nowMs) => nowMs < state.oursUntilMs,
    isOverflowing: (lossShare) => state.bps < mostBps && lossShare > state.lossShare + overflowLoss,
    get isNarrow() {
      return state.bps < mostBps;
    },
    get bps() {
      return state.bps;
    },
  };
}

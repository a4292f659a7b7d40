import type { QueueView } from './queue-delay.ts';

/** Whether a place that seems wide is to be believed. */
export interface WideWatch {
  /**
   * After each batch of fates.
   * @param isTheirs its queue is others' still: what gets lost later says nothing of that one
   * @returns what it carries of everything; null: it is not seen to be wide, or not believed
   */
  sees(nowMs: number, view: QueueView, lossShare: number, isTheirs: boolean): number | null;
  /** Its queue is left to others. */
  left(nowMs: number, queueMs: number): void;
  /** It was, and wrongly: packets only come in bunches. */
  readonly hasFailed: boolean;
}

/** Others' queue is shorter by so much now and then, within so long. */
const fallsTo = 0.7;
const fallsWithinMs = 6_000;
/** And it loses less than this: mean of so long. A greedy flow's first rush is over sooner. */
const mostLoss = 0.05;
const lossMeanMs = 8_000;
const doubtMs = 30_000;
const mostDoubtMs = 240_000;

export function createWideWatch(): WideWatch {
  /** Written in place: each write to a captured variable would put a number on the heap. */
  const state = {
    lastMs: Number.NaN,
    loss: 0,
    leftAtMs: Number.NaN,
    leftQueueMs: 0,
    doubtUntilMs: Number.NEGATIVE_INFINITY,
    doubtForMs: doubtMs,
  };
  let isLeft = false;
  let hasFailed = false;

  /** As long as a queue was not left, nothing is to be proven. */
  function isWrong(nowMs: number, { takenMs }: QueueView): boolean {
    if (takenMs < fallsTo * state.leftQueueMs) state.leftAtMs = Number.NaN;
    return isLeft && (nowMs - state.leftAtMs > fallsWithinMs || state.loss > mostLoss);
  }

  return {
    sees(nowMs, view, lossShare, isTheirs) {
      isLeft &&= isTheirs;
      const sinceMs = Number.isNaN(state.lastMs) ? 0 : Math.min(1_000, nowMs - state.lastMs);
      state.lastMs = nowMs;
      state.loss += ((lossShare - state.loss) * sinceMs) / lossMeanMs;
      hasFailed = isWrong(nowMs, view);
      if (hasFailed) {
        isLeft = false;
        state.leftAtMs = Number.NaN;
        state.doubtUntilMs = nowMs + state.doubtForMs;
        state.doubtForMs = Math.min(mostDoubtMs, state.doubtForMs * 2);
      }
      return nowMs < state.doubtUntilMs ? null : view.wideBps;
    },
    left(nowMs, queueMs) {
      isLeft = true;
      state.leftAtMs = nowMs;
      state.leftQueueMs = queueMs;
    },
    get hasFailed() {
      return hasFailed;
    },
  };
}

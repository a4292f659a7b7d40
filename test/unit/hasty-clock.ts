import type { Clock } from '../../main/ports/clock.ts';

/** Waits for nothing, and lets others have their turn. */
export const hastyClock: Clock = {
  nowMs: () => 0,
  monotonicMs: () => 0,
  setTimer: (_delayMs, run) => {
    const turn = setImmediate(run);
    return { cancel: () => clearImmediate(turn) };
  },
};

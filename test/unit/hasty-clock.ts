import type { Clock } from '../../main/ports/clock.ts';

/** Waits for nothing, and lets others have their turn. */
export const hastyClock: Clock = {
  nowMs: () => 0,
  monotonicMs: () => 0,
  setTimer: (_delayMs, run) => {
    let turn = setImmediate(run);
    const cancel = (): void => clearImmediate(turn);
    return {
      cancel,
      restart() {
        cancel();
        turn = setImmediate(run);
      },
    };
  },
};

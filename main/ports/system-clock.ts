import type { Clock } from './clock.ts';

const NANOSECONDS_PER_MILLISECOND = 1e6;

/** The real clock. `hrtime` is CLOCK_MONOTONIC (or its like), so separate processes of one machine agree on it. */
export const systemClock: Clock = {
  nowMs: () => Date.now(),
  monotonicMs: () => Number(process.hrtime.bigint()) / NANOSECONDS_PER_MILLISECOND,
  setTimer(delayMs, run) {
    const timer = setTimeout(run, delayMs);
    timer.unref();
    return { cancel: () => clearTimeout(timer) };
  },
};

import type { Clock, Timer } from './clock.ts';

const NANOSECONDS_PER_MILLISECOND = 1e6;

/**
 * `hrtime` is CLOCK_MONOTONIC (or its like), so separate processes of one machine agree on it. `performance.now` is the same
 * clock from an origin of each thread's own, and makes no BigInt in the 10 ms path.
 */
const originMs = Number(process.hrtime.bigint()) / NANOSECONDS_PER_MILLISECOND - performance.now();

/** A class, because a closure more per timer counts where there are hundreds a second. */
class SystemTimer implements Timer {
  readonly #timeout: NodeJS.Timeout;

  constructor(delayMs: number, run: () => void) {
    this.#timeout = setTimeout(run, delayMs);
    this.#timeout.unref();
  }

  cancel(): void {
    clearTimeout(this.#timeout);
  }

  restart(): void {
    this.#timeout.refresh();
  }
}

/** The real clock. */
export const systemClock: Clock = {
  nowMs: () => Date.now(),
  monotonicMs: () => originMs + performance.now(),
  setTimer: (delayMs, run) => new SystemTimer(delayMs, run),
};

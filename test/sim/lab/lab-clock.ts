import type { Clock, Timer } from '../../../main/ports/clock.ts';
import { systemClock } from '../../../main/ports/system-clock.ts';

interface Waiting {
  atMs: number;
  readonly run: () => void;
  real: Timer | null;
}

/**
 * Real time, with leaps: between two leaps it passes as everywhere, so that sockets and what waits for them fit together; a leap
 * of an hour fires what fell due in it, each timer once (as after a sleep of the machine). Hours and days go by in leaps.
 */
export class LabClock implements Clock {
  #aheadMs = 0;
  readonly #waiting = new Set<Waiting>();

  nowMs(): number {
    return systemClock.nowMs() + this.#aheadMs;
  }

  monotonicMs(): number {
    return systemClock.monotonicMs() + this.#aheadMs;
  }

  setTimer(delayMs: number, run: () => void): Timer {
    const waiting: Waiting = { atMs: 0, run, real: null };
    const start = (): void => {
      waiting.atMs = this.monotonicMs() + Math.max(0, delayMs);
      // Behind those that were set before.
      this.#waiting.delete(waiting);
      this.#waiting.add(waiting);
      this.#arm(waiting);
    };
    start();
    return {
      cancel: () => {
        this.#waiting.delete(waiting);
        waiting.real?.cancel();
      },
      restart: start,
    };
  }

  /** Leaps; what fell due runs now, the earliest first. Timers that these set are new ones: they wait from here on. */
  leap(durationMs: number): void {
    this.#aheadMs += durationMs;
    const nowMs = this.monotonicMs();
    const due = [...this.#waiting].filter(({ atMs }) => atMs <= nowMs).toSorted((left, right) => left.atMs - right.atMs);
    for (const waiting of this.#waiting) this.#arm(waiting);
    // One that ran may have cancelled a later one.
    for (const waiting of due) if (this.#waiting.has(waiting)) this.#fire(waiting);
  }

  #arm(waiting: Waiting): void {
    waiting.real?.cancel();
    waiting.real = systemClock.setTimer(Math.max(0, waiting.atMs - this.monotonicMs()), () => this.#fire(waiting));
  }

  #fire(waiting: Waiting): void {
    this.#waiting.delete(waiting);
    waiting.real?.cancel();
    waiting.run();
  }
}

import type { Clock, Timer } from '../../main/ports/clock.ts';

interface Waiting {
  readonly atMs: number;
  readonly run: () => void;
}

/** Time that passes only when told to. Timers due at the same moment run in the order in which they were set. */
export class VirtualClock implements Clock {
  #startMs: number;
  #elapsedMs = 0;
  readonly #waiting = new Set<Waiting>();

  /** @param startMs wall time; the monotonic clock has an origin of its own, so that confusing the two shows */
  constructor(startMs: number = Date.UTC(2026, 10, 23, 18)) {
    this.#startMs = startMs;
  }

  readonly nowMs = (): number => this.#startMs + this.#elapsedMs;

  readonly monotonicMs = (): number => this.#elapsedMs;

  readonly setTimer = (delayMs: number, run: () => void): Timer => {
    let waiting: Waiting;
    const cancel = (): void => void this.#waiting.delete(waiting);
    const start = (): void => {
      waiting = { atMs: this.#elapsedMs + Math.max(0, delayMs), run };
      this.#waiting.add(waiting);
    };
    start();
    return {
      cancel,
      restart() {
        cancel();
        start();
      },
    };
  };

  /** Runs what falls due, in order; `latenessMs` lets every timer fire late, as a busy thread does. */
  readonly advance = (durationMs: number, latenessMs = 0): void => {
    const untilMs = this.#elapsedMs + durationMs;
    for (;;) {
      const [next] = [...this.#waiting].toSorted((a, b) => a.atMs - b.atMs);
      if (next === undefined || next.atMs + latenessMs > untilMs) break;
      this.#waiting.delete(next);
      this.#elapsedMs = Math.max(this.#elapsedMs, next.atMs + latenessMs);
      next.run();
    }
    this.#elapsedMs = untilMs;
  };

  /** The thread hung: time passes, and nothing runs. */
  readonly hang = (durationMs: number): void => {
    this.#elapsedMs += durationMs;
  };

  /** Sets the wall clock without running anything, as a person does. */
  readonly setNow = (wallMs: number): void => {
    this.#startMs = wallMs - this.#elapsedMs;
  };

  get pendingTimers(): number {
    return this.#waiting.size;
  }
}

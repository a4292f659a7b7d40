import type { Clock, Timer } from '../../../main/ports/clock.ts';

interface Waiting {
  readonly atMs: number;
  readonly run: () => void;
}

/** Time that passes only when told to. Timers due at the same moment run in the order in which they were set. */
export class VirtualClock implements Clock {
  #nowMs = 0;
  readonly #waiting = new Set<Waiting>();

  /** Wall time has an origin of its own, so that confusing the two clocks shows. */
  nowMs(): number {
    return 1_700_000_000_000 + this.#nowMs;
  }

  monotonicMs(): number {
    return this.#nowMs;
  }

  setTimer(delayMs: number, run: () => void): Timer {
    const waiting = { atMs: this.#nowMs + Math.max(0, delayMs), run };
    this.#waiting.add(waiting);
    return { cancel: () => void this.#waiting.delete(waiting) };
  }

  advance(durationMs: number): void {
    const untilMs = this.#nowMs + durationMs;
    for (;;) {
      const due = [...this.#waiting].filter(({ atMs }) => atMs <= untilMs).toSorted((a, b) => a.atMs - b.atMs)[0];
      if (due === undefined) break;
      this.#waiting.delete(due);
      this.#nowMs = Math.max(this.#nowMs, due.atMs);
      due.run();
    }
    this.#nowMs = untilMs;
  }

  get pendingTimers(): number {
    return this.#waiting.size;
  }
}

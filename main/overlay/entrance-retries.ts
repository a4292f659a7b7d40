import type { Random } from '../ports/random.ts';

/** Without a single node for so long, all entrances are tried again… */
const firstMs = 10_000;
/** …and after each time that nobody answered twice as late, so that a whole network that is down is not a storm of questions. */
const lastMs = 120_000;

/** When somebody who hears nobody tries all entrances again: ever later, and not when everybody else does. */
export class EntranceRetries {
  readonly #random: Random;
  #waitMs = firstMs;
  #dueMs = Number.NEGATIVE_INFINITY;

  constructor(random: Random) {
    this.#random = random;
  }

  /** True if now is the time, which counts as a try. */
  take(nowMs: number): boolean {
    if (nowMs < this.#dueMs) return false;
    // ± 25 %: those who lost everybody at the same moment spread out.
    this.#dueMs = nowMs + this.#waitMs * (0.75 + this.#random.fraction() / 2);
    this.#waitMs = Math.min(this.#waitMs * 2, lastMs);
    return true;
  }

  /** Somebody is there, or our network changed: the next loss is a new one. */
  reset(): void {
    this.#waitMs = firstMs;
    this.#dueMs = Number.NEGATIVE_INFINITY;
  }
}

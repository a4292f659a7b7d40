import type { Clock, Timer } from '../ports/clock.ts';
import type { Logger } from '../ports/logger.ts';

export interface LookOutParts {
  readonly clock: Clock;
  readonly log: Logger;
  /** New neighbours come by the dozen: they are waited for so long. */
  readonly settleMs: number;
  /** Between rounds, while enough is known. */
  readonly everyMs: number;
  /** While it isn't: so long after the first round, then twice as long each time, up to `everyMs`. */
  readonly eagerMs: number;
  readonly isEnough: () => boolean;
  /** One round; null: there is nobody to ask, and no use in trying again by itself. */
  readonly round: () => Promise<void> | null;
}

/** Looks for something among our neighbours again and again, one round at a time. */
export class LookOut {
  readonly #parts: LookOutParts;
  #timer: Timer | null = null;
  #eagerMs: number;
  #isRunning = false;
  #isStopped = false;

  constructor(parts: LookOutParts) {
    this.#parts = parts;
    this.#eagerMs = parts.eagerMs;
  }

  get isStopped(): boolean {
    return this.#isStopped;
  }

  /** What failed before may work now. */
  beEager(): void {
    this.#eagerMs = this.#parts.eagerMs;
  }

  /** Something changed. */
  soon(): void {
    this.#later(this.#parts.settleMs);
  }

  now(): void {
    this.#later(0);
  }

  stop(): void {
    this.#isStopped = true;
    this.#timer?.cancel();
  }

  #later(delayMs: number): void {
    if (this.#isStopped || this.#isRunning) return;
    this.#timer?.cancel();
    this.#timer = this.#parts.clock.setTimer(delayMs, () => void this.#round());
  }

  async #round(): Promise<void> {
    if (this.#isRunning) return;
    this.#isRunning = true;
    let isOver = false;
    try {
      const round = this.#parts.round();
      isOver = round === null;
      await round;
    } catch (error) {
      this.#parts.log.warn('look-out-failed', { detail: error instanceof Error ? error.message : String(error) });
    } finally {
      this.#isRunning = false;
      if (!isOver) this.#later(this.#nextMs());
    }
  }

  #nextMs(): number {
    const { isEnough, everyMs } = this.#parts;
    if (isEnough()) return everyMs;
    const nextMs = this.#eagerMs;
    this.#eagerMs = Math.min(nextMs * 2, everyMs);
    return nextMs;
  }
}

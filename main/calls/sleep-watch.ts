import type { Clock, Timer } from '../ports/clock.ts';

const lookEveryMs = 1_000;
/** A look that comes so much too late was slept through: no busy computer makes anybody wait so long. */
const sleptMs = 5_000;
/** What ends so long after waking ends because of it: the other side gives a session up after 11 s. */
const lateMs = 20_000;

/**
 * Whether this computer slept a moment ago. By the wall clock, because the other one stands still in a sleep on some systems;
 * whoever sets it by hand at that moment gets a wrong word, and nothing else.
 */
export class SleepWatch {
  readonly #clock: Clock;
  #lookedAtMs = 0;
  #wokeAtMs = Number.NEGATIVE_INFINITY;
  #timer: Timer | null = null;

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  start(): void {
    this.#lookedAtMs = this.#clock.nowMs();
    this.#later();
  }

  stop(): void {
    this.#timer?.cancel();
    this.#timer = null;
  }

  /** Also between waking and the next look. */
  sleptLately(): boolean {
    this.#look();
    return this.#clock.nowMs() - this.#wokeAtMs < lateMs;
  }

  #later(): void {
    this.#timer = this.#clock.setTimer(lookEveryMs, () => {
      this.#look();
      this.#later();
    });
  }

  #look(): void {
    const nowMs = this.#clock.nowMs();
    if (nowMs - this.#lookedAtMs > lookEveryMs + sleptMs) this.#wokeAtMs = nowMs;
    this.#lookedAtMs = nowMs;
  }
}

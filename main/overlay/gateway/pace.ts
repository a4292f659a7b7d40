/** A rate that can be overdrawn: who passed too much waits until that is paid off. Time is the caller's (monotonic milliseconds). */
export class Pace {
  readonly #perSecond: number;
  readonly #burst: number;
  #left: number;
  #atMs: number;

  /** @param perSecond bytes in the long run @param burst bytes at once */
  constructor(perSecond: number, burst: number, nowMs: number) {
    this.#perSecond = perSecond;
    this.#burst = burst;
    this.#left = burst;
    this.#atMs = nowMs;
  }

  /** Counts bytes that passed. @returns milliseconds until more should; 0: at once */
  spend(nowMs: number, bytes: number): number {
    const earned = (Math.max(0, nowMs - this.#atMs) / 1000) * this.#perSecond;
    this.#atMs = nowMs;
    this.#left = Math.min(this.#burst, this.#left + earned) - bytes;
    return this.#left >= 0 ? 0 : Math.ceil((-this.#left / this.#perSecond) * 1000);
  }
}

/** What a client may pass by itself, and of what all may: it waits for others only where it takes more than its part of that. */
export class ClientPace {
  readonly #own: Pace;
  readonly #part: Pace;
  readonly #all: Pace;

  constructor(own: Pace, part: Pace, all: Pace) {
    this.#own = own;
    this.#part = part;
    this.#all = all;
  }

  /** As `Pace`. */
  spend(nowMs: number, bytes: number): number {
    const ownMs = this.#own.spend(nowMs, bytes);
    const allMs = this.#all.spend(nowMs, bytes);
    return this.#part.spend(nowMs, bytes) === 0 ? ownMs : Math.max(ownMs, allMs);
  }
}

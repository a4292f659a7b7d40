/** So much may come at once: a call that begins, or goes over two ways for a moment. */
const burstSeconds = 2;

/** Bytes in a second, and none of what is over them: a token bucket that allocates nothing. */
export class ByteBudget {
  readonly #perSecond: number;
  #left: number;
  #countedMs: number;

  constructor(bytesPerSecond: number, nowMs: number) {
    this.#perSecond = bytesPerSecond;
    this.#left = bytesPerSecond * burstSeconds;
    this.#countedMs = nowMs;
  }

  /** False: not enough is left, and nothing is taken. */
  spend(bytes: number, nowMs: number): boolean {
    const earned = ((nowMs - this.#countedMs) / 1000) * this.#perSecond;
    this.#left = Math.min(this.#perSecond * burstSeconds, this.#left + earned);
    this.#countedMs = nowMs;
    if (this.#left < bytes) return false;
    this.#left -= bytes;
    return true;
  }
}

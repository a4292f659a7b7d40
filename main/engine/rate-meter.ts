/** Makes of a source's running total what is new, and how fast it comes. */
export class RateMeter {
  #bytes = 0;
  #atMs: number;
  #bitsPerSecond = 0;

  constructor(nowMs: number) {
    this.#atMs = nowMs;
  }

  get bitsPerSecond(): number {
    return this.#bitsPerSecond;
  }

  /**
   * @param totalBytes since the source's start
   * @returns bytes since it was last heard
   */
  heard(totalBytes: number, nowMs: number): number {
    const newBytes = Math.max(0, totalBytes - this.#bytes);
    this.#bitsPerSecond = Math.round((newBytes * 8_000) / Math.max(1, nowMs - this.#atMs));
    this.#bytes = totalBytes;
    this.#atMs = nowMs;
    return newBytes;
  }

  /** It says nothing while nothing changes. */
  silent(nowMs: number): void {
    this.#bitsPerSecond = 0;
    this.#atMs = nowMs;
  }

  /** The source is gone; the next one counts from zero. */
  restart(nowMs: number): void {
    this.#bytes = 0;
    this.silent(nowMs);
  }
}

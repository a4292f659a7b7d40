/** One bin of the histogram: 1 ms at 48 kHz. */
const binSamples = 48;
/** About the last 70 stretches (7 s) count: an overload that is over is forgotten in half a minute. */
const keptPerWindow = 0.985;
/** What is wanted is enough for this share of them: a single odd one does not make the delay of all. */
const covered = 0.98;

/**
 * How much sound must have been waiting, or be on its way, for each recent stretch of time to pass without a gap: a
 * histogram that forgets.
 */
export class PlayoutNeed {
  readonly #bins: Float32Array;
  #total = 0;

  constructor(mostSamples: number) {
    this.#bins = new Float32Array(Math.ceil(mostSamples / binSamples) + 1);
  }

  add(samples: number): void {
    const bin = Math.max(0, Math.min(this.#bins.length - 1, Math.ceil(samples / binSamples)));
    for (let i = 0; i < this.#bins.length; i += 1) this.#bins[i] = (this.#bins[i] ?? 0) * keptPerWindow;
    this.#bins[bin] = (this.#bins[bin] ?? 0) + 1;
    this.#total = this.#total * keptPerWindow + 1;
  }

  /** Enough for nearly all of them; `before` if nothing is known yet. */
  enough(before: number): number {
    if (this.#total === 0) return before;
    let left = this.#total * (1 - covered);
    for (let i = this.#bins.length - 1; i >= 0; i -= 1) {
      left -= this.#bins[i] ?? 0;
      if (left < 0) return i * binSamples;
    }
    return 0;
  }
}

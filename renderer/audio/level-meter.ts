/** Loudness of one stretch of sound, both 0…1 of full scale. */
export interface Level {
  readonly rms: number;
  readonly peak: number;
}

/** Adds up samples and tells their level when asked. */
export class LevelMeter {
  #sumOfSquares = 0;
  #peak = 0;
  #count = 0;

  add(samples: Float32Array, count: number): void {
    for (let i = 0; i < count; i += 1) {
      const sample = samples[i] ?? 0;
      this.#sumOfSquares += sample * sample;
      const size = Math.abs(sample);
      if (size > this.#peak) this.#peak = size;
    }
    this.#count += count;
  }

  /** The level since the last time; 0 if there was no sound. */
  take(): Level {
    const rms = this.#count === 0 ? 0 : Math.min(1, Math.sqrt(this.#sumOfSquares / this.#count));
    const level = { rms, peak: Math.min(1, this.#peak) };
    this.#sumOfSquares = 0;
    this.#peak = 0;
    this.#count = 0;
    return level;
  }
}

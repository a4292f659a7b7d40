/** Of the last sample, this share is kept for each sample that is missing: 3 ms to silence, which is no click. */
const decayPerSample = 0.96;
/** 2 ms: how long sound takes to full strength after a gap. */
const fadeInSamples = 96;

/**
 * Frames that came, samples that go. Holds back after a gap until `primeSamples` are there, so that one late frame doesn't
 * become a stutter, and never clicks: sound dies away into a gap and swells out of it. Nothing is allocated in use.
 */
export class PlayoutRing {
  readonly #samples: Float32Array;
  #readAt = 0;
  #buffered = 0;
  #isFlowing = false;
  #ranDry = false;
  #gain = 0;
  #last = 0;

  constructor(capacitySamples: number) {
    this.#samples = new Float32Array(capacitySamples);
  }

  get bufferedSamples(): number {
    return this.#buffered;
  }

  /** False if the frame does not fit; it is dropped whole. */
  write(frame: Int16Array): boolean {
    const capacity = this.#samples.length;
    if (this.#buffered + frame.length > capacity) return false;
    let writeAt = (this.#readAt + this.#buffered) % capacity;
    for (let i = 0; i < frame.length; i += 1) {
      this.#samples[writeAt] = (frame[i] ?? 0) / 32_768;
      writeAt = writeAt + 1 === capacity ? 0 : writeAt + 1;
    }
    this.#buffered += frame.length;
    return true;
  }

  /** In the last `read`, sound that was flowing ran dry on the way. */
  get ranDry(): boolean {
    return this.#ranDry;
  }

  /** Fills `out`. Returns how many samples were not there: silence in their place. */
  read(out: Float32Array, primeSamples: number): number {
    if (!this.#isFlowing && this.#buffered > 0 && this.#buffered >= primeSamples) {
      this.#isFlowing = true;
      this.#gain = 0;
    }
    this.#ranDry = false;
    let missing = 0;
    for (let i = 0; i < out.length; i += 1) {
      if (this.#isFlowing && this.#buffered === 0) {
        this.#isFlowing = false;
        this.#ranDry = true;
      }
      if (!this.#isFlowing) missing += 1;
      out[i] = this.#last = this.#isFlowing ? this.#next() : this.#last * decayPerSample;
    }
    return missing;
  }

  #next(): number {
    const sample = this.#samples[this.#readAt] ?? 0;
    this.#readAt = this.#readAt + 1 === this.#samples.length ? 0 : this.#readAt + 1;
    this.#buffered -= 1;
    if (this.#gain < 1) this.#gain = Math.min(1, this.#gain + 1 / fadeInSamples);
    return sample * this.#gain;
  }
}

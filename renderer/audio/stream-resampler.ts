/** What takes samples: the first `count` of `samples`, valid until it returns. */
export type EmitSamples = (samples: Float32Array, count: number) => void;

/** Zero crossings of the windowed sinc on each side: about 80 dB of stop band; 0.4 ms of delay at 44.1 kHz. */
const sincZeros = 16;
/** Places between two zero crossings at which the kernel is kept; between them it is a straight line (error below −90 dB). */
const places = 256;
/** Made in pieces of so many samples. */
const outSamples = 1_024;

/** Blackman-windowed sinc from its centre to its last zero crossing. */
const kernel = Float32Array.from({ length: sincZeros * places + 2 }, (_, i) => {
  const x = i / places;
  if (x === 0) return 1;
  if (x >= sincZeros) return 0;
  const angle = Math.PI * x;
  const window = 0.42 + 0.5 * Math.cos(angle / sincZeros) + 0.08 * Math.cos((2 * angle) / sincZeros);
  return (Math.sin(angle) / angle) * window;
});

/**
 * Band-limited resampling of a stream that comes in pieces of any length; how it is cut leaves no trace in what comes out.
 * Allocates only when a piece is longer than any before.
 */
export class StreamResampler {
  readonly #step: number;
  /** Going down, the filter must cut at the new Nyquist frequency. */
  readonly #cutoff: number;
  readonly #reach: number;
  readonly #out = new Float32Array(outSamples);
  #held: Float32Array;
  #heldCount: number;
  /** Centre of the next output sample, in samples from the first one held. Begins as a number: after `undefined` each step would be one on the heap. */
  #at = 0;

  constructor(fromHz: number, toHz: number) {
    this.#step = fromHz / toHz;
    this.#cutoff = Math.min(1, toHz / fromHz);
    this.#reach = Math.ceil(sincZeros / this.#cutoff);
    // Before the first sample there was silence.
    this.#heldCount = this.#reach;
    this.#at = this.#reach;
    this.#held = new Float32Array(this.#reach * 2 + outSamples);
  }

  push(samples: Float32Array, count: number, emit: EmitSamples): void {
    this.#hold(samples, count);
    let made = 0;
    for (; this.#at + this.#reach < this.#heldCount; this.#at += this.#step) {
      this.#out[made] = this.#sampleAt(this.#at);
      made += 1;
      if (made < outSamples) continue;
      emit(this.#out, made);
      made = 0;
    }
    if (made > 0) emit(this.#out, made);
    const past = Math.max(0, Math.floor(this.#at) - this.#reach);
    this.#held.copyWithin(0, past, this.#heldCount);
    this.#heldCount -= past;
    this.#at -= past;
  }

  #hold(samples: Float32Array, count: number): void {
    if (this.#heldCount + count > this.#held.length) {
      const longer = new Float32Array(this.#heldCount + count);
      longer.set(this.#held);
      this.#held = longer;
    }
    for (let i = 0; i < count; i += 1) this.#held[this.#heldCount + i] = samples[i] ?? 0;
    this.#heldCount += count;
  }

  #sampleAt(centre: number): number {
    let sum = 0;
    const last = Math.floor(centre + this.#reach);
    for (let i = Math.ceil(centre - this.#reach); i <= last; i += 1) {
      const place = Math.abs(i - centre) * this.#cutoff * places;
      const left = Math.floor(place);
      const low = kernel[left] ?? 0;
      sum += (this.#held[i] ?? 0) * (low + ((kernel[left + 1] ?? 0) - low) * (place - left));
    }
    return sum * this.#cutoff;
  }
}

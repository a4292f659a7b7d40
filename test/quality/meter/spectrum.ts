import FFT from 'fft.js';

/** Power spectra of real frames of one length, zero-padded to a power of two. */
export class PowerSpectrum {
  /** Bins 0 … size/2. */
  readonly bins: number;
  readonly #fft: FFT;
  readonly #window: Float64Array;
  readonly #padded: Float64Array;
  readonly #spectrum: Float64Array;

  /** @param size of the transform, a power of two; @param window one factor for each sample of a frame, at most `size` */
  constructor(size: number, window: Float64Array) {
    this.bins = size / 2 + 1;
    this.#fft = new FFT(size);
    this.#window = window;
    this.#padded = new Float64Array(size);
    this.#spectrum = new Float64Array(size * 2);
  }

  /** Writes |X|² of the frame that begins at `from` into `power` (`bins` long). */
  measure(signal: Float64Array, from: number, power: Float64Array): void {
    for (let i = 0; i < this.#window.length; i += 1) this.#padded[i] = (signal[from + i] ?? 0) * (this.#window[i] ?? 0);
    this.#fft.realTransform(this.#spectrum, this.#padded);
    for (let bin = 0; bin < this.bins; bin += 1) {
      power[bin] = (this.#spectrum[2 * bin] ?? 0) ** 2 + (this.#spectrum[2 * bin + 1] ?? 0) ** 2;
    }
  }
}

/**
 * Cross-correlation through the frequency domain: `correlate(short, long)[k]` = Σ short[i] · long[i + k], for
 * 0 ≤ k ≤ size − length of the shorter one (beyond that the transform wraps round).
 */
export class Correlator {
  readonly size: number;
  readonly #fft: FFT;
  readonly #padded: Float64Array;
  readonly #a: Float64Array;
  readonly #b: Float64Array;

  /** @param size a power of two, at least as long as the longer signal */
  constructor(size: number) {
    this.size = size;
    this.#fft = new FFT(size);
    this.#padded = new Float64Array(size);
    this.#a = new Float64Array(size * 2);
    this.#b = new Float64Array(size * 2);
  }

  /**
   * @param weigh what each frequency counts, told its bin (0 … size/2) and the product of both magnitudes there
   * @returns `size` values; the array is used again by the next call
   */
  correlate(
    short: Float64Array,
    long: Float64Array,
    weigh: (bin: number, magnitude: number) => number = () => 1,
  ): (lag: number) => number {
    this.#transform(short, this.#a);
    this.#transform(long, this.#b);
    const product = this.#a;
    for (let bin = 0; bin <= this.size / 2; bin += 1) {
      const [re, im] = [2 * bin, 2 * bin + 1];
      const [ar, ai, br, bi] = [this.#a[re] ?? 0, this.#a[im] ?? 0, this.#b[re] ?? 0, this.#b[im] ?? 0];
      // conj(A) · B
      const [x, y] = [ar * br + ai * bi, ar * bi - ai * br];
      const weight = weigh(bin, Math.hypot(x, y));
      product[re] = x * weight;
      product[im] = y * weight;
    }
    this.#fft.completeSpectrum(product);
    this.#fft.inverseTransform(this.#b, product);
    const result = this.#b;
    const { size } = this;
    // Negative lags lie at the far end.
    return (lag) => result[2 * (lag < 0 ? lag + size : lag)] ?? 0;
  }

  #transform(signal: Float64Array, into: Float64Array): void {
    this.#padded.fill(0);
    this.#padded.set(signal.length > this.size ? signal.subarray(0, this.size) : signal);
    this.#fft.realTransform(into, this.#padded);
  }
}

export const nextPowerOfTwo = (value: number): number => 2 ** Math.ceil(Math.log2(Math.max(2, value)));

/** Hann window without its zeros at both ends (as in MATLAB's `hanning`). */
export const hannOpen = (length: number): Float64Array =>
  Float64Array.from({ length }, (_, i) => 0.5 - 0.5 * Math.cos((2 * Math.PI * (i + 1)) / (length + 1)));

/** Hann window that is zero at both ends. */
export const hannClosed = (length: number): Float64Array =>
  Float64Array.from({ length }, (_, i) => 0.5 - 0.5 * Math.cos((2 * Math.PI * i) / (length - 1)));

/** Samples as numbers of −1…1, and what is done to them before anything is compared. */
export type Samples = Int16Array | Float32Array;

const fullScale16 = 32_768;

export function toSignal(samples: Samples): Float64Array {
  const signal = new Float64Array(samples);
  if (samples instanceof Int16Array) for (let i = 0; i < signal.length; i += 1) signal[i] = (signal[i] ?? 0) / fullScale16;
  return signal;
}

export function withoutMean(signal: Float64Array): Float64Array {
  const mean = signal.reduce((sum, value) => sum + value, 0) / Math.max(1, signal.length);
  return signal.map((value) => value - mean);
}

/** Zero crossings of the interpolating sinc on either side; with the Kaiser window below the stop band lies under −50 dB. */
const sincLobes = 10;
const kaiserBeta = 5;

/** Modified Bessel function of the first kind and order 0, by its series. */
function bessel0(x: number): number {
  let sum = 1;
  let term = 1;
  for (let k = 1; term > sum * 1e-12; k += 1) {
    term *= (x / (2 * k)) ** 2;
    sum += term;
  }
  return sum;
}

const greatestCommonDivisor = (a: number, b: number): number => (b === 0 ? a : greatestCommonDivisor(b, a % b));

/** Changes the sample rate by a rational factor with a windowed-sinc low-pass; what would alias is removed, nothing is shifted. */
export function resample(signal: Float64Array, fromHz: number, toHz: number): Float64Array {
  if (fromHz === toHz) return signal;
  const divisor = greatestCommonDivisor(fromHz, toHz);
  const [up, down] = [toHz / divisor, fromHz / divisor];
  const widest = Math.max(up, down);
  const half = sincLobes * widest;
  const taps = Float64Array.from({ length: 2 * half + 1 }, (_, i) => {
    const x = (i - half) / widest;
    const sinc = x === 0 ? 1 : Math.sin(Math.PI * x) / (Math.PI * x);
    const edge = (i - half) / half;
    return (sinc * bessel0(kaiserBeta * Math.sqrt(1 - edge * edge))) / bessel0(kaiserBeta);
  });
  const gain = up / taps.reduce((sum, tap) => sum + tap, 0);
  const out = new Float64Array(Math.ceil((signal.length * up) / down));
  for (let n = 0; n < out.length; n += 1) {
    // Output n lies at n · down on the grid of `up` points a sample; taps hit the samples every `up` points.
    const centre = n * down;
    const first = Math.max(0, Math.ceil((centre - half) / up));
    const last = Math.min(signal.length - 1, Math.floor((centre + half) / up));
    let sum = 0;
    for (let k = first; k <= last; k += 1) sum += (signal[k] ?? 0) * (taps[k * up - centre + half] ?? 0);
    out[n] = sum * gain;
  }
  return out;
}

/** Quality factors of the two sections of a Butterworth filter of the fourth order. */
const butterworth4 = [1 / (2 * Math.cos(Math.PI / 8)), 1 / (2 * Math.cos((3 * Math.PI) / 8))];

/** Low-pass of the fourth order, run forwards and backwards: eighth order in effect, and no delay. */
export function lowPass(signal: Float64Array, cutoffHz: number, rateHz: number): Float64Array {
  const out = Float64Array.from(signal);
  const w = (2 * Math.PI * cutoffHz) / rateHz;
  for (let direction = 0; direction < 2; direction += 1) {
    for (const quality of butterworth4) {
      const alpha = Math.sin(w) / (2 * quality);
      const scale = 1 + alpha;
      const b0 = (1 - Math.cos(w)) / 2 / scale;
      const [a1, a2] = [(-2 * Math.cos(w)) / scale, (1 - alpha) / scale];
      let [x1, x2, y1, y2] = [0, 0, 0, 0];
      for (let i = 0; i < out.length; i += 1) {
        const x = out[i] ?? 0;
        const y = b0 * (x + 2 * x1 + x2) - a1 * y1 - a2 * y2;
        [x2, x1, y2, y1] = [x1, x, y1, y];
        out[i] = y;
      }
    }
    out.reverse();
  }
  return out;
}

/** Mean power of overlapping windows, one every `hop` samples. A signal shorter than one window counts as one, with silence after it. */
export function framePowers(signal: Float64Array, window: number, hop: number): Float64Array {
  const sums = new Float64Array(signal.length + 1);
  for (let i = 0; i < signal.length; i += 1) sums[i + 1] = (sums[i] ?? 0) + (signal[i] ?? 0) ** 2;
  const count = Math.max(1, Math.floor((signal.length - window) / hop) + 1);
  return Float64Array.from(
    { length: count },
    (_, i) => Math.max(0, (sums[Math.min(i * hop + window, signal.length)] ?? 0) - (sums[i * hop] ?? 0)) / window,
  );
}

/** Far below anything heard (−120 dBFS): keeps logarithms of silence finite. */
export const silencePower = 1e-12;

export const decibels = (power: number): number => 10 * Math.log10(power + silencePower);

export function median(values: ArrayLike<number>): number {
  return percentile(values, 0.5);
}

/** With linear interpolation between neighbours; NaN for nothing. */
export function percentile(values: ArrayLike<number>, share: number): number {
  const sorted = Float64Array.from(values).toSorted();
  const at = share * (sorted.length - 1);
  const low = sorted[Math.floor(at)] ?? Number.NaN;
  const high = sorted[Math.ceil(at)] ?? Number.NaN;
  return low + (high - low) * (at - Math.floor(at));
}

/** Stretches of consecutive true values, as [first, one after the last]. */
export function runsOf(flags: readonly boolean[]): [number, number][] {
  const runs: [number, number][] = [];
  let from = -1;
  for (let i = 0; i <= flags.length; i += 1) {
    const on = flags[i] ?? false;
    if (on && from < 0) from = i;
    if (!on && from >= 0) {
      runs.push([from, i]);
      from = -1;
    }
  }
  return runs;
}

import type { DelayPoint } from './delay.ts';

/** What was heard, put back under what was spoken: `aligned(t) = heard(t + delay(t))`, as long as what was spoken. */
export function undoDelay(
  spoken: Float64Array,
  heard: Float64Array,
  rateHz: number,
  points: readonly DelayPoint[],
): Float64Array {
  const delays = smoothed(steppedDelay(spoken, heard, rateHz, points), Math.round((crossingMs * rateHz) / 2000));
  const out = new Float64Array(spoken.length);
  for (let i = 0; i < out.length; i += 1) out[i] = interpolate(heard, i + (delays[i] ?? 0));
  return out;
}

/** A jump is taken within this: a crossing short enough not to count, long enough not to click. */
const crossingMs = 5;
/** The moment of a jump is sought so far beyond both points: half a window, as far as one may have been mistaken for its neighbour. */
const reachMs = 160;
/** Less than a codec's own time resolution: no jump, but a glide. */
const leastJumpMs = 1;

/** The delay at each sample, in samples. It changes half-way between two points, or where a jump fits best. */
function steppedDelay(spoken: Float64Array, heard: Float64Array, rateHz: number, points: readonly DelayPoint[]): Float64Array {
  const steps = new Float64Array(spoken.length);
  const toSamples = (milliseconds: number): number => (milliseconds * rateHz) / 1000;
  const gain = Math.sqrt(power(spoken) / (power(heard) + 1e-20));
  let from = 0;
  for (const [i, point] of points.entries()) {
    const next = points[i + 1];
    let end = spoken.length;
    if (next !== undefined) {
      end = Math.round(toSamples((point.atMs + next.atMs) / 2));
      if (Math.abs(next.delayMs - point.delayMs) > leastJumpMs) {
        const first = Math.max(from, Math.round(toSamples(point.atMs - reachMs)));
        const last = Math.min(spoken.length, Math.round(toSamples(next.atMs + reachMs)));
        end = momentOfJump(spoken, heard, gain, first, last, toSamples(point.delayMs), toSamples(next.delayMs));
      }
    }
    steps.fill(toSamples(point.delayMs), from, Math.max(from, end));
    from = Math.max(from, end);
  }
  return steps;
}

/** The sample from which on the new delay fits better than the old one: where the squared error of both parts is least. */
function momentOfJump(
  spoken: Float64Array,
  heard: Float64Array,
  gain: number,
  first: number,
  last: number,
  before: number,
  after: number,
): number {
  let best = first;
  let least = 0;
  let error = 0;
  for (let i = first; i < last; i += 1) {
    const x = spoken[i] ?? 0;
    // Moving the jump one sample on takes it from the new delay to the old one.
    error += (x - gain * (heard[i + Math.round(before)] ?? 0)) ** 2 - (x - gain * (heard[i + Math.round(after)] ?? 0)) ** 2;
    if (error < least) {
      least = error;
      best = i + 1;
    }
  }
  return best;
}

function power(signal: Float64Array): number {
  let sum = 0;
  for (const value of signal) sum += value * value;
  return sum / Math.max(1, signal.length);
}

/** Mean over `half` values on either side. */
function smoothed(values: Float64Array, half: number): Float64Array {
  const out = new Float64Array(values.length);
  const at = (i: number): number => values[Math.min(values.length - 1, Math.max(0, i))] ?? 0;
  let sum = 0;
  for (let i = -half; i <= half; i += 1) sum += at(i);
  for (let i = 0; i < values.length; i += 1) {
    out[i] = sum / (2 * half + 1);
    sum += at(i + half + 1) - at(i - half);
  }
  return out;
}

/** Catmull-Rom spline through the four samples around; silence outside. */
function interpolate(signal: Float64Array, at: number): number {
  const i = Math.floor(at);
  const t = at - i;
  const [a, b, c, d] = [signal[i - 1] ?? 0, signal[i] ?? 0, signal[i + 1] ?? 0, signal[i + 2] ?? 0];
  return b + 0.5 * t * (c - a + t * (2 * a - 5 * b + 4 * c - d + t * (3 * (b - c) + d - a)));
}

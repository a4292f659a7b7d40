import { activityHopMs, type Activity } from './activity.ts';
import { resample } from './signal.ts';
import { Correlator, nextPowerOfTwo } from './spectrum.ts';

/** Where a window of the reference was found in the recording. */
export interface DelayPoint {
  /** Middle of the window in the reference. */
  readonly atMs: number;
  readonly delayMs: number;
  /** Normalised cross-correlation there, −1…1. */
  readonly likeness: number;
}

export interface CoarseDelay {
  readonly delayMs: number;
  /** Height of the peak over the mean of all lags that were looked at. */
  readonly prominence: number;
  /** The recording's polarity is turned over. */
  readonly inverted: boolean;
}

export interface LagRange {
  readonly fromMs: number;
  readonly toMs: number;
}

/** Frequencies that both a narrow codec and a microphone carry. */
const coarseBandHz = [150, 7000] as const;
/** Between plain (0) and phase-only (1) correlation: sharp peaks, without giving silent frequencies full weight. */
const whitening = 0.7;

/** The one delay that fits the whole recording best. */
export function findCoarseDelay(spoken: Float64Array, heard: Float64Array, rateHz: number, range: LagRange): CoarseDelay {
  const correlator = new Correlator(nextPowerOfTwo(spoken.length + heard.length));
  const binHz = rateHz / correlator.size;
  const at = correlator.correlate(spoken, heard, (bin, magnitude) =>
    bin * binHz > coarseBandHz[0] && bin * binHz < coarseBandHz[1] ? (magnitude + 1e-20) ** -whitening : 0,
  );
  const from = Math.max(1 - spoken.length, Math.round((range.fromMs * rateHz) / 1000));
  const to = Math.min(heard.length - 1, Math.round((range.toMs * rateHz) / 1000));
  let best = from;
  let power = 0;
  for (let lag = from; lag <= to; lag += 1) {
    if (Math.abs(at(lag)) > Math.abs(at(best))) best = lag;
    power += at(lag) ** 2;
  }
  const mean = Math.sqrt(power / Math.max(1, to - from + 1));
  return { delayMs: (best / rateHz) * 1000, prominence: Math.abs(at(best)) / (mean + 1e-20), inverted: at(best) < 0 };
}

/** Long enough to tell one syllable from the next, short enough that a jump of the delay falls into few of them. */
const windowMs = 320;
export const stepMs = 80;
/** A window counts if somebody speaks in half of it. */
const leastActiveShare = 0.5;
/** How far the delay may be from the coarse one: earlier, because the buffer grew; later, because an outage piled sound up. */
const earlierMs = 750;
const laterMs = 950;
/** Speech is told apart below 4 kHz; the delay is then refined at the full rate. */
const searchRateHz = 8000;
/** From one window to the next the delay glides by at most this many steps of 1/8 ms for nothing: a clock 3000 ppm off. */
const glide = 2;
/** Any greater change must be worth this much likeness in total. Pitch repeats itself: one period aside is nearly as alike. */
const jumpCost = 0.3;
/** Windows that are no more alike than that say nothing about the delay: their sound was lost or made up. */
export const leastLikeness = 0.45;

/**
 * The delay along the recording. Each window is compared at every lag within reach; of all sequences of lags the one is taken
 * that is most alike in total, where every jump costs something (Viterbi's algorithm). So a repeated pitch period or a lost
 * window does not lead away, and a true change of the delay is followed at once.
 *
 * @returns one point for each window with speech, in order
 */
export function trackDelay(
  spoken: Float64Array,
  heard: Float64Array,
  rateHz: number,
  around: number,
  activity: Activity,
): DelayPoint[] {
  const slowSpoken = resample(spoken, rateHz, searchRateHz);
  const slowHeard = resample(heard, rateHz, searchRateHz);
  const window = (windowMs * searchRateHz) / 1000;
  const step = (stepMs * searchRateHz) / 1000;
  const firstLag = Math.round(((around - earlierMs) * searchRateHz) / 1000);
  const lags = ((earlierMs + laterMs) * searchRateHz) / 1000 + 1;
  const correlator = new Correlator(nextPowerOfTwo(window + lags));

  const starts: number[] = [];
  for (let at = 0; at + window <= slowSpoken.length; at += step) {
    const startMs = (at / searchRateHz) * 1000;
    // Beyond the recording's end nothing can be said, not even that it was lost.
    if (at + window + firstLag + earlierMs * (searchRateHz / 1000) > slowHeard.length) break;
    const [first, end] = [startMs / activityHopMs, (startMs + windowMs) / activityHopMs];
    const activeFrames = activity.active.slice(first, end).filter(Boolean).length;
    if (activeFrames >= leastActiveShare * (end - first)) starts.push(at);
  }

  const total = new Float64Array(lags);
  const previous = new Float64Array(lags);
  const cameFrom: Int32Array[] = [];
  const likeness = new Float64Array(lags);
  for (const at of starts) {
    windowLikeness(correlator, slowSpoken.subarray(at, at + window), slowHeard, at + firstLag, likeness);
    cameFrom.push(extendPaths(total, previous, likeness));
    previous.set(total);
  }

  const points: DelayPoint[] = [];
  let lag = indexOfMost(previous);
  for (let i = starts.length - 1; i >= 0; i -= 1) {
    const at = starts[i] ?? 0;
    const fine = refine(
      spoken,
      heard,
      Math.round((at / searchRateHz) * rateHz),
      Math.round(((lag + firstLag) / searchRateHz) * rateHz),
      rateHz,
    );
    points.push({ atMs: (at / searchRateHz) * 1000 + windowMs / 2, ...fine });
    lag = cameFrom[i]?.[lag] ?? lag;
  }
  return points.toReversed();
}

/** Normalised cross-correlation of a window against what was heard from sample `from` on, for each lag of `into`. */
function windowLikeness(
  correlator: Correlator,
  window: Float64Array,
  heard: Float64Array,
  from: number,
  into: Float64Array,
): void {
  const reach = new Float64Array(window.length + into.length - 1);
  for (let i = Math.max(0, -from); i < reach.length && from + i < heard.length; i += 1) reach[i] = heard[from + i] ?? 0;
  const product = correlator.correlate(window, reach);
  const windowEnergy = energy(window, 0, window.length);
  let reachEnergy = energy(reach, 0, window.length);
  for (let lag = 0; lag < into.length; lag += 1) {
    into[lag] = product(lag) / Math.sqrt(Math.max(windowEnergy, 1e-9) * Math.max(reachEnergy, quietest * window.length));
    reachEnergy += (reach[lag + window.length] ?? 0) ** 2 - (reach[lag] ?? 0) ** 2;
  }
}

/** −90 dBFS: what is quieter must not look alike by being scaled up. */
const quietest = 1e-9;

function energy(signal: Float64Array, from: number, length: number): number {
  let sum = 0;
  for (let i = from; i < from + length; i += 1) sum += (signal[i] ?? 0) ** 2;
  return sum;
}

/** One step of Viterbi's algorithm: the best way to each lag, given the best ways to all lags of the window before. */
function extendPaths(total: Float64Array, previous: Float64Array, likeness: Float64Array): Int32Array {
  const cameFrom = new Int32Array(total.length);
  const best = indexOfMost(previous);
  const bestAfterJump = (previous[best] ?? 0) - jumpCost;
  for (let lag = 0; lag < total.length; lag += 1) {
    let from = best;
    let most = bestAfterJump;
    for (let near = lag - glide; near <= lag + glide; near += 1) {
      const value = previous[near] ?? -Infinity;
      if (value > most || (value === most && near === lag)) {
        most = value;
        from = near;
      }
    }
    cameFrom[lag] = from;
    total[lag] = most + (likeness[lag] ?? 0);
  }
  return cameFrom;
}

function indexOfMost(values: Float64Array): number {
  let best = 0;
  for (let i = 1; i < values.length; i += 1) if ((values[i] ?? 0) > (values[best] ?? 0)) best = i;
  return best;
}

/** ±0.5 ms around a lag at the full rate, and between samples by a parabola through the three highest. */
function refine(
  spoken: Float64Array,
  heard: Float64Array,
  at: number,
  lag: number,
  rateHz: number,
): { delayMs: number; likeness: number } {
  const length = Math.round((windowMs * rateHz) / 1000);
  const reach = Math.round(rateHz / 2000);
  const spokenEnergy = energy(spoken, at, length);
  const likenessAt = (offset: number): number => {
    let product = 0;
    for (let i = 0; i < length; i += 1) product += (spoken[at + i] ?? 0) * (heard[at + offset + i] ?? 0);
    return product / Math.sqrt(Math.max(spokenEnergy, 1e-9) * Math.max(energy(heard, at + offset, length), quietest * length));
  };
  const values = Float64Array.from({ length: 2 * reach + 1 }, (_, i) => likenessAt(lag - reach + i));
  const peak = indexOfMost(values);
  const [a, b, c] = [values[peak - 1], values[peak] ?? 0, values[peak + 1]];
  const bend = a === undefined || c === undefined ? 0 : a - 2 * b + c;
  const between = bend === 0 ? 0 : (0.5 * ((a ?? 0) - (c ?? 0))) / bend;
  return { delayMs: ((lag - reach + peak + between) / rateHz) * 1000, likeness: b };
}

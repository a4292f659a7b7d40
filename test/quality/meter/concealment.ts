import { activityMarginDb } from './activity.ts';
import type { Stretch } from './dropouts.ts';
import { decibels, framePowers, median, runsOf } from './signal.ts';
import { hannClosed, PowerSpectrum } from './spectrum.ts';

/** Telephone band, in steps of about half a critical band (Bark). */
const bandEdgesHz = [150, 250, 350, 450, 570, 700, 840, 1000, 1170, 1370, 1600, 1850, 2150, 2500, 2900, 3400];
const windowMs = 20;
const hopMs = 10;
const transform = 1024;
/** What lies further under the loudest band of its frame is masked by it. */
const rangeDb = 40;
const leastWeight = 0.05;
/** A frame was made up if it is this far from the reference, and this much further than the recording is anyhow (codec, noise). */
const leastDistanceDb = 6;
const beyondUsualDb = 4.5;
/** With fewer frames of speech there is no usual distance. */
const leastFrames = 5;

export interface Concealment {
  readonly stretches: readonly Stretch[];
  /** Median distance of the spectra of speech, dB; null where hardly anybody speaks. */
  readonly usualDistanceDb: number | null;
}

/**
 * Frames whose spectrum leaves the reference's by more than those of the rest do: lost sound that was made up, or is missing.
 * @param gainDb by how much the recording is louder as a whole; @param levelDb of the reference's speech
 */
export function findConcealment(
  spoken: Float64Array,
  aligned: Float64Array,
  rateHz: number,
  gainDb: number,
  levelDb: number,
): Concealment {
  const [window, hop] = [(windowMs * rateHz) / 1000, (hopMs * rateHz) / 1000];
  const isActive = Array.from(framePowers(spoken, window, hop), (power) => decibels(power) > levelDb - activityMarginDb);
  const spectrum = new PowerSpectrum(transform, hannClosed(window));
  const edges = bandEdgesHz.map((hz) => Math.ceil((hz * transform) / rateHz));
  const power = new Float64Array(spectrum.bins);
  const bands = (signal: Float64Array, from: number): number[] => {
    spectrum.measure(signal, from, power);
    return edges.slice(1).map((end, band) => {
      let sum = 1e-9;
      for (let bin = edges[band] ?? 0; bin < end; bin += 1) sum += power[bin] ?? 0;
      return 10 * Math.log10(sum);
    });
  };
  const distances = isActive.map((_, i) => spectralDistance(bands(spoken, i * hop), bands(aligned, i * hop), gainDb));
  const ofSpeech = distances.filter((_, i) => isActive[i]);
  if (ofSpeech.length < leastFrames) return { stretches: [], usualDistanceDb: null };
  const usualDistanceDb = median(ofSpeech);
  const threshold = Math.max(leastDistanceDb, usualDistanceDb + beyondUsualDb);
  const stretches = runsOf(isActive.map((active, i) => active && (distances[i] ?? 0) > threshold)).map(([from, end]) => ({
    atMs: from * hopMs,
    lengthMs: (end - from) * hopMs,
  }));
  return { stretches, usualDistanceDb };
}

/** Mean difference of the bands' levels; a band counts the more the louder it is in the reference. */
function spectralDistance(said: readonly number[], heard: readonly number[], gainDb: number): number {
  const floor = Math.max(...said) - rangeDb;
  let sum = 0;
  let weights = 0;
  for (const [band, level] of said.entries()) {
    const [a, b] = [Math.max(level, floor), Math.max((heard[band] ?? 0) - gainDb, floor)];
    const weight = Math.min(1, Math.max(leastWeight, (a - floor) / rangeDb));
    sum += Math.abs(a - b) * weight;
    weights += weight;
  }
  return sum / weights;
}

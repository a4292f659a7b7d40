import { resample } from './signal.ts';
import { hannOpen, PowerSpectrum } from './spectrum.ts';

/**
 * How much of the speech can be understood, 0 (nothing) … 1 (all).
 * STOI: Taal, Hendriks, Heusdens, Jensen, IEEE Trans. Audio, Speech and Language Processing 19(7), 2011.
 * ESTOI: Jensen, Taal, same journal 24(11), 2016; the one to trust when disturbances come and go, as packet loss does.
 */
export interface Intelligibility {
  readonly stoi: number;
  readonly estoi: number;
}

// All of these are the papers' own.
const rateHz = 10_000;
const frame = 256;
const hop = frame / 2;
const transform = 512;
const bandCount = 15;
const lowestBandHz = 150;
/** 384 ms. */
const segment = 30;
const silenceRangeDb = 40;
/** Lower bound of the signal-to-distortion ratio, −15 dB, as a factor of amplitude. */
const clipFactor = 1 + 10 ** (15 / 20);
const tiny = 1e-12;

/** @returns null if less than one segment of speech is there */
export function measureIntelligibility(spoken: Float64Array, heard: Float64Array, fromHz: number): Intelligibility | null {
  const [x, y] = withoutSilence(resample(spoken, fromHz, rateHz), resample(heard, fromHz, rateHz));
  const [clean, degraded] = [bandEnvelopes(x), bandEnvelopes(y)];
  const segments = clean.length - segment + 1;
  if (segments < 1) return null;
  let stoi = 0;
  let estoi = 0;
  for (let at = 0; at < segments; at += 1) {
    stoi += bandwiseLikeness(clean, degraded, at);
    estoi += spectralLikeness(clean, degraded, at);
  }
  return { stoi: stoi / segments, estoi: estoi / segments };
}

/** Frames in which nothing is said are left out of both; the rest is joined by overlap-add. */
function withoutSilence(x: Float64Array, y: Float64Array): [Float64Array, Float64Array] {
  const window = hannOpen(frame);
  const count = Math.max(0, Math.floor((Math.min(x.length, y.length) - frame) / hop) + 1);
  const levels = Float64Array.from({ length: count }, (_, n) => {
    let power = 0;
    for (let i = 0; i < frame; i += 1) power += ((x[n * hop + i] ?? 0) * (window[i] ?? 0)) ** 2;
    return 10 * Math.log10(power + tiny ** 2);
  });
  const floor = levels.reduce((most, level) => Math.max(most, level), -Infinity) - silenceRangeDb;
  const kept = [...levels.keys()].filter((n) => (levels[n] ?? 0) > floor);
  const join = (signal: Float64Array): Float64Array => {
    const out = new Float64Array(kept.length === 0 ? 0 : (kept.length - 1) * hop + frame);
    for (const [to, n] of kept.entries()) {
      for (let i = 0; i < frame; i += 1)
        out[to * hop + i] = (out[to * hop + i] ?? 0) + (signal[n * hop + i] ?? 0) * (window[i] ?? 0);
    }
    return out;
  };
  return [join(x), join(y)];
}

/** First and last (exclusive) bin of each third of an octave. */
const bandEdges = Array.from({ length: bandCount }, (_, band) => {
  const bin = (half: number): number => Math.round((lowestBandHz * 2 ** ((2 * band + half) / 6) * transform) / rateHz);
  return [bin(-1), bin(1)] as const;
});

/** One row of band amplitudes for each frame. */
function bandEnvelopes(signal: Float64Array): Float64Array[] {
  const spectrum = new PowerSpectrum(transform, hannOpen(frame));
  const power = new Float64Array(spectrum.bins);
  const count = Math.max(0, Math.floor((signal.length - frame) / hop) + 1);
  return Array.from({ length: count }, (_, n) => {
    spectrum.measure(signal, n * hop, power);
    return Float64Array.from(bandEdges, ([from, to]) => {
      let sum = 0;
      for (let bin = from; bin < to; bin += 1) sum += power[bin] ?? 0;
      return Math.sqrt(sum);
    });
  });
}

/** STOI of one segment: each band's envelope by itself, scaled and clipped, then averaged over bands. */
function bandwiseLikeness(clean: readonly Float64Array[], degraded: readonly Float64Array[], at: number): number {
  const [a, b] = [new Float64Array(segment), new Float64Array(segment)];
  let sum = 0;
  for (let band = 0; band < bandCount; band += 1) {
    for (let t = 0; t < segment; t += 1) {
      a[t] = clean[at + t]?.[band] ?? 0;
      b[t] = degraded[at + t]?.[band] ?? 0;
    }
    const scale = norm(a) / (norm(b) + tiny);
    for (let t = 0; t < segment; t += 1) b[t] = Math.min((b[t] ?? 0) * scale, (a[t] ?? 0) * clipFactor);
    sum += correlation(a, b);
  }
  return sum / bandCount;
}

/** ESTOI of one segment: bands are normalised over time, then each frame's spectrum over bands, and spectra compared. */
function spectralLikeness(clean: readonly Float64Array[], degraded: readonly Float64Array[], at: number): number {
  const [a, b] = [normalisedBands(clean, at), normalisedBands(degraded, at)];
  let sum = 0;
  for (let t = 0; t < segment; t += 1) {
    sum += correlation(a.subarray(t * bandCount, (t + 1) * bandCount), b.subarray(t * bandCount, (t + 1) * bandCount));
  }
  return sum / segment;
}

function normalisedBands(rows: readonly Float64Array[], at: number): Float64Array {
  const out = new Float64Array(segment * bandCount);
  const envelope = new Float64Array(segment);
  for (let band = 0; band < bandCount; band += 1) {
    for (let t = 0; t < segment; t += 1) envelope[t] = rows[at + t]?.[band] ?? 0;
    centre(envelope);
    const scale = 1 / (norm(envelope) + tiny);
    for (let t = 0; t < segment; t += 1) out[t * bandCount + band] = (envelope[t] ?? 0) * scale;
  }
  return out;
}

function norm(values: Float64Array): number {
  let sum = 0;
  for (const value of values) sum += value * value;
  return Math.sqrt(sum);
}

function centre(values: Float64Array): void {
  let sum = 0;
  for (const value of values) sum += value;
  const mean = sum / values.length;
  for (let i = 0; i < values.length; i += 1) values[i] = (values[i] ?? 0) - mean;
}

/** Of two sets of values, which are centred in place. */
function correlation(a: Float64Array, b: Float64Array): number {
  centre(a);
  centre(b);
  let sum = 0;
  for (let i = 0; i < a.length; i += 1) sum += (a[i] ?? 0) * (b[i] ?? 0);
  return sum / (norm(a) * norm(b) + tiny);
}

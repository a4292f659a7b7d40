import { activityHopMs, findActivity } from './activity.ts';
import { countClipped } from './clipping.ts';
import { findConcealment } from './concealment.ts';
import { undoDelay } from './alignment.ts';
import { findCoarseDelay, leastLikeness, trackDelay, type DelayPoint } from './delay.ts';
import { findGaps, type Stretch } from './dropouts.ts';
import { measureIntelligibility } from './intelligibility.ts';
import { decibels, framePowers, median, percentile, resample, toSignal, withoutMean, type Samples } from './signal.ts';

export interface VoiceInput {
  /** What was spoken, all of it: looped speech as it was looped. */
  readonly reference: Samples;
  /** What was heard, from the same moment on. */
  readonly recorded: Samples;
  /** Of both, Hz. */
  readonly sampleRate: number;
  /** Delays at which the recording is looked for, milliseconds. Looped speech repeats itself: keep it under the loop's length. */
  readonly delayRangeMs?: { readonly fromMs: number; readonly toMs: number };
}

export interface MeasuredVoice {
  readonly valid: true;
  /** Intelligibility, 0…1, after the delay has been undone; null with less than 0.4 s of speech. */
  readonly stoi: number | null;
  readonly estoi: number | null;
  /** Of the windows in which speech was found. */
  readonly delayMs: { readonly p50: number; readonly p95: number; readonly min: number; readonly max: number };
  readonly delayOverTime: readonly DelayPoint[];
  /** Delay of the last fifth less that of the first, medians. */
  readonly driftMs: number;
  /** Slope of the delay, parts per million, robust against jumps (Theil–Sen); null under 2 s. */
  readonly driftPpm: number | null;
  /** Silence where the reference speaks, in the reference's time. */
  readonly gapList: readonly Stretch[];
  readonly gaps: number;
  readonly gapMs: number;
  readonly longestGapMs: number;
  /** Speech whose spectrum left the reference's: made up, or missing. */
  readonly concealedList: readonly Stretch[];
  readonly concealed: number;
  readonly concealedMs: number;
  /** How far spectra are from the reference's anyhow, dB. */
  readonly spectralDistanceDb: number | null;
  /** Level of what was heard while the reference speaks, dBFS; and the reference's. */
  readonly levelDb: number;
  readonly referenceLevelDb: number;
  /** Level of what was heard against what was spoken, gaps not counted. */
  readonly gainDb: number;
  /** Samples cut off at full scale. */
  readonly clipped: number;
  readonly inverted: boolean;
  /** How long somebody speaks in what was measured, and how long that is. */
  readonly activeMs: number;
  readonly measuredMs: number;
}

export interface UnmeasuredVoice {
  readonly valid: false;
  readonly reason: 'reference-without-speech' | 'recording-too-short' | 'recording-silent' | 'unrelated';
}

export type VoiceMeasurement = MeasuredVoice | UnmeasuredVoice;

/** All of it happens at this rate: wide enough for every band that is compared. */
const rateHz = 16_000;
const defaultRange = { fromMs: -1000, toMs: 5000 };
const leastRecordedMs = 250;
const leastActiveMs = 250;
/** Quieter than any microphone. */
const silentDbfs = -80;

/**
 * Full-reference measurement of a voice path: both signals are put under each other, and compared.
 * The recording may end early: what it could not hold is left out, not counted as lost.
 */
export function measureVoice({ reference, recorded, sampleRate, delayRangeMs = defaultRange }: VoiceInput): VoiceMeasurement {
  const unclipped = toSignal(recorded);
  const whole = withoutMean(resample(toSignal(reference), sampleRate, rateHz));
  const received = withoutMean(resample(unclipped, sampleRate, rateHz));
  if (received.length < (leastRecordedMs * rateHz) / 1000) return { valid: false, reason: 'recording-too-short' };
  if (decibels(received.reduce((sum, value) => sum + value ** 2, 0) / received.length) < silentDbfs) {
    return { valid: false, reason: 'recording-silent' };
  }
  const activity = findActivity(whole, rateHz);
  if (activity.active.filter(Boolean).length * activityHopMs < leastActiveMs) {
    return { valid: false, reason: 'reference-without-speech' };
  }

  const coarse = findCoarseDelay(whole, received, rateHz, delayRangeMs);
  const heard = coarse.inverted ? received.map((value) => -value) : received;
  const points = trackDelay(whole, heard, rateHz, coarse.delayMs, activity);
  if (!followsReference(points)) return { valid: false, reason: 'unrelated' };
  const sure = points.filter((point) => point.likeness >= leastLikeness);
  const delays = sure.map((point) => point.delayMs);

  const lastDelay = ((delays.at(-1) ?? 0) * rateHz) / 1000;
  const length = Math.min(whole.length, Math.floor(heard.length - lastDelay));
  const spoken = whole.subarray(0, length);
  const aligned = undoDelay(spoken, heard, rateHz, sure);
  const { levelDb, gainDb } = compareLevels(aligned, activity.powers, activity.active);
  const gapList = findGaps(spoken, aligned, rateHz, gainDb, activity.levelDb);
  const concealment = findConcealment(spoken, aligned, rateHz, gainDb, activity.levelDb);
  const intelligibility = measureIntelligibility(spoken, aligned, rateHz);
  const measuredMs = (length / rateHz) * 1000;
  const totalMs = (stretches: readonly Stretch[]): number => stretches.reduce((sum, stretch) => sum + stretch.lengthMs, 0);
  return {
    valid: true,
    stoi: intelligibility?.stoi ?? null,
    estoi: intelligibility?.estoi ?? null,
    delayMs: {
      p50: percentile(delays, 0.5),
      p95: percentile(delays, 0.95),
      min: percentile(delays, 0),
      max: percentile(delays, 1),
    },
    delayOverTime: points,
    driftMs: drift(delays),
    driftPpm: slopePpm(sure),
    gapList,
    gaps: gapList.length,
    gapMs: totalMs(gapList),
    longestGapMs: gapList.reduce((most, { lengthMs }) => Math.max(most, lengthMs), 0),
    concealedList: concealment.stretches,
    concealed: concealment.stretches.length,
    concealedMs: totalMs(concealment.stretches),
    spectralDistanceDb: concealment.usualDistanceDb,
    levelDb,
    referenceLevelDb: activity.levelDb,
    gainDb,
    clipped: countClipped(unclipped),
    inverted: coarse.inverted,
    activeMs: activity.active.slice(0, Math.ceil(measuredMs / activityHopMs)).filter(Boolean).length * activityHopMs,
    measuredMs,
  };
}

/** Of neighbouring windows, so many must agree about the delay, or the recording holds something else. */
const leastAgreement = 0.3;
const agreementMs = 2;
const leastPoints = 3;

function followsReference(points: readonly DelayPoint[]): boolean {
  const agreeing = points.filter((point, i) => {
    const before = points[i - 1];
    return (
      before !== undefined &&
      Math.min(point.likeness, before.likeness) >= leastLikeness &&
      Math.abs(point.delayMs - before.delayMs) < agreementMs
    );
  });
  return agreeing.length >= leastPoints - 1 && agreeing.length >= leastAgreement * (points.length - 1);
}

function drift(delays: readonly number[]): number {
  const fifth = Math.max(1, Math.floor(delays.length / 5));
  return median(delays.slice(-fifth)) - median(delays.slice(0, fifth));
}

/** Pairs of points closer than that say nothing about a slope. */
const leastSlopeMs = 2000;
/** Enough pairs for a sure median, few enough for a long recording. */
const slopePoints = 200;

function slopePpm(points: readonly DelayPoint[]): number | null {
  const every = Math.ceil(points.length / slopePoints);
  const chosen = points.filter((_, i) => i % every === 0);
  const slopes = chosen.flatMap((a, i) =>
    chosen
      .slice(i + 1)
      .filter((b) => b.atMs - a.atMs >= leastSlopeMs)
      .map((b) => ((b.delayMs - a.delayMs) / (b.atMs - a.atMs)) * 1e6),
  );
  return slopes.length === 0 ? null : median(slopes);
}

/** Frames this much weaker than the best one were lost, and say nothing about the gain. */
const lostDb = 30;

function compareLevels(
  aligned: Float64Array,
  spokenPowers: Float64Array,
  active: readonly boolean[],
): { levelDb: number; gainDb: number } {
  const powers = framePowers(aligned, rateHz / 50, rateHz / 100);
  const speech = [...powers.keys()].filter((i) => active[i]);
  const ratios = speech.map((i) => decibels(powers[i] ?? 0) - decibels(spokenPowers[i] ?? 0));
  const most = ratios.reduce((top, ratio) => Math.max(top, ratio), -Infinity);
  const kept = ratios.filter((ratio) => ratio > most - lostDb);
  const level = speech.reduce((sum, i) => sum + (powers[i] ?? 0), 0) / Math.max(1, speech.length);
  return { levelDb: decibels(level), gainDb: kept.length === 0 ? 0 : median(kept) };
}

import { runsOf } from './signal.ts';

/** Under this peak nothing was clipped. */
const nearFullScale = 0.985;
/** Samples this close to the peak are at it. */
const atPeak = 0.9995;
/** A wave that only touches the top has one or two samples there. */
const leastRun = 3;

/** Samples that were cut off at the recording's highest level. */
export function countClipped(signal: Float64Array): number {
  const peak = signal.reduce((most, value) => Math.max(most, Math.abs(value)), 0);
  if (peak < nearFullScale) return 0;
  const limit = Math.min(atPeak, peak * atPeak);
  const runs = runsOf(Array.from(signal, (value) => Math.abs(value) >= limit)).filter(([from, end]) => end - from >= leastRun);
  return runs.reduce((sum, [from, end]) => sum + end - from, 0);
}

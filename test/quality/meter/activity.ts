import { decibels, framePowers } from './signal.ts';

/** Frames of 20 ms, one every 10 ms. */
export const activityHopMs = 10;
const windowMs = 20;

export interface Activity {
  /** Whether somebody speaks in that frame. */
  readonly active: readonly boolean[];
  /** Mean power of each frame. */
  readonly powers: Float64Array;
  /** Level of the frames in which somebody speaks, dB under full scale. */
  readonly levelDb: number;
}

/** ITU-T P.56: speech is what lies less than this under the level of speech itself. */
export const activityMarginDb = 15.9;
/** The first guess: what is less than 40 dB under the loudest frame. */
const firstGuess = 1e-4;
const mostRounds = 8;

export function findActivity(signal: Float64Array, rateHz: number): Activity {
  const powers = framePowers(signal, (windowMs * rateHz) / 1000, (activityHopMs * rateHz) / 1000);
  let threshold = powers.reduce((most, power) => Math.max(most, power), 0) * firstGuess;
  let level = 0;
  for (let round = 0; round < mostRounds; round += 1) {
    const speech = powers.filter((power) => power > threshold);
    level = speech.reduce((sum, power) => sum + power, 0) / Math.max(1, speech.length);
    const next = level * 10 ** (-activityMarginDb / 10);
    if (next === threshold) break;
    threshold = next;
  }
  return { active: Array.from(powers, (power) => power > threshold), powers, levelDb: decibels(level) };
}

import type { Clock } from '../../ports/clock.ts';
import { pause } from '../waiting.ts';

/** After so long it is looked again for places, if few or far ones were found, or of those too many were busy or not heard. */
const againAfterMs = [2_000, 6_000];
/** A few may have died meanwhile; nobody waits for these. */
const mayMiss = 1 / 6;

/**
 * So many may be silent for each that is found. Where a third of all died at one instant it is 0.43 ± 0.16; where more are silent
 * it is rather we who don't hear, and whom we found is farther away than where readers will look.
 */
const maySilent = 0.75;

/** What a look around found. */
export interface Around<P> {
  readonly places: readonly P[];
  /** So many that are nearer than the farthest place didn't answer. */
  readonly silent: number;
}

export interface PatientPut<P, T> {
  /** How many are as near as that by our own table: a lookup that finds not even half of them went wrong. */
  readonly known: number;
  /** Each time anew: tokens last for some seconds. */
  readonly find: () => Promise<Around<P>>;
  readonly keyOf: (place: P) => string;
  /** Null: no answer. */
  readonly put: (place: P) => Promise<T | null>;
  readonly isBusy: (answer: T) => boolean;
  readonly clock: Clock;
  readonly signal: AbortSignal;
}

/**
 * Where a crowded line or machine loses answers, a lookup finds a few far nodes, where no reader would look, and what a
 * single node took would count as everybody's. Who is offline finds none, and is told at once.
 */
export async function putPatiently<P, T>(
  parts: PatientPut<P, T>,
): Promise<{ readonly found: number; readonly placed: readonly T[] }> {
  const { known, keyOf, put, isBusy, clock, signal } = parts;
  const told = new Map<string, T>();
  const isSettled = (place: P): boolean => {
    const placed = told.get(keyOf(place));
    return placed !== undefined && !isBusy(placed);
  };
  let found = 0;
  for (const delayMs of [0, ...againAfterMs]) {
    // oxlint-disable no-await-in-loop -- a round begins when the one before is over
    if (delayMs > 0) await pause(clock, delayMs, signal);
    if (signal.aborted) break;
    const { places, silent } = await parts.find();
    found = Math.max(found, places.length);
    if (found === 0) break;
    await Promise.all(
      places.map(async (place) => {
        const placed = isSettled(place) ? null : await put(place);
        if (placed !== null) told.set(keyOf(place), placed);
      }),
    );
    // oxlint-enable no-await-in-loop
    const open = places.filter((place) => !isSettled(place)).length;
    if (places.length * 2 >= known && silent <= places.length * maySilent && open <= places.length * mayMiss) break;
  }
  return { found, placed: [...told.values()] };
}

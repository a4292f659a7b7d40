import { AppError } from '../../ports/app-error.ts';
import type { Clock } from '../../ports/clock.ts';
import { pause, throwIfAborted } from '../waiting.ts';

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
  /** So many there should be, by our own table. */
  readonly expected: number;
  /** So many that are nearer than the farthest place didn't answer. */
  readonly silent: number;
}

export interface PatientPut<P, T> {
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
 * single node took would count as everybody's: what fewer answer than half of those that should be there is not stored.
 * @throws AppError NO_NETWORK (who is offline finds nobody, and is told at once), CANCELLED
 */
export async function putPatiently<P, T>(parts: PatientPut<P, T>): Promise<readonly T[]> {
  const { keyOf, put, isBusy, clock, signal } = parts;
  const told = new Map<string, T>();
  const isSettled = (place: P): boolean => {
    const placed = told.get(keyOf(place));
    return placed !== undefined && !isBusy(placed);
  };
  let expected = 0;
  for (const delayMs of [0, ...againAfterMs]) {
    // oxlint-disable no-await-in-loop -- a round begins when the one before is over
    if (delayMs > 0) await pause(clock, delayMs, signal);
    throwIfAborted(signal);
    const { places, silent, ...around } = await parts.find();
    expected = Math.max(places.length, around.expected);
    if (places.length + told.size === 0) break;
    await Promise.all(
      places.map(async (place) => {
        const placed = isSettled(place) ? null : await put(place);
        if (placed !== null) told.set(keyOf(place), placed);
      }),
    );
    // oxlint-enable no-await-in-loop
    const open = places.filter((place) => !isSettled(place)).length;
    if (places.length * 2 >= expected && silent <= places.length * maySilent && open <= places.length * mayMiss) break;
  }
  if (told.size === 0) throw new AppError('NO_NETWORK', 'no-node-answered');
  if (told.size * 2 < expected) {
    throw new AppError('NO_NETWORK', 'too-few-answered', { expected, answered: told.size });
  }
  return [...told.values()];
}

import { AppError } from '../../ports/app-error.ts';
import type { Clock } from '../../ports/clock.ts';
import { pause, throwIfAborted } from '../waiting.ts';

/** After so long it is looked again for places, if few or far ones were found, or of those too many were busy or not heard. */
const againAfterMs = [2_000, 6_000];
/** No look begins later: of nodes that are silent or busy for ever, each costs some seconds more, and somebody waits. */
const lastLookMs = 12_000;

/**
 * So many may be silent for each that is found. Where a third of all died at one instant it is 0.43 ± 0.16; where more are silent
 * it is rather we who don't hear, and whom we found is farther away than where readers will look.
 */
const maySilent = 0.75;

/** What a look around found. */
export interface Around<P> {
  readonly places: readonly P[];
  /** So many our own table knows, up to as many as are wanted. */
  readonly known: number;
  /** It knows that many: of a small network most may just have left. */
  readonly isFull: boolean;
  /** So many didn't answer that are nearer than the farthest place, and that one liar alone can't have made up. */
  readonly silent: number;
}

export interface PatientPut<P, T> {
  /** Each time anew: tokens last for some seconds. @throws AppError NO_NETWORK, CANCELLED */
  readonly find: () => Promise<Around<P>>;
  readonly keyOf: (place: P) => string;
  /** Null: no answer. */
  readonly put: (place: P) => Promise<T | null>;
  readonly isBusy: (answer: T) => boolean;
  /** A share of those found that may be dead or busy: nobody waits for these. */
  readonly mayMiss: number;
  readonly clock: Clock;
  readonly signal: AbortSignal;
}

/**
 * Where a crowded line or machine loses answers, a lookup finds a few far nodes, where no reader would look, and what a
 * single node took would count as everybody's: what fewer answer than half of those that should be there is not stored.
 * @throws AppError NO_NETWORK (who is offline finds nobody, and is told at once), CANCELLED
 */
export async function putPatiently<P, T>(parts: PatientPut<P, T>): Promise<readonly T[]> {
  const { keyOf, put, isBusy, mayMiss, clock, signal } = parts;
  const told = new Map<string, T>();
  const isTold = (place: P): boolean => told.has(keyOf(place));
  const isSettled = (place: P): boolean => {
    const placed = told.get(keyOf(place));
    return placed !== undefined && !isBusy(placed);
  };
  const look = async (): Promise<Around<P> | null> => {
    try {
      return await parts.find();
    } catch (error) {
      // What is stored already stays so, although the network is gone meanwhile.
      if (told.size > 0 && error instanceof AppError && error.code === 'NO_NETWORK') return null;
      throw error;
    }
  };
  const beganMs = clock.monotonicMs();
  let nearest: readonly P[] = [];
  let expected = 0;
  for (const delayMs of [0, ...againAfterMs]) {
    // oxlint-disable no-await-in-loop -- a round begins when the one before is over
    if (clock.monotonicMs() + delayMs - beganMs > lastLookMs) break;
    if (delayMs > 0) await pause(clock, delayMs, signal);
    throwIfAborted(signal);
    const around = await look();
    if (around === null) break;
    const { places, known, isFull, silent } = around;
    expected = Math.max(expected, places.length, isFull ? known : 0);
    if (places.length > 0) nearest = places;
    if (nearest.length === 0) break;
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
  if (told.size === 0) throw new AppError('NO_NETWORK', 'no-node-answered');
  const answered = nearest.filter(isTold).length;
  if (answered * 2 < expected) throw new AppError('NO_NETWORK', 'too-few-answered', { expected, answered });
  return [...told.values()];
}

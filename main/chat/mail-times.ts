import type { Random } from '../ports/random.ts';
import type { StoredLetter } from '../storage/index.ts';

const minuteMs = 60_000;
const hourMs = 60 * minuteMs;
const dayMs = 24 * hourMs;

/** Keepers hold it for 30 days; what is not acknowledged by then is written anew. */
const lifetimeMs = 29 * dayMs;
/** A letter that is kept is left again so often: keepers that lost it have it back, to those that have it it is nothing new. */
const checkEveryMs = dayMs;
const firstRetryMs = 5_000;
const lastRetryMs = hourMs / 2;
/** The longest that anything is planned ahead: what is planned for later was planned by a clock that was wrong. */
const longestPlanMs = 1.5 * dayMs;

const around = (ms: number, random: Random): number => Math.round(ms * (0.75 + random.fraction() / 2));

/** How long after it was stored a letter is left again. */
export const nextCheckMs = (random: Random): number => around(checkEveryMs, random);

/** How long after a vain try the next one comes. */
export const retryMs = ({ tries }: Pick<StoredLetter, 'tries'>, random: Random): number =>
  around(Math.min(lastRetryMs, firstRetryMs * 2 ** Math.min(tries, 12)), random);

export const isLapsed = ({ writtenMs }: Pick<StoredLetter, 'writtenMs'>, nowMs: number): boolean =>
  nowMs - writtenMs >= lifetimeMs || writtenMs - nowMs >= 2 * dayMs;

/** How long until a letter is to be left (again), or has lapsed; not more than 0: now. */
export function waitOf({ writtenMs, nextMs, isStored }: Omit<StoredLetter, 'ordinal' | 'tries'>, nowMs: number): number {
  const waitMs = nextMs - nowMs;
  if (waitMs > (isStored ? longestPlanMs : 1.5 * lastRetryMs)) return 0;
  // Else the last check before it lapses could put the next one off until nobody keeps it any more.
  return Math.min(waitMs, writtenMs + lifetimeMs - nowMs);
}

/** The last keys are for messages: receipts wait. */
export const spareKeys = 16;

/**
 * How far apart letters are written: the fewer keys are left, the more posts each has to carry. 256 keys at first; with the last 16 a
 * letter an hour is two thirds of a day of conversation, however much is said.
 */
export function writingPauseMs(keysLeft: number): number {
  if (keysLeft > 128) return 0;
  if (keysLeft > 64) return minuteMs;
  return keysLeft > spareKeys ? 10 * minuteMs : hourMs;
}

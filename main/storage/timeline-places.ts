import { z } from 'zod';
import type { StoreDatabase } from './database.ts';
import { timelineClock } from './timeline-clock.ts';

/** Steps of a place in a millisecond: a double holds them exactly until 2109 (2^42 ms since 1970). Half of them are more than the posts that may wait for one person. */
const stepsPerMs = 2048;
/** Steps that are left for what may still come before, or after, one. */
const mostLeft = stepsPerMs / 2;
/** Neighbours lie at least this far apart, in ms. */
export const placeStepMs = 1 / stepsPerMs;

/**
 * Two days, as letters allow. A clock that stepped back by less changes no order: here a conversation goes on behind its last item; of a
 * writer's their count is believed. By more, it had been wrong, and is believed now; or that writer has begun to count anew.
 */
const clocksMayStepMs = 2 * 86_400_000;

/** Where a message stands among all others of its conversation. */
export interface Place {
  /** ms since 1970, in whole steps; no two items of a conversation have the same. */
  readonly place: number;
  /** Others of the same writer, of a higher sequence, were here before it. */
  readonly isStraggler: boolean;
}

export interface Arrival {
  readonly sequence: number;
  /** By the writer's clock. */
  readonly sentMs: number;
  readonly nowMs: number;
  /** As of `IncomingMessage`. */
  readonly isLate: boolean;
}

export interface TimelinePlaces {
  /** At the end. */
  ofOurs(conversationId: string, nowMs: number): number;
  /** Where the writer's own count of posts says: after what they wrote before it, and before what they wrote after it. */
  ofTheirs(conversationId: string, arrival: Arrival): Place;
}

/** Places as columns. */
export const placeColumns = (place: number): readonly [atMs: number, atStep: number] => {
  const atMs = Math.floor(place);
  return [atMs, Math.round((place - atMs) * stepsPerMs)];
};

const row = z.object({ sequence: z.number(), sent_ms: z.number(), place: z.number() });
const number = z.object({ n: z.number().nullable() });

export function timelinePlaces(database: StoreDatabase): TimelinePlaces {
  const freeTime = timelineClock(database, clocksMayStepMs);
  // Among equals the one that came last. Who erased a conversation with an earlier version has them, and counts from 1 again; or somebody hostile.
  const upTo = database.query(
    `SELECT sequence, sent_ms, place FROM messages WHERE conversation_id = ? AND direction = 'in' AND sequence <= ?
     ORDER BY sequence DESC, ordinal DESC LIMIT 1`,
    row,
  );
  const beyond = database.query(
    `SELECT sequence, sent_ms, place FROM messages WHERE conversation_id = ? AND direction = 'in' AND sequence > ?
     ORDER BY sequence, ordinal LIMIT 1`,
    row,
  );
  const next = database.query(
    `SELECT min(n) AS n FROM (SELECT min(place) AS n FROM messages WHERE conversation_id = ?1 AND place > ?2
       UNION ALL SELECT min(started_ms) FROM calls WHERE conversation_id = ?1 AND started_ms > ?2)`,
    number,
  );
  const previous = database.query(
    `SELECT max(n) AS n FROM (SELECT max(place) AS n FROM messages WHERE conversation_id = ?1 AND place < ?2
       UNION ALL SELECT max(started_ms) FROM calls WHERE conversation_id = ?1 AND started_ms < ?2)`,
    number,
  );
  /** Null: it was written later, by somebody who counts anew; or there is no room; or this computer's clock has turned the two around. */
  const straggler = (conversationId: string, { sequence, sentMs }: Arrival, successor: z.output<typeof row>): number | null => {
    if (sentMs - successor.sent_ms > clocksMayStepMs) return null;
    const toHigh = successor.sequence - sequence;
    const predecessor = upTo.get(conversationId, sequence);
    if (predecessor === undefined) {
      const low = previous.get(conversationId, successor.place)?.n ?? successor.place - 1;
      return between({ low, high: successor.place, wishMs: sentMs, fromLow: sequence, toHigh });
    }
    const high = next.get(conversationId, predecessor.place)?.n ?? null;
    if (high === null || successor.place < predecessor.place) return null;
    const fromLow = Math.max(1, sequence - predecessor.sequence);
    return between({ low: predecessor.place, high, wishMs: sentMs, fromLow, toHigh });
  };
  return {
    ofOurs: (conversationId, nowMs) => freeTime(conversationId, nowMs),
    ofTheirs(conversationId, arrival) {
      const { sequence, sentMs, nowMs, isLate } = arrival;
      const successor = beyond.get(conversationId, sequence);
      const place = successor === undefined ? null : straggler(conversationId, arrival, successor);
      return {
        place: place ?? freeTime(conversationId, nowMs, isLate ? sentMs : nowMs),
        isStraggler: place !== null,
      };
    },
  };
}

interface Gap {
  /** Places of the neighbours. */
  readonly low: number;
  readonly high: number;
  readonly wishMs: number;
  /** How many numbers it is from the writer's post before it, and from the one after it; at least 1. */
  readonly fromLow: number;
  readonly toHigh: number;
}

/**
 * A place in a gap, as near as can be to the wish. As many steps as numbers are missing are left on either side, up to `mostLeft`, so
 * that all that may still come finds room, in whatever order; only numbers further apart than that, or than the gap has steps, share it.
 * @returns null: there is no room
 */
function between({ low, high, wishMs, ...missing }: Gap): number | null {
  const [fromLow, toHigh] = [Math.min(missing.fromLow, mostLeft), Math.min(missing.toHigh, mostLeft)];
  const steps = Math.round((high - low) * stepsPerMs);
  if (steps < 2) return null;
  if (fromLow + toHigh <= steps) {
    const wish = Math.round((wishMs - low) * stepsPerMs);
    return low + Math.min(steps - toHigh, Math.max(fromLow, wish)) * placeStepMs;
  }
  const half = Math.floor(steps / 2);
  if (fromLow < half) return low + fromLow * placeStepMs;
  return toHigh < half ? high - toHigh * placeStepMs : low + half * placeStepMs;
}

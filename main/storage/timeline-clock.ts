import { z } from 'zod';
import type { StoreDatabase } from './database.ts';

/**
 * Gives each item of a conversation a time of its own: order by time is then order of arrival, and pages cut by time lose
 * nothing.
 * @param smallStepMs a clock that stepped back by less than this was corrected; by more, it had been wrong, and is believed now
 * @param writtenMs when it was written, by the clock of who wrote it: what comes late stands at that time if it is later than all
 *   that is there, and not later than now
 * @returns `nowMs`, or the next whole millisecond after the newest item if that is (a little) later
 */
export function timelineClock(
  database: StoreDatabase,
  smallStepMs: number,
): (conversationId: string, nowMs: number, writtenMs?: number) => number {
  const number = z.object({ n: z.number().nullable() });
  const newest = database.query(
    `SELECT max(n) AS n FROM (SELECT max(place) AS n FROM messages WHERE conversation_id = ?
       UNION ALL SELECT max(started_ms) FROM calls WHERE conversation_id = ?)`,
    number,
  );
  const taken = database.query(
    `SELECT count(*) AS n FROM (SELECT 1 FROM messages WHERE conversation_id = ? AND place = ?
       UNION ALL SELECT 1 FROM calls WHERE conversation_id = ? AND started_ms = ?)`,
    number,
  );
  return (conversationId, nowMs, writtenMs = nowMs) => {
    const last = newest.get(conversationId, conversationId)?.n ?? -1;
    const free = Math.floor(last) + 1;
    const wishMs = Math.min(nowMs, Math.max(writtenMs, free));
    if (last >= wishMs && last - wishMs < smallStepMs) return free;
    let at = wishMs;
    while ((taken.get(conversationId, at, conversationId, at)?.n ?? 0) > 0) at += 1;
    return at;
  };
}

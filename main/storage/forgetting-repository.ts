import { z } from 'zod';
import type { KeepFor } from '../../preload/contract/index.ts';
import type { StoreDatabase } from './database.ts';
import type { SearchIndex } from './search-repository.ts';

/** For conditions on `m`: it was not cleared away with its whole conversation. */
export const notCleared =
  'm.ordinal > coalesce((SELECT cleared_ordinal FROM conversations WHERE conversations.id = m.conversation_id), 0)';

const dayMs = 86_400_000;
const keptDays: Readonly<Record<KeepFor, number | null>> = { ever: null, year: 365, month: 30, week: 7 };

/** What goes, or went. */
export interface Forgotten {
  readonly messages: number;
  readonly calls: number;
}

/** What a batch took from the disk. */
export interface ForgottenBatch {
  readonly items: readonly { readonly conversationId: string; readonly id: string }[];
  readonly more: boolean;
}

/**
 * Ends what people no longer want to keep: whole conversations at once, and what is older than they said. Large amounts go in
 * batches, so that nothing waits for them; `scrub` after the last one, and nothing of them is in any file.
 */
export interface ForgettingRepository {
  /** All that a conversation holds now (null: every one), out of sight for as long as it can be undone. Returns which were cleared. */
  clear(conversationId: string | null, nowMs: number): string[];
  /** Undoes it. Returns which are back. */
  unclear(conversationId: string | null): string[];
  /** Of what was cleared before `beforeMs`; with it goes what was written and has not been sent. */
  purgeCleared(beforeMs: number, limit: number): ForgottenBatch;
  /** What is too old by now, where the conversations' own rules don't say otherwise. What still waits to be sent is kept. */
  tooOld(keepFor: KeepFor, nowMs: number): Forgotten;
  /** What of one conversation is too old under a rule. */
  tooOldIn(conversationId: string, keepFor: KeepFor, nowMs: number): Forgotten;
  removeTooOld(keepFor: KeepFor, nowMs: number, limit: number): ForgottenBatch;
  /** Null: as the setting says. */
  keepFor(conversationId: string): KeepFor | null;
  setKeepFor(conversationId: string, keepFor: KeepFor | null): void;
  scrub(): void;
}

const rowSchema = z
  .object({ ordinal: z.number(), conversation_id: z.string(), id: z.string(), text: z.string() })
  .transform(({ conversation_id, ...row }) => ({ ...row, conversationId: conversation_id }));
type Row = z.output<typeof rowSchema>;

const keepForColumn = z.enum(['ever', 'year', 'month', 'week']).nullable().catch(null);

export function forgettingRepository(database: StoreDatabase, index: SearchIndex): ForgettingRepository {
  const ids = z.object({ id: z.string() });
  const count = z.object({ n: z.number() });
  const clear = database.query(
    `UPDATE conversations SET cleared_ms = ?1, cleared_draft = iif(draft = '', cleared_draft, draft), draft = '', cleared_ordinal =
       (SELECT coalesce(max(ordinal), 0) FROM messages WHERE conversation_id = conversations.id)
     WHERE id = coalesce(?2, id) RETURNING id`,
    ids,
  );
  const hideCalls = database.query(
    'UPDATE calls SET hidden_ms = ?1 WHERE conversation_id = coalesce(?2, conversation_id) AND hidden_ms IS NULL RETURNING conversation_id AS id',
    ids,
  );
  const unclear = database.query(
    `UPDATE conversations SET cleared_ms = NULL, cleared_ordinal = 0, cleared_draft = '',
       draft = iif(draft = '', cleared_draft, draft)
     WHERE cleared_ms IS NOT NULL AND id = coalesce(?, id) RETURNING id`,
    ids,
  );
  const showCalls = database.query(
    'UPDATE calls SET hidden_ms = NULL WHERE conversation_id = coalesce(?, conversation_id) AND hidden_ms IS NOT NULL RETURNING conversation_id AS id',
    ids,
  );
  const due = database.query('SELECT id FROM conversations WHERE cleared_ms < ?', ids);
  const cleared = database.query(
    `SELECT ordinal, conversation_id, id, text FROM messages m
     WHERE conversation_id = ?1 AND ordinal <= (SELECT cleared_ordinal FROM conversations WHERE id = ?1) LIMIT ?2`,
    rowSchema,
  );
  const settled = database.write(
    "UPDATE conversations SET cleared_ms = NULL, cleared_ordinal = 0, cleared_draft = '' WHERE id = ? AND cleared_ms < ?",
  );
  const dropHiddenCalls = database.write('DELETE FROM calls WHERE hidden_ms < ?');
  const unsent = database.write(
    `DELETE FROM outbox WHERE conversation_id = ?1 AND (id = ?2
       OR attachment = (SELECT attachment FROM messages WHERE conversation_id = ?1 AND id = ?2 AND direction = 'out'))`,
  );
  const dropReactions = database.write('DELETE FROM reactions WHERE conversation_id = ? AND message_id = ?');
  const drop = database.write('DELETE FROM messages WHERE ordinal = ?');
  const rules = database.query(
    `SELECT id, keep_for FROM conversations UNION SELECT conversation_id, NULL FROM calls
       WHERE conversation_id NOT IN (SELECT id FROM conversations)`,
    ids.extend({ keep_for: keepForColumn }),
  );
  // What came after what follows it is as old as it is here.
  const isOld = `m.conversation_id = ?1 AND m.place < ?2 AND coalesce(m.came_ms, 0) < ?2 AND NOT EXISTS (SELECT 1 FROM outbox o
    WHERE o.conversation_id = m.conversation_id AND (o.id = m.id OR (m.direction = 'out' AND o.attachment = m.attachment)))`;
  const old = database.query(
    `SELECT ordinal, conversation_id, id, text FROM messages m WHERE ${isOld} ORDER BY m.place LIMIT ?3`,
    rowSchema,
  );
  const countOld = database.query(`SELECT count(*) AS n FROM messages m WHERE ${isOld}`, count);
  const dropOldCalls = database.query('DELETE FROM calls WHERE conversation_id = ? AND started_ms < ? RETURNING id', ids);
  const countOldCalls = database.query('SELECT count(*) AS n FROM calls WHERE conversation_id = ? AND started_ms < ?', count);
  const ensure = database.write('INSERT OR IGNORE INTO conversations (id) VALUES (?)');
  const rule = database.query('SELECT keep_for FROM conversations WHERE id = ?', z.object({ keep_for: keepForColumn }));
  const setRule = database.write('UPDATE conversations SET keep_for = ? WHERE id = ?');

  const remove = (row: Row): void => {
    index.remove(row);
    dropReactions.run(row.conversationId, row.id);
    drop.run(row.ordinal);
  };
  /** The conversations that lose something, and everything in them before when. */
  const cutoffs = (keepFor: KeepFor, nowMs: number): { readonly id: string; readonly beforeMs: number }[] =>
    rules.all().flatMap(({ id, keep_for: own }) => {
      const days = keptDays[own ?? keepFor];
      return days === null ? [] : [{ id, beforeMs: nowMs - days * dayMs }];
    });
  const countBefore = (id: string, beforeMs: number): Forgotten => ({
    messages: countOld.get(id, beforeMs)?.n ?? 0,
    calls: countOldCalls.get(id, beforeMs)?.n ?? 0,
  });
  return {
    clear: (conversationId, nowMs) =>
      database.transaction(() => [
        ...new Set([...clear.all(nowMs, conversationId), ...hideCalls.all(nowMs, conversationId)].map(({ id }) => id)),
      ]),
    unclear: (conversationId) =>
      database.transaction(() => [
        ...new Set([...unclear.all(conversationId), ...showCalls.all(conversationId)].map(({ id }) => id)),
      ]),
    purgeCleared: (beforeMs, limit) =>
      database.transaction(() => {
        dropHiddenCalls.run(beforeMs);
        const [next] = due.all(beforeMs);
        if (next === undefined) return { items: [], more: false };
        const rows = cleared.all(next.id, limit);
        for (const row of rows) {
          unsent.run(row.conversationId, row.id);
          remove(row);
        }
        if (rows.length < limit) settled.run(next.id, beforeMs);
        return { items: rows, more: true };
      }),
    tooOld: (keepFor, nowMs) =>
      cutoffs(keepFor, nowMs).reduce<Forgotten>(
        (sum, { id, beforeMs }) => {
          const { messages, calls } = countBefore(id, beforeMs);
          return { messages: sum.messages + messages, calls: sum.calls + calls };
        },
        { messages: 0, calls: 0 },
      ),
    tooOldIn(conversationId, keepFor, nowMs) {
      const days = keptDays[keepFor];
      return days === null ? { messages: 0, calls: 0 } : countBefore(conversationId, nowMs - days * dayMs);
    },
    removeTooOld: (keepFor, nowMs, limit) =>
      database.transaction(() => {
        const items: { conversationId: string; id: string }[] = [];
        for (const { id: conversationId, beforeMs } of cutoffs(keepFor, nowMs)) {
          const rows = old.all(conversationId, beforeMs, limit - items.length);
          for (const row of rows) remove(row);
          items.push(...rows, ...dropOldCalls.all(conversationId, beforeMs).map(({ id }) => ({ conversationId, id })));
          if (items.length >= limit) return { items, more: true };
        }
        return { items, more: false };
      }),
    keepFor: (conversationId) => rule.get(conversationId)?.keep_for ?? null,
    setKeepFor: (conversationId, keepFor) =>
      database.transaction(() => {
        ensure.run(conversationId);
        setRule.run(keepFor, conversationId);
      }),
    scrub: () => database.scrub(),
  };
}

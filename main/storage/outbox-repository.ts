import { z } from 'zod';
import type { StoreDatabase } from './database.ts';

/** What is to be sent: opaque here, its meaning is the chat's. */
export interface NewPost {
  readonly id: string;
  readonly body: string;
  readonly sentMs: number;
  /** It takes the place of what waits with the same topic. */
  readonly topic: string | null;
  /** Neither it nor what comes after it is sent before. */
  readonly holdUntilMs: number | null;
}

export interface QueuedPost {
  readonly id: string;
  readonly sequence: number;
  readonly body: string;
  readonly sentMs: number;
}

/** Posts that the other side has not acknowledged, per conversation, in sequence. On disk when a method returns. */
export interface OutboxRepository {
  /** Gives it the next sequence number of the conversation, which it returns. */
  add(conversationId: string, post: NewPost): number;
  /** Those with a sequence above `afterSequence`, in sequence, up to the first that is held back. */
  next(conversationId: string, afterSequence: number, limit: number, nowMs: number): QueuedPost[];
  /** When the first that is held back may go; null: none is. */
  heldUntil(conversationId: string, nowMs: number): number | null;
  count(conversationId: string): number;
  /** Acknowledged, or taken back. Unknown ids are passed over. */
  remove(conversationId: string, ids: readonly string[]): void;
}

const rowSchema = z
  .object({ sequence: z.number(), id: z.string(), sent_ms: z.number(), body: z.string() })
  .transform(({ sequence, id, sent_ms, body }): QueuedPost => ({ sequence, id, sentMs: sent_ms, body }));

export function outboxRepository(database: StoreDatabase): OutboxRepository {
  const ensure = database.write('INSERT OR IGNORE INTO conversations (id) VALUES (?)');
  const bump = database.query(
    'UPDATE conversations SET last_out_sequence = last_out_sequence + 1 WHERE id = ? RETURNING last_out_sequence AS n',
    z.object({ n: z.number() }),
  );
  const supersede = database.write('DELETE FROM outbox WHERE conversation_id = ? AND topic = ?');
  const insert = database.write(
    'INSERT INTO outbox (conversation_id, sequence, id, sent_ms, body, topic, hold_until_ms) VALUES (?, ?, ?, ?, ?, ?, ?)',
  );
  const firstHeld = database.query(
    `SELECT sequence, hold_until_ms AS until FROM outbox WHERE conversation_id = ? AND hold_until_ms > ?
     ORDER BY sequence LIMIT 1`,
    z.object({ sequence: z.number(), until: z.number() }),
  );
  const waiting = database.query(
    `SELECT sequence, id, sent_ms, body FROM outbox WHERE conversation_id = ? AND sequence > ? AND sequence < ?
     ORDER BY sequence LIMIT ?`,
    rowSchema,
  );
  const count = database.query('SELECT count(*) AS n FROM outbox WHERE conversation_id = ?', z.object({ n: z.number() }));
  const remove = database.write('DELETE FROM outbox WHERE conversation_id = ? AND id = ?');
  return {
    add: (conversationId, { id, body, sentMs, topic, holdUntilMs }) =>
      database.transaction(() => {
        ensure.run(conversationId);
        if (topic !== null) supersede.run(conversationId, topic);
        const sequence = bump.all(conversationId)[0]?.n ?? 1;
        insert.run(conversationId, sequence, id, sentMs, body, topic, holdUntilMs);
        return sequence;
      }),
    next(conversationId, afterSequence, limit, nowMs) {
      const before = firstHeld.get(conversationId, nowMs)?.sequence ?? Number.MAX_SAFE_INTEGER;
      return waiting.all(conversationId, afterSequence, before, limit);
    },
    heldUntil: (conversationId, nowMs) => firstHeld.get(conversationId, nowMs)?.until ?? null,
    count: (conversationId) => count.get(conversationId)?.n ?? 0,
    remove: (conversationId, ids) =>
      database.transaction(() => {
        for (const id of ids) remove.run(conversationId, id);
      }),
  };
}

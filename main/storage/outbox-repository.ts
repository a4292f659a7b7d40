import { z } from 'zod';
import { bytesColumn, type StoreDatabase } from './database.ts';

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
  /** Of a part of an attachment; they lie with it. */
  readonly bytes: Uint8Array | null;
}

/** Posts that the other side has not acknowledged, per conversation, in sequence. On disk when a method returns. */
export interface OutboxRepository {
  /** Gives it the next sequence number of the conversation, which it returns; the first of all is the time in seconds. */
  add(conversationId: string, post: NewPost): number;
  /** The same for a part of an attachment of ours, whose bytes lie there. */
  addPart(conversationId: string, post: NewPost, attachment: string, part: number): void;
  /** Those with a sequence above `afterSequence`, in sequence, up to the first that is held back. */
  next(conversationId: string, afterSequence: number, limit: number, nowMs: number): QueuedPost[];
  /** When the first that is held back may go; null: none is. */
  heldUntil(conversationId: string, nowMs: number): number | null;
  count(conversationId: string): number;
  /** Acknowledged, or taken back. Unknown ids are passed over. */
  remove(conversationId: string, ids: readonly string[]): void;
}

const rowSchema = z
  .object({ sequence: z.number(), id: z.string(), sent_ms: z.number(), body: z.string(), bytes: bytesColumn.nullable() })
  .transform(({ sequence, id, sent_ms, body, bytes }): QueuedPost => ({ sequence, id, sentMs: sent_ms, body, bytes }));

export function outboxRepository(database: StoreDatabase): OutboxRepository {
  const ensure = database.write('INSERT OR IGNORE INTO conversations (id) VALUES (?)');
  // Whoever has nothing of a conversation any more (erased, or restored from the phrase) must count on from what the other side has.
  const bump = database.query(
    `UPDATE conversations SET last_out_sequence = iif(last_out_sequence = 0, ?2, last_out_sequence + 1) WHERE id = ?1
     RETURNING last_out_sequence AS n`,
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
    `SELECT o.sequence, o.id, o.sent_ms, o.body, p.bytes FROM outbox o LEFT JOIN attachment_parts p
       ON p.conversation_id = o.conversation_id AND p.direction = 'out' AND p.attachment = o.attachment AND p.part = o.part
     WHERE o.conversation_id = ? AND o.sequence > ? AND o.sequence < ? AND (o.attachment IS NULL OR p.bytes IS NOT NULL)
     ORDER BY o.sequence LIMIT ?`,
    rowSchema,
  );
  const mark = database.write('UPDATE outbox SET attachment = ?, part = ? WHERE conversation_id = ? AND sequence = ?');
  const count = database.query('SELECT count(*) AS n FROM outbox WHERE conversation_id = ?', z.object({ n: z.number() }));
  const remove = database.write('DELETE FROM outbox WHERE conversation_id = ? AND id = ?');
  const add = (conversationId: string, { id, body, sentMs, topic, holdUntilMs }: NewPost): number =>
    database.transaction(() => {
      ensure.run(conversationId);
      if (topic !== null) supersede.run(conversationId, topic);
      const first = Math.max(1, Math.floor(sentMs / 1000));
      const sequence = bump.all(conversationId, first)[0]?.n ?? first;
      insert.run(conversationId, sequence, id, sentMs, body, topic, holdUntilMs);
      return sequence;
    });
  return {
    add,
    addPart: (conversationId, post, attachment, part) =>
      database.transaction(() => void mark.run(attachment, part, conversationId, add(conversationId, post))),
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

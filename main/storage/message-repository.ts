import { z } from 'zod';
import type { StoreDatabase } from './database.ts';
import { messageRowSchema, type StoredMessage } from './timeline-rows.ts';
import { timelineClock } from './timeline-clock.ts';

export interface OutgoingMessage {
  readonly id: string;
  readonly text: string;
  readonly nowMs: number;
}

export interface IncomingMessage extends OutgoingMessage {
  readonly sequence: number;
  readonly sentMs: number;
}

/** duplicate: stored before; conflict: the id belongs to a message of ours. */
export type Stored =
  | { readonly result: 'stored'; readonly message: StoredMessage }
  | { readonly result: 'duplicate' | 'conflict' };

/** Messages, and the outbox: an outgoing message that is not delivered. On disk when the method returns. */
export interface MessageRepository {
  /** Gives it the next sequence number of the conversation. */
  addOutgoing(conversationId: string, message: OutgoingMessage): StoredMessage;
  addIncoming(conversationId: string, message: IncomingMessage): Stored;
  /** The undelivered ones with a sequence above `afterSequence`, in sequence. */
  undelivered(conversationId: string, afterSequence: number, limit: number): StoredMessage[];
  countUndelivered(conversationId: string): number;
  /** waiting → sent. Null if it was delivered meanwhile, or is unknown. */
  markSent(conversationId: string, id: string): StoredMessage | null;
  /** sent → waiting, after the link is gone: nobody knows whether they arrived. Returns the changed ones. */
  markWaiting(conversationId: string): StoredMessage[];
  /** The same for everybody: after a crash. */
  markAllWaiting(): void;
  /** Returns the ones this changed; ids that are unknown, or not ours, are passed over. */
  markDelivered(conversationId: string, ids: readonly string[]): StoredMessage[];
}

/** RETURNING gives the row back even where SQLite's types say it may not. */
const inserted = (rows: readonly StoredMessage[]): StoredMessage => {
  const [row] = rows;
  if (row === undefined) throw new TypeError('an INSERT … RETURNING gave no row');
  return row;
};

export function messageRepository(database: StoreDatabase): MessageRepository {
  const freeTime = timelineClock(database);
  const ensure = database.write('INSERT OR IGNORE INTO conversations (id) VALUES (?)');
  const bumpSequence = database.query(
    'UPDATE conversations SET last_out_sequence = last_out_sequence + 1 WHERE id = ? RETURNING last_out_sequence AS n',
    z.object({ n: z.number() }),
  );
  const insert = database.query(
    `INSERT INTO messages (conversation_id, id, direction, sequence, text, sent_ms, at_ms, delivery)
     VALUES (?, ?, ?, ?, ?, ?, ?, ?) RETURNING *`,
    messageRowSchema,
  );
  const byId = database.query('SELECT * FROM messages WHERE conversation_id = ? AND id = ?', messageRowSchema);
  const outbox = database.query(
    `SELECT * FROM messages WHERE conversation_id = ? AND direction = 'out' AND delivery <> 'delivered' AND sequence > ?
     ORDER BY sequence LIMIT ?`,
    messageRowSchema,
  );
  const countOutbox = database.query(
    "SELECT count(*) AS n FROM messages WHERE conversation_id = ? AND direction = 'out' AND delivery <> 'delivered'",
    z.object({ n: z.number() }),
  );
  const sent = database.query(
    `UPDATE messages SET delivery = 'sent' WHERE conversation_id = ? AND id = ? AND direction = 'out' AND delivery = 'waiting'
     RETURNING *`,
    messageRowSchema,
  );
  const waiting = database.query(
    `UPDATE messages SET delivery = 'waiting' WHERE conversation_id = ? AND direction = 'out' AND delivery <> 'delivered'
       AND delivery = 'sent' RETURNING *`,
    messageRowSchema,
  );
  const allWaiting = database.write(
    "UPDATE messages SET delivery = 'waiting' WHERE direction = 'out' AND delivery <> 'delivered' AND delivery = 'sent'",
  );
  const delivered = database.query(
    `UPDATE messages SET delivery = 'delivered' WHERE conversation_id = ? AND id = ? AND direction = 'out'
       AND delivery <> 'delivered' RETURNING *`,
    messageRowSchema,
  );
  return {
    addOutgoing: (conversationId, { id, text, nowMs }) =>
      database.transaction(() => {
        ensure.run(conversationId);
        const sequence = bumpSequence.all(conversationId)[0]?.n ?? 1;
        const at = freeTime(conversationId, nowMs);
        return inserted(insert.all(conversationId, id, 'out', sequence, text, nowMs, at, 'waiting'));
      }),
    addIncoming: (conversationId, { id, text, nowMs, sequence, sentMs }) =>
      database.transaction((): Stored => {
        const known = byId.get(conversationId, id);
        if (known !== undefined) return { result: known.direction === 'in' ? 'duplicate' : 'conflict' };
        ensure.run(conversationId);
        const at = freeTime(conversationId, nowMs);
        const rows = insert.all(conversationId, id, 'in', sequence, text, sentMs, at, 'delivered');
        return { result: 'stored', message: inserted(rows) };
      }),
    undelivered: (conversationId, afterSequence, limit) => outbox.all(conversationId, afterSequence, limit),
    countUndelivered: (conversationId) => countOutbox.get(conversationId)?.n ?? 0,
    markSent: (conversationId, id) => sent.all(conversationId, id)[0] ?? null,
    markWaiting: (conversationId) => waiting.all(conversationId),
    markAllWaiting: () => void allWaiting.run(),
    markDelivered: (conversationId, ids) => database.transaction(() => ids.flatMap((id) => delivered.all(conversationId, id))),
  };
}

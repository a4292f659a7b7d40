import { z } from 'zod';
import { bytesColumn, type StoreDatabase } from './database.ts';

/** A post that no letter carries yet. */
export interface MailPost {
  readonly id: string;
  readonly sequence: number;
  readonly sentMs: number;
  readonly body: string;
  /** Sequence of the message before it that has not arrived either, as far as we know; 0: there is none. */
  readonly after: number;
  /** Of a part of an attachment. */
  readonly bytes: Uint8Array | null;
}

/** What is left in somebody's mailbox, as `main/mailbox` sealed it. */
export interface LetterItem {
  readonly mailbox: Uint8Array;
  readonly id: Uint8Array;
  readonly slip: Uint8Array;
  readonly sealed: Uint8Array;
}

export interface StoredLetter {
  readonly ordinal: number;
  readonly writtenMs: number;
  /** Supernodes keep it for them, or did. */
  readonly isStored: boolean;
  /** Times in a row that it could not be left. */
  readonly tries: number;
  /** When it is to be left (again), by the wall clock. */
  readonly nextMs: number;
}

/**
 * Posts and receipts on their way by mailbox, sealed, and kept until they are acknowledged; so that after a restart the same letter
 * is left again, and not another one. On disk when a method returns. Methods that change messages return their ids.
 */
export interface LetterRepository {
  /** With whom anything waits: posts, letters, receipts. */
  accounts(): string[];
  /** In sequence, up to the first that is held back. */
  posts(conversationId: string, nowMs: number, limit: number): MailPost[];
  /** Whether there are such posts, and not only what may wait for others (those of `idle` topic); null: there is none. */
  isUrgent(conversationId: string, idle: string, nowMs: number): boolean | null;
  /** They are leaving: nobody can take them back any more. */
  claim(conversationId: string, ids: readonly string[]): void;
  /** Posts and receipts that are gone by now are passed over. */
  add(conversationId: string, item: LetterItem, posts: readonly string[], receipts: readonly string[], nowMs: number): void;
  /** The oldest first. */
  letters(conversationId: string): StoredLetter[];
  item(ordinal: number): LetterItem | null;
  stored(ordinal: number, nextMs: number): string[];
  notStored(ordinal: number, nextMs: number): void;
  /** It is worth nothing any more: what it carried waits anew. */
  drop(ordinal: number): string[];
  /** Forgets letters all of whose posts were acknowledged. */
  tidy(conversationId: string): void;
  /** What waits can't be left until both are online. */
  markMeeting(conversationId: string): string[];
  /** Theirs that are on our disk, and they are to be told. */
  owe(conversationId: string, ids: readonly string[]): void;
  /** Receipts that no letter carries, and no session was told. */
  receipts(conversationId: string, limit: number): string[];
  /** The session that is there was told these. */
  tell(conversationId: string, ids: readonly string[]): void;
  /** That session (null: each) is over: what it was told and is not settled is due again. */
  untell(conversationId: string | null): void;
  /** They know. */
  settle(conversationId: string, ids: readonly string[]): void;
}

const ids = z.object({ id: z.string() });

/** More than a letter holds is not even read. */
const enoughBytes = 64 * 1024;

export function letterRepository(database: StoreDatabase): LetterRepository {
  const accounts = database.query(
    `SELECT conversation_id AS id FROM outbox UNION SELECT conversation_id FROM letters UNION SELECT conversation_id FROM receipts_due`,
    ids,
  );
  const firstHeld = database.query(
    'SELECT min(sequence) AS sequence FROM outbox WHERE conversation_id = ? AND hold_until_ms > ?',
    z.object({ sequence: z.number().nullable() }),
  );
  const urgent = database.query(
    `SELECT topic IS NOT ? AS urgent FROM outbox WHERE conversation_id = ? AND letter IS NULL AND sequence < ?
     ORDER BY urgent DESC LIMIT 1`,
    z.object({ urgent: z.number() }),
  );
  const queue = database.query(
    `SELECT sequence, letter, EXISTS (SELECT 1 FROM messages WHERE conversation_id = o.conversation_id AND id = o.id) AS shown
     FROM outbox o WHERE conversation_id = ? AND sequence < ? ORDER BY sequence`,
    z.object({ sequence: z.number(), letter: z.number().nullable(), shown: z.number() }),
  );
  const post = database.query(
    `SELECT o.id, o.sent_ms, o.body, p.bytes FROM outbox o LEFT JOIN attachment_parts p
       ON p.conversation_id = o.conversation_id AND p.direction = 'out' AND p.attachment = o.attachment AND p.part = o.part
     WHERE o.conversation_id = ? AND o.sequence = ? AND (o.attachment IS NULL OR p.bytes IS NOT NULL)`,
    z.object({ id: z.string(), sent_ms: z.number(), body: z.string(), bytes: bytesColumn.nullable() }),
  );
  const claim = database.write('UPDATE outbox SET tried = 1 WHERE conversation_id = ? AND id = ?');
  const insert = database.query(
    `INSERT INTO letters (conversation_id, mailbox, id, slip, sealed, written_ms, next_ms) VALUES (?, ?, ?, ?, ?, ?, ?)
     RETURNING ordinal`,
    z.object({ ordinal: z.number() }),
  );
  const carryPost = database.write('UPDATE outbox SET letter = ? WHERE conversation_id = ? AND id = ?');
  const carryReceipt = database.write('UPDATE receipts_due SET letter = ? WHERE conversation_id = ? AND id = ?');
  const letters = database.query(
    'SELECT ordinal, written_ms, stored, tries, next_ms FROM letters WHERE conversation_id = ? ORDER BY ordinal',
    z
      .object({ ordinal: z.number(), written_ms: z.number(), stored: z.number(), tries: z.number(), next_ms: z.number() })
      .transform((row): StoredLetter => ({
        ordinal: row.ordinal,
        writtenMs: row.written_ms,
        isStored: row.stored === 1,
        tries: row.tries,
        nextMs: row.next_ms,
      })),
  );
  const item = database.query(
    'SELECT mailbox, id, slip, sealed FROM letters WHERE ordinal = ?',
    z.object({ mailbox: bytesColumn, id: bytesColumn, slip: bytesColumn, sealed: bytesColumn }),
  );
  const setStored = database.write('UPDATE letters SET stored = 1, tries = 0, next_ms = ? WHERE ordinal = ?');
  const setLater = database.write('UPDATE letters SET tries = tries + 1, next_ms = ? WHERE ordinal = ?');
  const told = database.write('DELETE FROM receipts_due WHERE letter = ?');
  const carriedBy = "direction = 'out' AND (conversation_id, id) IN (SELECT conversation_id, id FROM outbox WHERE letter = ?)";
  const showStored = database.query(
    `UPDATE messages SET delivery = 'stored' WHERE ${carriedBy} AND delivery IN ('waiting', 'meeting', 'sent') RETURNING id`,
    ids,
  );
  const showWaiting = database.query(
    `UPDATE messages SET delivery = 'waiting' WHERE ${carriedBy} AND delivery = 'stored' RETURNING id`,
    ids,
  );
  const spokenIn = database.query(
    `SELECT DISTINCT m.id FROM outbox o JOIN messages m
       ON m.conversation_id = o.conversation_id AND m.attachment = o.attachment AND m.direction = 'out' AND m.hidden_ms IS NULL
     WHERE o.letter = ?`,
    ids,
  );
  /** A voice message is stored when its last part is. */
  const withSpoken = (ordinal: number, changed: readonly string[]): string[] => [
    ...new Set([...changed, ...plain(spokenIn.all(ordinal))]),
  ];
  const freePosts = database.write('UPDATE outbox SET letter = NULL WHERE letter = ?');
  const freeReceipts = database.write('UPDATE receipts_due SET letter = NULL WHERE letter = ?');
  const remove = database.write('DELETE FROM letters WHERE ordinal = ?');
  const tidy = database.write(
    `DELETE FROM letters WHERE conversation_id = ? AND NOT EXISTS (SELECT 1 FROM outbox WHERE letter = letters.ordinal)
       AND NOT EXISTS (SELECT 1 FROM receipts_due WHERE letter = letters.ordinal)`,
  );
  const showMeeting = database.query(
    `UPDATE messages SET delivery = 'meeting' WHERE conversation_id = ?1 AND direction = 'out' AND delivery = 'waiting'
       AND id IN (SELECT id FROM outbox WHERE conversation_id = ?1 AND letter IS NULL) RETURNING id`,
    ids,
  );
  const ensure = database.write('INSERT OR IGNORE INTO conversations (id) VALUES (?)');
  const owe = database.write('INSERT OR IGNORE INTO receipts_due (conversation_id, id) VALUES (?, ?)');
  const receipts = database.query('SELECT id FROM receipts_due WHERE conversation_id = ? AND letter IS NULL LIMIT ?', ids);
  // No letter has this number.
  const tell = database.write('UPDATE receipts_due SET letter = 0 WHERE conversation_id = ? AND id = ? AND letter IS NULL');
  const untell = database.write(
    'UPDATE receipts_due SET letter = NULL WHERE letter = 0 AND conversation_id = coalesce(?, conversation_id)',
  );
  const settle = database.write('DELETE FROM receipts_due WHERE conversation_id = ? AND id = ?');
  const plain = (rows: readonly { readonly id: string }[]): string[] => rows.map(({ id }) => id);
  const beforeHeld = (conversationId: string, nowMs: number): number =>
    firstHeld.get(conversationId, nowMs)?.sequence ?? Number.MAX_SAFE_INTEGER;
  return {
    accounts: () => plain(accounts.all()),
    isUrgent(conversationId, idle, nowMs) {
      const row = urgent.get(idle, conversationId, beforeHeld(conversationId, nowMs));
      return row === undefined ? null : row.urgent === 1;
    },
    posts(conversationId, nowMs, limit) {
      const before = beforeHeld(conversationId, nowMs);
      const waiting: MailPost[] = [];
      let after = 0;
      let bytes = 0;
      for (const { sequence, letter, shown } of queue.all(conversationId, before)) {
        const row = letter === null ? post.get(conversationId, sequence) : undefined;
        if (row !== undefined)
          waiting.push({ id: row.id, sequence, sentMs: row.sent_ms, body: row.body, after, bytes: row.bytes });
        bytes += (row?.body.length ?? 0) + (row?.bytes?.byteLength ?? 0);
        if (waiting.length >= limit || bytes >= enoughBytes) break;
        if (shown === 1) after = sequence;
      }
      return waiting;
    },
    claim: (conversationId, leaving) =>
      database.transaction(() => {
        for (const id of leaving) claim.run(conversationId, id);
      }),
    add: (conversationId, { mailbox, id, slip, sealed }, carried, receipted, nowMs) =>
      database.transaction(() => {
        const ordinal = insert.all(conversationId, mailbox, id, slip, sealed, nowMs, nowMs)[0]?.ordinal ?? 0;
        for (const carriedId of carried) carryPost.run(ordinal, conversationId, carriedId);
        for (const receipt of receipted) carryReceipt.run(ordinal, conversationId, receipt);
      }),
    letters: (conversationId) => letters.all(conversationId),
    item: (ordinal) => item.get(ordinal) ?? null,
    stored: (ordinal, nextMs) =>
      database.transaction(() => {
        setStored.run(nextMs, ordinal);
        told.run(ordinal);
        return withSpoken(ordinal, plain(showStored.all(ordinal)));
      }),
    notStored: (ordinal, nextMs) => void setLater.run(nextMs, ordinal),
    drop: (ordinal) =>
      database.transaction(() => {
        const changed = withSpoken(ordinal, plain(showWaiting.all(ordinal)));
        freePosts.run(ordinal);
        freeReceipts.run(ordinal);
        remove.run(ordinal);
        return changed;
      }),
    tidy: (conversationId) => void tidy.run(conversationId),
    markMeeting: (conversationId) => plain(showMeeting.all(conversationId)),
    owe: (conversationId, owed) =>
      database.transaction(() => {
        ensure.run(conversationId);
        for (const id of owed) owe.run(conversationId, id);
      }),
    receipts: (conversationId, limit) => plain(receipts.all(conversationId, limit)),
    tell: (conversationId, toldIds) =>
      database.transaction(() => {
        for (const id of toldIds) tell.run(conversationId, id);
      }),
    untell: (conversationId) => void untell.run(conversationId),
    settle: (conversationId, toldIds) =>
      database.transaction(() => {
        for (const id of toldIds) settle.run(conversationId, id);
      }),
  };
}

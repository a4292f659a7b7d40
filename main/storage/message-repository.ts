import { z } from 'zod';
import type { StoreDatabase } from './database.ts';
import type { NewPost, OutboxRepository } from './outbox-repository.ts';
import type { SearchIndex } from './search-repository.ts';
import { messageRowSchema, selectMessages, type StoredMessage } from './timeline-rows.ts';
import { placeColumns, timelinePlaces } from './timeline-places.ts';

export interface OutgoingMessage {
  readonly text: string;
  /** Id of the message that it answers. */
  readonly replyTo: string | null;
  readonly nowMs: number;
}

export interface IncomingMessage extends OutgoingMessage {
  readonly id: string;
  /** Of a kind that only a newer version can show. */
  readonly unknown?: boolean;
  /** It waited elsewhere: it stands at `sentMs`, as far as that can be, and not at `nowMs`. */
  readonly isLate?: boolean;
  readonly sequence: number;
  readonly sentMs: number;
}

/** duplicate: stored before; conflict: the id belongs to a message of ours. */
export type Stored =
  | { readonly result: 'stored'; readonly message: StoredMessage }
  | { readonly result: 'duplicate' | 'conflict' };

export type Direction = StoredMessage['direction'];

/** A change that somebody makes to a message, by the sequence of the post that brings it: a later one stays. */
export interface Edit {
  readonly of: string;
  readonly text: string;
  readonly nowMs: number;
}
export interface Reaction {
  readonly to: string;
  readonly emoji: string | null;
}

/**
 * The messages of all conversations. Methods that take a `post` put it into the outbox in the same transaction, so what is
 * shown is what will be sent. On disk when the method returns. Each gives back what changed: null for nothing (the message
 * is unknown, of the other side, deleted, or a later change stands).
 */
export interface MessageRepository {
  find(conversationId: string, id: string): StoredMessage | null;
  addOutgoing(conversationId: string, message: OutgoingMessage, post: NewPost): StoredMessage;
  addIncoming(conversationId: string, message: IncomingMessage): Stored;
  editOutgoing(conversationId: string, edit: Edit, post: NewPost): StoredMessage | null;
  editIncoming(conversationId: string, edit: Edit, sequence: number): StoredMessage | null;
  deleteOutgoing(conversationId: string, id: string, post: NewPost): StoredMessage | null;
  /** One that has not come yet will not be stored when it does. */
  deleteIncoming(conversationId: string, id: string, sequence: number, nowMs: number): StoredMessage | null;
  reactOutgoing(conversationId: string, reaction: Reaction, post: NewPost): StoredMessage | null;
  reactIncoming(conversationId: string, reaction: Reaction, sequence: number): StoredMessage | null;
  /** Ours that is still in the outbox, and was never handed to a connection: gone without a trace. */
  takeBack(conversationId: string, id: string): StoredMessage | null;
  /** waiting, meeting → sent. Null if it was delivered meanwhile, or is unknown. */
  markSent(conversationId: string, id: string): StoredMessage | null;
  /** sent → waiting, after the link is gone: nobody knows whether they arrived. Returns the changed ones. */
  markWaiting(conversationId: string): StoredMessage[];
  /** The same for everybody: after a crash. */
  markAllWaiting(): void;
  /** Takes them from the outbox; returns the messages this changed. Ids that are unknown, or not ours, are passed over. */
  markDelivered(conversationId: string, ids: readonly string[]): StoredMessage[];
  /** Ours up to this sequence were read. Returns the changed ones, the newest `limit` of them. */
  markReadThere(conversationId: string, upTo: number, limit: number): StoredMessage[];
  /** The highest sequence of theirs that is here; 0: none. */
  newestIncoming(conversationId: string): number;
  /** Out of our own sight, for as long as it can be undone. Returns what is no longer shown. */
  hide(conversationId: string, ids: readonly string[], nowMs: number): string[];
  unhide(conversationId: string, ids: readonly string[]): StoredMessage[];
  /** What was hidden before `beforeMs`, from the disk, for good. Returns how many. */
  purgeHidden(beforeMs: number): number;
  /** Messages of theirs from before `beforeMs` that are gone from here, or were deleted before they came: nobody brings them any more. */
  forgetGone(beforeMs: number): void;
}

/** The row is there: it was written in this transaction. */
const present = (row: StoredMessage | undefined): StoredMessage => {
  if (row === undefined) throw new TypeError('a message that was just written is not there');
  return row;
};

/**
 * What is gone of one conversation, beyond which a deletion that overtakes what it deletes is not kept: ten times what may wait for
 * one person, and about a megabyte of disk that somebody hostile can have who deletes what never was.
 */
const mostGone = 10_000;

/** Reactions of our own are kept under no key. */
const ownAuthor = '';

export function messageRepository(database: StoreDatabase, outbox: OutboxRepository, index: SearchIndex): MessageRepository {
  const places = timelinePlaces(database);
  const ids = z.object({ id: z.string() });
  const ensure = database.write('INSERT OR IGNORE INTO conversations (id) VALUES (?)');
  const insert = database.write(
    `INSERT INTO messages (conversation_id, id, direction, sequence, text, sent_ms, at_ms, at_step, came_ms, delivery, reply_to, unknown)
     VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`,
  );
  const byId = database.query(`${selectMessages} WHERE m.conversation_id = ? AND m.id = ?`, messageRowSchema);
  const edit = database.write(
    `UPDATE messages SET text = ?, edited_ms = ?, changed_sequence = ?
     WHERE conversation_id = ? AND id = ? AND direction = ? AND deleted = 0 AND attachment IS NULL AND changed_sequence < ?`,
  );
  const erase = database.write(
    `UPDATE messages SET text = '', deleted = 1, edited_ms = NULL, changed_sequence = ?
     WHERE conversation_id = ? AND id = ? AND direction = ? AND deleted = 0`,
  );
  const eraseReactions = database.write('DELETE FROM reactions WHERE conversation_id = ? AND message_id = ?');
  const react = database.write(
    `INSERT INTO reactions (conversation_id, message_id, author, emoji, sequence)
     SELECT ?1, ?2, ?3, ?4, ?5 WHERE EXISTS (SELECT 1 FROM messages WHERE conversation_id = ?1 AND id = ?2 AND deleted = 0)
     ON CONFLICT DO UPDATE SET emoji = excluded.emoji, sequence = excluded.sequence WHERE excluded.sequence > sequence`,
  );
  const remove = database.write('DELETE FROM messages WHERE conversation_id = ? AND id = ?');
  const tried = database.write('UPDATE outbox SET tried = 1 WHERE conversation_id = ? AND id = ?');
  const gone = database.query(
    'SELECT 1 AS gone FROM gone_messages WHERE conversation_id = ? AND id = ?',
    z.object({ gone: z.number() }),
  );
  const neverTake = database.write(
    `INSERT OR IGNORE INTO gone_messages SELECT ?1, ?2, ?3
     WHERE (SELECT count(*) FROM (SELECT 1 FROM gone_messages WHERE conversation_id = ?1 LIMIT ${mostGone})) < ${mostGone}`,
  );
  const untried = database.query('SELECT id FROM outbox WHERE conversation_id = ? AND id = ? AND tried = 0', ids);
  const unqueueParts = database.write(
    `DELETE FROM outbox WHERE conversation_id = ?1
     AND attachment = (SELECT attachment FROM messages WHERE conversation_id = ?1 AND id = ?2)`,
  );
  const attachmentOf = database.query(
    'SELECT attachment FROM outbox WHERE conversation_id = ? AND id = ? AND attachment IS NOT NULL',
    z.object({ attachment: z.string() }),
  );
  const withAttachment = database.query(
    `${selectMessages} WHERE m.conversation_id = ? AND m.attachment = ? AND m.direction = 'out' AND m.hidden_ms IS NULL`,
    messageRowSchema,
  );
  const sent = database.write(
    "UPDATE messages SET delivery = 'sent' WHERE conversation_id = ? AND id = ? AND direction = 'out' AND delivery IN ('waiting', 'meeting')",
  );
  const waiting = database.query(
    `UPDATE messages SET delivery = 'waiting'
     WHERE conversation_id = ? AND direction = 'out' AND delivery = 'sent' RETURNING id`,
    ids,
  );
  const allWaiting = database.write("UPDATE messages SET delivery = 'waiting' WHERE direction = 'out' AND delivery = 'sent'");
  const delivered = database.write(
    `UPDATE messages SET delivery = 'delivered'
     WHERE conversation_id = ? AND id = ? AND direction = 'out' AND delivery NOT IN ('delivered', 'read')`,
  );
  const readThere = database.query(
    `UPDATE messages SET delivery = 'read'
     WHERE conversation_id = ? AND direction = 'out' AND delivery <> 'read' AND sequence <= ? RETURNING id, sequence`,
    ids.extend({ sequence: z.number() }),
  );
  const newest = database.query(
    "SELECT coalesce(max(sequence), 0) AS n FROM messages WHERE conversation_id = ? AND direction = 'in'",
    z.object({ n: z.number() }),
  );
  const hide = database.write('UPDATE messages SET hidden_ms = ? WHERE conversation_id = ? AND id = ? AND hidden_ms IS NULL');
  const unhide = database.write(
    'UPDATE messages SET hidden_ms = NULL WHERE conversation_id = ? AND id = ? AND hidden_ms IS NOT NULL',
  );
  const purgeReactions = database.write(
    `DELETE FROM reactions WHERE (conversation_id, message_id) IN
       (SELECT conversation_id, id FROM messages WHERE hidden_ms < ?)`,
  );
  const forgetGone = database.write('DELETE FROM gone_messages WHERE at_ms < ?');
  const purged = database.query(`${selectMessages} WHERE m.hidden_ms < ?`, messageRowSchema);
  const purge = database.write('DELETE FROM messages WHERE hidden_ms < ?');

  const find = (conversationId: string, id: string): StoredMessage | null => byId.get(conversationId, id) ?? null;
  /** What a write changed, as it is now. */
  const changed = (rows: number, conversationId: string, id: string): StoredMessage | null =>
    rows === 0 ? null : find(conversationId, id);
  const editAs = (from: Direction, conversationId: string, { of, text, nowMs }: Edit, sequence: number): StoredMessage | null => {
    const before = find(conversationId, of);
    if (before === null || edit.run(text, nowMs, sequence, conversationId, of, from, sequence) === 0) return null;
    index.remove(before);
    const after = present(byId.get(conversationId, of));
    index.add(after);
    return after;
  };
  const deleteAs = (from: Direction, conversationId: string, id: string, sequence: number): StoredMessage | null => {
    const before = find(conversationId, id);
    if (before === null || erase.run(sequence, conversationId, id, from) === 0) return null;
    index.remove(before);
    eraseReactions.run(conversationId, id);
    return find(conversationId, id);
  };
  /** A message that was just written, in the index from now on. */
  const added = (conversationId: string, id: string): StoredMessage => {
    const message = present(byId.get(conversationId, id));
    index.add(message);
    return message;
  };
  const reactAs = (author: string, conversationId: string, { to, emoji }: Reaction, sequence: number): StoredMessage | null =>
    changed(react.run(conversationId, to, author, emoji, sequence), conversationId, to);
  /** The post goes out only if there was something to change. */
  const outgoing = (
    conversationId: string,
    id: string,
    post: NewPost,
    change: (sequence: number) => StoredMessage | null,
  ): StoredMessage | null =>
    database.transaction(() => {
      const known = find(conversationId, id);
      if (known === null || known.deleted) return null;
      const message = change(outbox.add(conversationId, post));
      if (message === null) outbox.remove(conversationId, [post.id]);
      return message;
    });

  /** Something was deleted, unless it is null: the journal forgets it too. */
  const scrubbed = (message: StoredMessage | null): StoredMessage | null => {
    if (message !== null) database.scrub();
    return message;
  };

  return {
    find,
    addOutgoing: (conversationId, { text, replyTo, nowMs }, post) =>
      database.transaction(() => {
        const sequence = outbox.add(conversationId, post);
        const at = placeColumns(places.ofOurs(conversationId, nowMs));
        insert.run(conversationId, post.id, 'out', sequence, text, nowMs, ...at, null, 'waiting', replyTo, 0);
        return added(conversationId, post.id);
      }),
    addIncoming: (conversationId, { id, text, replyTo, nowMs, sequence, sentMs, unknown = false, isLate = false }) =>
      database.transaction((): Stored => {
        const known = find(conversationId, id);
        if (known !== null) return { result: known.direction === 'in' ? 'duplicate' : 'conflict' };
        if (gone.get(conversationId, id) !== undefined) return { result: 'duplicate' };
        ensure.run(conversationId);
        const { place, isStraggler } = places.ofTheirs(conversationId, { sequence, sentMs, nowMs, isLate });
        const at = [...placeColumns(place), isStraggler ? nowMs : null];
        insert.run(conversationId, id, 'in', sequence, text, sentMs, ...at, 'delivered', replyTo, unknown ? 1 : 0);
        return { result: 'stored', message: added(conversationId, id) };
      }),
    editOutgoing: (conversationId, change, post) =>
      outgoing(conversationId, change.of, post, (sequence) => editAs('out', conversationId, change, sequence)),
    editIncoming: (conversationId, change, sequence) =>
      database.transaction(() => editAs('in', conversationId, change, sequence)),
    deleteOutgoing: (conversationId, id, post) =>
      scrubbed(outgoing(conversationId, id, post, (sequence) => deleteAs('out', conversationId, id, sequence))),
    deleteIncoming: (conversationId, id, sequence, nowMs) =>
      scrubbed(
        database.transaction(() => {
          if (find(conversationId, id) === null) neverTake.run(conversationId, id, nowMs);
          return deleteAs('in', conversationId, id, sequence);
        }),
      ),
    reactOutgoing: (conversationId, reaction, post) =>
      outgoing(conversationId, reaction.to, post, (sequence) => reactAs(ownAuthor, conversationId, reaction, sequence)),
    reactIncoming: (conversationId, reaction, sequence) =>
      database.transaction(() => reactAs(conversationId, conversationId, reaction, sequence)),
    takeBack: (conversationId, id) =>
      scrubbed(
        database.transaction(() => {
          const message = find(conversationId, id);
          if (message === null || untried.get(conversationId, id) === undefined) return null;
          unqueueParts.run(conversationId, id);
          outbox.remove(conversationId, [id]);
          remove.run(conversationId, id);
          index.remove(message);
          return message;
        }),
      ),
    markSent: (conversationId, id) =>
      database.transaction(() => {
        tried.run(conversationId, id);
        return changed(sent.run(conversationId, id), conversationId, id);
      }),
    markWaiting: (conversationId) =>
      database.transaction(() => waiting.all(conversationId).map(({ id }) => present(byId.get(conversationId, id)))),
    markAllWaiting: () => void allWaiting.run(),
    markDelivered(conversationId, delivering) {
      const attachments = new Set(delivering.flatMap((id) => attachmentOf.get(conversationId, id)?.attachment ?? []));
      const { changed: messages, isGone } = database.transaction(() => {
        outbox.remove(conversationId, delivering);
        const whole = delivering.filter((id) => delivered.run(conversationId, id) > 0);
        const partly = [...attachments].map((attachment) => withAttachment.get(conversationId, attachment));
        const others = partly.flatMap((message) => (message === undefined || whole.includes(message.id) ? [] : [message]));
        return {
          changed: [...whole.flatMap((id) => find(conversationId, id) ?? []), ...others],
          isGone: partly.includes(undefined),
        };
      });
      // Its message went before it did; now its bytes have gone too.
      if (isGone) database.scrub();
      return messages;
    },
    markReadThere: (conversationId, upTo, limit) =>
      database.transaction(() =>
        readThere
          .all(conversationId, upTo)
          .toSorted((a, b) => b.sequence - a.sequence)
          .slice(0, limit)
          .flatMap(({ id }) => find(conversationId, id) ?? []),
      ),
    newestIncoming: (conversationId) => newest.get(conversationId)?.n ?? 0,
    hide: (conversationId, hiding, nowMs) =>
      database.transaction(() => hiding.filter((id) => hide.run(nowMs, conversationId, id) > 0)),
    unhide: (conversationId, showing) =>
      database.transaction(() =>
        showing.filter((id) => unhide.run(conversationId, id) > 0).flatMap((id) => find(conversationId, id) ?? []),
      ),
    purgeHidden(beforeMs) {
      const count = database.transaction(() => {
        for (const message of purged.all(beforeMs)) index.remove(message);
        purgeReactions.run(beforeMs);
        return purge.run(beforeMs);
      });
      if (count > 0) database.scrub();
      return count;
    },
    forgetGone: (beforeMs) => void forgetGone.run(beforeMs),
  };
}

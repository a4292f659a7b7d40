import { z } from 'zod';
import { attachmentShelf, type Attachment, type Judge, type Part } from './attachment-shelf.ts';
import type { StoreDatabase } from './database.ts';
import type { Stored } from './message-repository.ts';
import type { NewPost, OutboxRepository } from './outbox-repository.ts';
import { placeColumns, timelinePlaces } from './timeline-places.ts';
import { messageRowSchema, selectMessages, type StoredMessage } from './timeline-rows.ts';

export interface OutgoingVoice {
  readonly attachment: Attachment;
  readonly replyTo: string | null;
  readonly nowMs: number;
}

export interface IncomingVoice extends OutgoingVoice {
  readonly id: string;
  readonly sequence: number;
  readonly sentMs: number;
  /** As of `IncomingMessage`. */
  readonly isLate: boolean;
}

/**
 * Messages that are spoken. Their bytes lie in the database, in parts as they travel: a part and its acknowledgement are one
 * transaction, and what is deleted is overwritten like any text. On disk when a method returns.
 */
export interface VoiceRepository {
  /** @param parts one post for each part, in order, all of which go after `post` */
  addOutgoing(
    conversationId: string,
    voice: OutgoingVoice,
    sound: Uint8Array,
    post: NewPost,
    parts: readonly NewPost[],
  ): StoredMessage;
  /** `conflict`: the id is that of a message of ours, or the attachment's was used before. `changed`: others, that gave way. */
  addIncoming(conversationId: string, voice: IncomingVoice, judge: Judge): VoiceStored;
  /** A part of theirs, once. Returns what changed: its message, and those that gave way. */
  addPart(conversationId: string, part: Part, nowMs: number, judge: Judge): StoredMessage[];
  /** Of a voice message that is whole. */
  sound(conversationId: string, messageId: string): Uint8Array | null;
  /** Null if it was played before, or is none. */
  markHeard(conversationId: string, messageId: string): StoredMessage | null;
  /** Parts whose message never came. */
  forgetEarly(beforeMs: number): void;
}

export interface VoiceStored {
  readonly stored: Stored;
  readonly changed: readonly StoredMessage[];
}

export function voiceRepository(database: StoreDatabase, outbox: OutboxRepository): VoiceRepository {
  const places = timelinePlaces(database);
  const shelf = attachmentShelf(database);
  const ensure = database.write('INSERT OR IGNORE INTO conversations (id) VALUES (?)');
  const insert = database.write(
    `INSERT INTO messages (conversation_id, id, direction, sequence, text, sent_ms, at_ms, at_step, came_ms, delivery, reply_to, attachment)
     VALUES (?, ?, ?, ?, '', ?, ?, ?, ?, ?, ?, ?)`,
  );
  const byId = database.query(`${selectMessages} WHERE m.conversation_id = ? AND m.id = ?`, messageRowSchema);
  const shown = database.query(
    `${selectMessages} WHERE m.conversation_id = ? AND m.attachment = ? AND m.direction = 'in' AND m.hidden_ms IS NULL`,
    messageRowSchema,
  );
  const attachmentOf = database.query(
    'SELECT direction, attachment FROM messages WHERE conversation_id = ? AND id = ? AND attachment IS NOT NULL',
    z.object({ direction: z.enum(['in', 'out']), attachment: z.string() }),
  );
  const gone = database.query(
    'SELECT 1 AS gone FROM gone_messages WHERE conversation_id = ? AND id = ?',
    z.object({ gone: z.number() }),
  );
  const hear = database.write(
    `UPDATE attachments SET heard = 1 WHERE heard = 0 AND (conversation_id, direction, id) =
       (SELECT conversation_id, direction, attachment FROM messages WHERE conversation_id = ? AND id = ?)`,
  );
  const written = (conversationId: string, id: string): StoredMessage => {
    const row = byId.get(conversationId, id);
    if (row === undefined) throw new TypeError('a message that was just written is not there');
    return row;
  };
  /** What was thrown away is in no journal any more either. */
  const scrubbing = <T>(work: () => T): T => {
    const result = database.transaction(work);
    if (shelf.wasted()) database.scrub();
    return result;
  };
  const shed = (conversationId: string): StoredMessage[] =>
    shelf.shed(conversationId).flatMap(({ conversationId: of, id }) => shown.get(of, id) ?? []);
  return {
    addOutgoing: (conversationId, { attachment, replyTo, nowMs }, sound, post, parts) =>
      database.transaction(() => {
        const sequence = outbox.add(conversationId, post);
        shelf.add(conversationId, attachment, sound, nowMs);
        for (const [index, part] of parts.entries()) outbox.addPart(conversationId, part, attachment.id, index);
        const at = placeColumns(places.ofOurs(conversationId, nowMs));
        insert.run(conversationId, post.id, 'out', sequence, nowMs, ...at, null, 'waiting', replyTo, attachment.id);
        return written(conversationId, post.id);
      }),
    addIncoming: (conversationId, { id, sequence, sentMs, attachment, replyTo, nowMs, isLate }, judge) =>
      scrubbing((): VoiceStored => {
        const known = byId.get(conversationId, id);
        if (known !== undefined) return { stored: { result: known.direction === 'in' ? 'duplicate' : 'conflict' }, changed: [] };
        if (gone.get(conversationId, id) !== undefined) return { stored: { result: 'duplicate' }, changed: [] };
        const state = shelf.state({ conversationId, direction: 'in', id: attachment.id });
        if (state !== null && state !== 'early') return { stored: { result: 'conflict' }, changed: [] };
        ensure.run(conversationId);
        shelf.expect(conversationId, attachment, nowMs, judge);
        const { place, isStraggler } = places.ofTheirs(conversationId, { sequence, sentMs, nowMs, isLate });
        const at = [...placeColumns(place), isStraggler ? nowMs : null];
        insert.run(conversationId, id, 'in', sequence, sentMs, ...at, 'delivered', replyTo, attachment.id);
        const changed = shed(conversationId);
        return { stored: { result: 'stored', message: written(conversationId, id) }, changed };
      }),
    addPart: (conversationId, part, nowMs, judge) =>
      scrubbing(() => {
        shelf.take(conversationId, part, nowMs, judge);
        const message = shown.get(conversationId, part.of);
        return [...(message === undefined ? [] : [message]), ...shed(conversationId)];
      }),
    sound(conversationId, messageId) {
      const found = attachmentOf.get(conversationId, messageId);
      return found === undefined ? null : shelf.bytes({ conversationId, direction: found.direction, id: found.attachment });
    },
    markHeard: (conversationId, messageId) =>
      database.transaction(() =>
        hear.run(conversationId, messageId) === 0 ? null : (byId.get(conversationId, messageId) ?? null),
      ),
    forgetEarly(beforeMs) {
      if (shelf.forgetEarly(beforeMs) > 0) database.scrub();
    },
  };
}

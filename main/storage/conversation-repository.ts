import { z } from 'zod';
import type { CallRecordView, ConversationView, TimelineItem } from '../../preload/contract/index.ts';
import type { StoreDatabase } from './database.ts';
import { notCleared } from './forgetting-repository.ts';
import type { SearchIndex } from './search-repository.ts';
import {
  callColumns,
  callPlaceholders,
  callRow,
  callRowSchema,
  messageRowSchema,
  messageView,
  selectMessages,
  type StoredMessage,
} from './timeline-rows.ts';
import { timelineClock } from './timeline-clock.ts';
import { placeStepMs } from './timeline-places.ts';

export interface TimelinePage {
  /** Oldest first. */
  readonly items: TimelineItem[];
  readonly more: boolean;
}

/** A piece out of the middle. */
export interface TimelineWindow {
  /** Oldest first. */
  readonly items: TimelineItem[];
  /** There are items before, and after, these. */
  readonly older: boolean;
  readonly newer: boolean;
}

/** What a conversation shows: messages and calls in one timeline, unread mark, draft. */
export interface ConversationRepository {
  /** All that have a message, a call or a draft, but not with people who were removed. */
  list(): ConversationView[];
  /** Also for one that has nothing yet. */
  view(id: string): ConversationView;
  /** The newest `limit` items before `beforeMs` (null: of all). Times are unique in a conversation. */
  page(id: string, beforeMs: number | null, limit: number): TimelinePage;
  /** The oldest `limit` items after `afterMs` (null: of all), oldest first, as they are stored. */
  pageAfter(id: string, afterMs: number | null, limit: number): (StoredMessage | CallRecordView)[];
  count(id: string): number;
  /** The oldest `limit` items after `afterMs`, as they are shown. */
  newer(id: string, afterMs: number, limit: number): TimelinePage;
  /** Half of `limit` items before `atMs`, half from it on. */
  around(id: string, atMs: number, limit: number): TimelineWindow;
  /** All that is stored now has been read. */
  markRead(id: string): void;
  saveDraft(id: string, draft: string): void;
  /** Its messages, calls and draft, for good. */
  erase(id: string): void;
}

/** The call log. Takes finished records; a record with a known id replaces the old one. */
export interface CallLogRepository {
  /** Returns the record as stored: its start may move by milliseconds, so that times are unique in a conversation. */
  add(record: CallRecordView): CallRecordView;
  /** One that is heard of only now; null if it is known. It stands where it began, as far as that can be. */
  addLate(record: CallRecordView, nowMs: number): CallRecordView | null;
  /** Newest first. */
  list(beforeMs: number | null, limit: number): CallRecordView[];
}

const newestFirst = (a: TimelineItem, b: TimelineItem): number => timeOf(b) - timeOf(a) || (a.id < b.id ? 1 : -1);
const timeOf = (item: TimelineItem): number => (item.kind === 'message' ? item.atMs : item.startedMs);

/** A row shows "99+", and each that is counted costs a look. */
const mostUnread = 100;

/** Of a clock that is corrected (NTP) while a call goes on. */
const smallStepMs = 3_600_000;

/** Later than any item. */
const endOfTime = Number.MAX_SAFE_INTEGER;

export function conversationRepository(database: StoreDatabase, index: SearchIndex): ConversationRepository {
  const ids = database.query(
    `SELECT id FROM (
       SELECT id FROM conversations
         WHERE draft <> '' OR EXISTS (SELECT 1 FROM messages
           WHERE conversation_id = conversations.id AND hidden_ms IS NULL AND ordinal > conversations.cleared_ordinal)
       UNION SELECT conversation_id FROM calls WHERE hidden_ms IS NULL)
     WHERE id NOT IN (SELECT account_key FROM contacts WHERE removed = 1)`,
    z.object({ id: z.string() }),
  );
  const state = database.query(
    `SELECT draft, (SELECT count(*) FROM (SELECT 1 FROM messages
       WHERE conversation_id = c.id AND direction = 'in' AND ordinal > max(c.read_ordinal, c.cleared_ordinal)
         AND deleted = 0 AND hidden_ms IS NULL
       LIMIT ${mostUnread})) AS unread,
       (SELECT min(place) FROM (
         SELECT place FROM (SELECT place FROM messages
           WHERE conversation_id = c.id AND direction = 'in' AND ordinal > max(c.read_ordinal, c.cleared_ordinal)
             AND deleted = 0 AND hidden_ms IS NULL
           ORDER BY ordinal LIMIT 1)
         UNION ALL SELECT place FROM (SELECT place FROM messages
           WHERE conversation_id = c.id AND came_ms IS NOT NULL AND ordinal > max(c.read_ordinal, c.cleared_ordinal)
             AND deleted = 0 AND hidden_ms IS NULL
           ORDER BY ordinal LIMIT ${mostUnread}))) AS first_unread_ms
     FROM conversations c WHERE id = ?`,
    z.object({ draft: z.string(), unread: z.number(), first_unread_ms: z.number().nullable() }),
  );
  const arrived = database.query(
    `${selectMessages} WHERE m.conversation_id = ?1 AND m.direction = 'in' AND m.deleted = 0 AND m.hidden_ms IS NULL
       AND m.ordinal > (SELECT max(read_ordinal, cleared_ordinal) FROM conversations WHERE id = ?1)
     ORDER BY m.ordinal DESC LIMIT 1`,
    messageRowSchema,
  );
  const messages = database.query(
    `${selectMessages} WHERE m.conversation_id = ? AND m.place < ? AND m.hidden_ms IS NULL AND ${notCleared}
     ORDER BY m.place DESC, m.id DESC LIMIT ?`,
    messageRowSchema,
  );
  const calls = database.query(
    `SELECT * FROM calls WHERE conversation_id = ? AND started_ms < ? AND hidden_ms IS NULL
     ORDER BY started_ms DESC, id DESC LIMIT ?`,
    callRowSchema,
  );
  const laterMessages = database.query(
    `${selectMessages} WHERE m.conversation_id = ? AND m.place > ? AND m.hidden_ms IS NULL AND ${notCleared}
     ORDER BY m.place, m.id LIMIT ?`,
    messageRowSchema,
  );
  const laterCalls = database.query(
    `SELECT * FROM calls WHERE conversation_id = ? AND started_ms > ? AND hidden_ms IS NULL
     ORDER BY started_ms, id LIMIT ?`,
    callRowSchema,
  );
  const count = database.query(
    `SELECT (SELECT count(*) FROM messages m WHERE m.conversation_id = ?1 AND m.hidden_ms IS NULL AND ${notCleared})
       + (SELECT count(*) FROM calls WHERE conversation_id = ?1 AND hidden_ms IS NULL) AS n`,
    z.object({ n: z.number() }),
  );
  const ensure = database.write('INSERT OR IGNORE INTO conversations (id) VALUES (?)');
  const read = database.write(
    `UPDATE conversations SET read_ordinal =
       (SELECT coalesce(max(ordinal), 0) FROM messages WHERE conversation_id = conversations.id) WHERE id = ?`,
  );
  const draft = database.write('UPDATE conversations SET draft = ? WHERE id = ?');
  const everything = database.query(`${selectMessages} WHERE m.conversation_id = ?`, messageRowSchema);
  const eraseConversation = database.write('DELETE FROM conversations WHERE id = ?');
  const eraseGone = database.write('DELETE FROM gone_messages WHERE conversation_id = ?');
  const eraseCalls = database.write('DELETE FROM calls WHERE conversation_id = ?');

  const page = (id: string, beforeMs: number | null, limit: number): TimelinePage => {
    const before = beforeMs ?? endOfTime;
    const rows = [...messages.all(id, before, limit + 1).map(messageView), ...calls.all(id, before, limit + 1)].toSorted(
      newestFirst,
    );
    return { items: rows.slice(0, limit).toReversed(), more: rows.length > limit };
  };
  const pageAfter = (id: string, afterMs: number | null, limit: number): (StoredMessage | CallRecordView)[] => {
    const after = afterMs ?? -1;
    return [...laterMessages.all(id, after, limit), ...laterCalls.all(id, after, limit)]
      .toSorted((a, b) => newestFirst(b, a))
      .slice(0, limit);
  };
  const newer = (id: string, afterMs: number, limit: number): TimelinePage => {
    const rows = pageAfter(id, afterMs, limit + 1);
    const items = rows.slice(0, limit).map((row) => (row.kind === 'message' ? messageView(row) : row));
    return { items, more: rows.length > limit };
  };
  const view = (id: string): ConversationView => {
    const {
      draft: text,
      unread,
      first_unread_ms: firstUnreadMs,
    } = state.get(id) ?? { draft: '', unread: 0, first_unread_ms: null };
    const last = page(id, null, 1).items[0] ?? null;
    const newest = unread === 0 ? undefined : arrived.get(id);
    const news = { unread, firstUnreadMs, arrived: newest === undefined ? null : messageView(newest) };
    return { id, members: [id], last, ...news, draft: text, typing: false };
  };
  return {
    list: () => ids.all().map(({ id }) => view(id)),
    view,
    page,
    pageAfter,
    count: (id) => count.get(id)?.n ?? 0,
    newer,
    around(id, atMs, limit) {
      const before = page(id, atMs, Math.floor(limit / 2));
      const after = newer(id, atMs - placeStepMs, Math.ceil(limit / 2));
      return { items: [...before.items, ...after.items], older: before.more, newer: after.more };
    },
    markRead: (id) => void read.run(id),
    saveDraft: (id, text) =>
      database.transaction(() => {
        ensure.run(id);
        draft.run(text, id);
      }),
    erase(id) {
      database.transaction(() => {
        for (const message of everything.all(id)) index.remove(message);
        eraseConversation.run(id);
        eraseCalls.run(id);
        eraseGone.run(id);
      });
      database.scrub();
    },
  };
}

export function callLogRepository(database: StoreDatabase): CallLogRepository {
  const freeTime = timelineClock(database, smallStepMs);
  const forget = database.write('DELETE FROM calls WHERE id = ?');
  const insert = database.write(`INSERT INTO calls (${callColumns}) VALUES (${callPlaceholders})`);
  const known = database.query('SELECT 1 AS known FROM calls WHERE id = ?', z.object({ known: z.number() }));
  const select = database.query(
    'SELECT * FROM calls WHERE started_ms < ? AND hidden_ms IS NULL ORDER BY started_ms DESC, id DESC LIMIT ?',
    callRowSchema,
  );
  return {
    add: (record) =>
      database.transaction(() => {
        forget.run(record.id);
        const stored = { ...record, startedMs: freeTime(record.conversationId, record.startedMs) };
        insert.run(...callRow(stored));
        return stored;
      }),
    addLate: (record, nowMs) =>
      database.transaction(() => {
        if (known.get(record.id) !== undefined) return null;
        const stored = { ...record, startedMs: freeTime(record.conversationId, nowMs, record.startedMs) };
        insert.run(...callRow(stored));
        return stored;
      }),
    list: (beforeMs, limit) => select.all(beforeMs ?? endOfTime, limit),
  };
}

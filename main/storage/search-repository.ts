import { z } from 'zod';
import type { StoreDatabase } from './database.ts';
import { notCleared } from './forgetting-repository.ts';
import { indexedWords, matchOf } from './search-words.ts';
import { messageRowSchema, selectMessages, type StoredMessage } from './timeline-rows.ts';

export interface SearchWish {
  /** As a person typed it. */
  readonly typed: string;
  /** Null: in all of them. */
  readonly conversationId: string | null;
  /** Only messages that arrived here before this one; null: from the newest on. */
  readonly beforeOrdinal: number | null;
  readonly limit: number;
}

/** Whole words and beginnings of words in all messages, newest first. Case and accents don't matter. */
export interface SearchRepository {
  find(wish: SearchWish): StoredMessage[];
  /** How many `find` would give in all, up to `most`. */
  count(typed: string, conversationId: string | null, most: number): number;
  /** Takes up to `limit` messages of a version that had no index. False: all are in it. */
  backfill(limit: number): boolean;
}

/** What the messages' own repository keeps in step, in its transactions. */
export interface SearchIndex {
  add(message: Indexed): void;
  /** With the text that it was added with. */
  remove(message: Indexed): void;
}
export type Indexed = Pick<StoredMessage, 'ordinal' | 'conversationId' | 'text'>;

/** A word that no text holds: 64 of a conversation's bits. */
const conversationWord = (id: string): string => `x${id.slice(0, 16)}`;

export function searchRepository(database: StoreDatabase): SearchRepository & SearchIndex {
  const insert = database.write('INSERT INTO message_words (rowid, words, conversation) VALUES (?, ?, ?)');
  const forget = database.write(
    "INSERT INTO message_words (message_words, rowid, words, conversation) VALUES ('delete', ?, ?, ?)",
  );
  // What is hidden waits for its end in the index too; it is little, and has an index of its own.
  const shown = 'rowid NOT IN (SELECT ordinal FROM messages WHERE hidden_ms IS NOT NULL)';
  // The rows are chosen by the index alone, and only then read: a common word has a million of them.
  const find = database.query(
    `${selectMessages} WHERE m.ordinal IN (
       SELECT rowid FROM message_words WHERE message_words MATCH ? AND rowid < ? AND ${shown} ORDER BY rowid DESC LIMIT ?)
     AND ${notCleared} ORDER BY m.ordinal DESC`,
    messageRowSchema,
  );
  const count = database.query(
    `SELECT count(*) AS n FROM (SELECT 1 FROM message_words WHERE message_words MATCH ? AND ${shown} LIMIT ?)`,
    z.object({ n: z.number() }),
  );
  const ordinal = z.object({ ordinal: z.number() });
  const next = database.query('SELECT ordinal FROM search_backfill', ordinal);
  const setNext = database.write('UPDATE search_backfill SET ordinal = ?');
  const older = database.query(
    `SELECT ordinal, conversation_id, text FROM messages WHERE ordinal <= ? ORDER BY ordinal DESC LIMIT ?`,
    ordinal.extend({ conversation_id: z.string(), text: z.string() }),
  );
  /** Messages up to this one are not in the index yet. */
  let missingUpTo = next.get()?.ordinal ?? 0;
  const add = ({ ordinal: rowid, conversationId, text }: Indexed): void => {
    if (text !== '') insert.run(rowid, indexedWords(text), conversationWord(conversationId));
  };
  /** Null: nothing to look for. */
  const expression = (typed: string, conversationId: string | null): string | null => {
    const words = matchOf(typed);
    if (words === null || conversationId === null) return words === null ? null : `words : (${words})`;
    return `words : (${words}) AND conversation : "${conversationWord(conversationId)}"`;
  };
  return {
    add,
    remove({ ordinal: rowid, conversationId, text }) {
      if (text !== '' && rowid > missingUpTo) forget.run(rowid, indexedWords(text), conversationWord(conversationId));
    },
    find({ typed, conversationId, beforeOrdinal, limit }) {
      const match = expression(typed, conversationId);
      return match === null ? [] : find.all(match, beforeOrdinal ?? Number.MAX_SAFE_INTEGER, limit);
    },
    count(typed, conversationId, most) {
      const match = expression(typed, conversationId);
      return match === null ? 0 : (count.get(match, most)?.n ?? 0);
    },
    backfill: (limit) =>
      database.transaction(() => {
        if (missingUpTo === 0) return false;
        const rows = older.all(missingUpTo, limit);
        for (const { ordinal: rowid, conversation_id: conversationId, text } of rows)
          add({ ordinal: rowid, conversationId, text });
        missingUpTo = rows.length < limit ? 0 : (rows.at(-1)?.ordinal ?? 1) - 1;
        setNext.run(missingUpTo);
        return missingUpTo > 0;
      }),
  };
}

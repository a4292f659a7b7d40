import type { CallRecordView, ExportCursor, ExportPart } from '../../preload/contract/index.ts';
import { placeStepMs, type StoredMessage } from '../storage/index.ts';

/** Who is in a conversation, as its file names them. */
export interface Participants {
  readonly you: { readonly name: string; readonly accountKey: string };
  readonly others: readonly { readonly name: string; readonly nickname: string | null; readonly accountKey: string }[];
}

export type FileItem = StoredMessage | CallRecordView;

/** A form of file that is written from its beginning to its end. */
export interface FileForm {
  begin(about: FileAbout): string;
  /** @param before the item written last; null: none */
  item(item: FileItem, before: FileItem | null, about: FileAbout): string;
  end(about: FileAbout): string;
}

export interface FileAbout {
  readonly participants: Participants;
  readonly madeMs: number;
  /** Of the app. */
  readonly app: string;
}

export interface ConversationSource {
  readonly pageAfter: (afterMs: number | null, limit: number) => readonly FileItem[];
  readonly count: () => number;
}

/** Some milliseconds of the engine's time. */
const itemsAtOnce = 200;

export const timeOf = (item: FileItem): number => (item.kind === 'message' ? item.atMs : item.startedMs);

/** The part of the file that begins at `cursor`. What is written meanwhile comes at the end. */
export function conversationPart(source: ConversationSource, form: FileForm, cursor: ExportCursor, about: FileAbout): ExportPart {
  const items = source.pageAfter(cursor?.afterMs ?? null, itemsAtOnce);
  // A day that goes on from one part to the next has one heading: the item before is read again.
  const [before = null] = cursor === null ? [] : source.pageAfter(cursor.afterMs - placeStepMs, 1);
  const written = items.map((item, index) => form.item(item, index === 0 ? before : (items[index - 1] ?? null), about));
  const last = items.at(-1);
  const done = (cursor?.done ?? 0) + items.length;
  const isEnd = items.length < itemsAtOnce || last === undefined;
  return {
    text: (cursor === null ? form.begin(about) : '') + written.join('') + (isEnd ? form.end(about) : ''),
    next: isEnd ? null : { afterMs: timeOf(last), done },
    done,
    total: Math.max(done, source.count()),
  };
}

/** ECMA-262 §21.4.1.1: the last moment that a date can be. */
const lastMs = 8.64e15;

/** RFC 3339 in UTC; null for what is no moment (a peer's clock can say anything). */
export const isoTime = (ms: number | null): string | null => (ms === null || ms > lastMs ? null : new Date(ms).toISOString());

import { z } from 'zod';
import { bytesColumn, type StoreDatabase } from './database.ts';
import { partBytes, partsOf } from './timeline-rows.ts';

/** A contact may leave so many attachments unfinished, all contacts together so many: 8 MiB, and 64. */
const maxUnfinishedOfOne = 8;
const maxUnfinished = 64;

const stateSchema = z.enum(['early', 'coming', 'whole', 'broken', 'gone']);
/**
 * early: parts came, but not yet what they are of. gone: its message was deleted; parts that come late are for nothing.
 * broken: it will not become whole; its bytes are gone.
 */
export type AttachmentState = z.output<typeof stateSchema>;

export interface AttachmentKey {
  readonly conversationId: string;
  readonly direction: 'in' | 'out';
  readonly id: string;
}

/** What an attachment is said to be. */
export interface Attachment {
  readonly id: string;
  readonly sizeBytes: number;
  /** BLAKE2b-256, lower-case hex. */
  readonly hash: string;
  readonly durationMs: number;
  readonly waveform: readonly number[];
}

/** Whether these bytes are what was said. */
export type Judge = (bytes: Uint8Array, said: Attachment) => boolean;

/** The bytes of attachments, in parts. Everything happens inside the caller's transaction. */
export interface AttachmentShelf {
  state(key: AttachmentKey): AttachmentState | null;
  /** Of ours, whole. */
  add(conversationId: string, attachment: Attachment, bytes: Uint8Array, nowMs: number): void;
  /** Of theirs: parts may be here already. Null: the id was used before. */
  expect(conversationId: string, attachment: Attachment, nowMs: number, judge: Judge): void;
  /** Of theirs. Each part is kept once, and only while it is missing. */
  take(conversationId: string, part: Part, nowMs: number, judge: Judge): void;
  bytes(key: AttachmentKey): Uint8Array | null;
  /** Those that would make too many unfinished ones: broken, or forgotten if they never were announced. */
  shed(conversationId: string): readonly AttachmentKey[];
  /** Whether bytes were thrown away since this was last asked. */
  wasted(): boolean;
  forgetEarly(beforeMs: number): number;
}

export interface Part {
  readonly of: string;
  /** From 0. */
  readonly index: number;
  readonly bytes: Uint8Array;
}

const partLength = (sizeBytes: number, index: number): number => Math.min(partBytes, sizeBytes - index * partBytes);

export function attachmentShelf(database: StoreDatabase): AttachmentShelf {
  const ensure = database.write('INSERT OR IGNORE INTO conversations (id) VALUES (?)');
  const byId = database.query(
    `SELECT id, state, size, hash, duration_ms, waveform FROM attachments WHERE conversation_id = ? AND direction = ? AND id = ?`,
    z.object({
      id: z.string(),
      state: stateSchema,
      size: z.number().nullable(),
      hash: z.string().nullable(),
      duration_ms: z.number().nullable(),
      waveform: bytesColumn.nullable(),
    }),
  );
  const upsert = database.write(
    `INSERT INTO attachments (conversation_id, direction, id, state, began_ms, size, hash, duration_ms, waveform)
     VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)
     ON CONFLICT DO UPDATE SET state = excluded.state, size = excluded.size, hash = excluded.hash,
       duration_ms = excluded.duration_ms, waveform = excluded.waveform`,
  );
  const insertEarly = database.write(
    "INSERT INTO attachments (conversation_id, direction, id, state, began_ms) VALUES (?, 'in', ?, 'early', ?)",
  );
  const setState = database.write('UPDATE attachments SET state = ? WHERE conversation_id = ? AND direction = ? AND id = ?');
  const forget = database.write('DELETE FROM attachments WHERE conversation_id = ? AND direction = ? AND id = ?');
  const insertPart = database.write(
    'INSERT OR IGNORE INTO attachment_parts (conversation_id, direction, attachment, part, bytes) VALUES (?, ?, ?, ?, ?)',
  );
  const parts = database.query(
    'SELECT part, bytes FROM attachment_parts WHERE conversation_id = ? AND direction = ? AND attachment = ? ORDER BY part',
    z.object({ part: z.number(), bytes: bytesColumn }),
  );
  const countParts = database.query(
    'SELECT count(*) AS n FROM attachment_parts WHERE conversation_id = ? AND direction = ? AND attachment = ?',
    z.object({ n: z.number() }),
  );
  const forgetParts = database.write(
    'DELETE FROM attachment_parts WHERE conversation_id = ? AND direction = ? AND attachment = ?',
  );
  const unfinished = database.query(
    `SELECT conversation_id, id, state FROM attachments WHERE state IN ('early', 'coming') ORDER BY began_ms DESC`,
    z.object({ conversation_id: z.string(), id: z.string(), state: stateSchema }),
  );
  const dropEarly = database.write("DELETE FROM attachments WHERE state = 'early' AND began_ms < ?");

  const columns = ({ conversationId, direction, id }: AttachmentKey) => [conversationId, direction, id] as const;
  const incoming = (conversationId: string, id: string): AttachmentKey => ({ conversationId, direction: 'in', id });
  const saidOf = (key: AttachmentKey): Attachment | null => {
    const row = byId.get(...columns(key));
    if (row === undefined || row.size === null || row.hash === null || row.duration_ms === null || row.waveform === null)
      return null;
    return { id: row.id, sizeBytes: row.size, hash: row.hash, durationMs: row.duration_ms, waveform: [...row.waveform] };
  };
  const write = (key: AttachmentKey, state: AttachmentState, said: Attachment, nowMs: number): void => {
    const waveform = Uint8Array.from(said.waveform);
    upsert.run(...columns(key), state, nowMs, said.sizeBytes, said.hash, said.durationMs, waveform);
  };
  const bytesOf = (key: AttachmentKey): Uint8Array => Buffer.concat(parts.all(...columns(key)).map(({ bytes }) => bytes));
  let wasted = false;
  const spoil = (key: AttachmentKey): void => {
    wasted = true;
    setState.run('broken', ...columns(key));
    forgetParts.run(...columns(key));
  };
  /** All parts are here: it is what was said, or broken. */
  const complete = (key: AttachmentKey, said: Attachment, judge: Judge): void => {
    if ((countParts.get(...columns(key))?.n ?? 0) < partsOf(said.sizeBytes)) return;
    const bytes = bytesOf(key);
    if (bytes.byteLength === said.sizeBytes && judge(bytes, said)) setState.run('whole', ...columns(key));
    else spoil(key);
  };
  return {
    state: (key) => byId.get(...columns(key))?.state ?? null,
    add(conversationId, attachment, bytes, nowMs) {
      const key: AttachmentKey = { conversationId, direction: 'out', id: attachment.id };
      write(key, 'whole', attachment, nowMs);
      for (let index = 0; index < partsOf(bytes.byteLength); index += 1)
        insertPart.run(...columns(key), index, bytes.slice(index * partBytes, (index + 1) * partBytes));
    },
    expect(conversationId, attachment, nowMs, judge) {
      const key = incoming(conversationId, attachment.id);
      write(key, 'coming', attachment, nowMs);
      const fits = parts
        .all(...columns(key))
        .every(({ part, bytes }) => bytes.byteLength === partLength(attachment.sizeBytes, part));
      if (fits) complete(key, attachment, judge);
      else spoil(key);
    },
    take(conversationId, { of, index, bytes }, nowMs, judge) {
      const key = incoming(conversationId, of);
      const state = byId.get(...columns(key))?.state ?? null;
      if (state === 'whole' || state === 'broken' || state === 'gone') return;
      if (state === null) {
        ensure.run(conversationId);
        insertEarly.run(conversationId, of, nowMs);
      }
      const said = saidOf(key);
      if (said !== null && bytes.byteLength !== partLength(said.sizeBytes, index)) return spoil(key);
      insertPart.run(...columns(key), index, bytes);
      if (said !== null) complete(key, said, judge);
    },
    bytes: (key) => (byId.get(...columns(key))?.state === 'whole' ? bytesOf(key) : null),
    shed(conversationId) {
      const all = unfinished.all();
      const own = all.filter((row) => row.conversation_id === conversationId);
      const most = new Set([...own.slice(maxUnfinishedOfOne), ...all.slice(maxUnfinished)]);
      return [...most].map(({ conversation_id, id, state }) => {
        const key = incoming(conversation_id, id);
        spoil(key);
        if (state === 'early') forget.run(...columns(key));
        return key;
      });
    },
    wasted() {
      const before = wasted;
      wasted = false;
      return before;
    },
    forgetEarly: (beforeMs) => dropEarly.run(beforeMs),
  };
}

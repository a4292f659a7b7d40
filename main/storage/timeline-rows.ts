import { z } from 'zod';
import type { SqliteValue } from '../../native-shims/sqlite/index.ts';
import { bytesColumn } from './database.ts';
import {
  callRecordSchema,
  callSummarySchema,
  messageViewSchema,
  quoteMaxChars,
  type CallRecordView,
  type CallSummary,
  type Delivery,
  type MessageQuote,
  type MessageView,
  type VoiceView,
} from '../../preload/contract/index.ts';

/** A message as it is kept. `sequence` counts per conversation and sender; `ordinal` is the order of arrival on this disk. */
export interface StoredMessage extends MessageView {
  readonly sequence: number;
  /** The sender's clock. */
  readonly sentMs: number;
  readonly ordinal: number;
}

/** As many as `messageViewSchema` takes; ours, which is kept under no key, comes first. */
const maxReactionsShown = 50;

/** For `messageRowSchema`; conditions follow, on `m`. */
export const selectMessages = `
  SELECT m.ordinal, m.conversation_id, m.id, m.direction, m.sequence, m.text, m.sent_ms, m.place, m.came_ms, m.delivery, m.edited_ms, m.deleted, m.unknown,
    m.reply_to, q.direction AS quote_direction, substr(q.text, 1, ${quoteMaxChars / 2}) AS quote_text, q.deleted AS quote_deleted,
    (SELECT json_group_array(json_object('author', nullif(author, ''), 'emoji', emoji)) FROM
      (SELECT author, emoji FROM reactions WHERE conversation_id = m.conversation_id AND message_id = m.id AND emoji IS NOT NULL
        ORDER BY author LIMIT ${maxReactionsShown})) AS reactions,
    a.state AS voice_state, a.size, a.duration_ms, a.waveform, a.heard,
    CASE WHEN a.id IS NULL THEN 0 WHEN m.direction = 'out'
      THEN (SELECT count(*) FROM outbox WHERE conversation_id = m.conversation_id AND attachment = a.id)
      ELSE (SELECT count(*) FROM attachment_parts WHERE conversation_id = m.conversation_id AND direction = 'in' AND attachment = a.id)
    END AS parts,
    CASE WHEN a.id IS NULL OR m.direction = 'in' THEN 0 ELSE
      (SELECT count(*) FROM outbox o LEFT JOIN letters l ON l.ordinal = o.letter
        WHERE o.conversation_id = m.conversation_id AND o.attachment = a.id AND coalesce(l.stored, 0) = 0)
    END AS parts_only_here
  FROM messages m LEFT JOIN messages q
    ON q.conversation_id = m.conversation_id AND q.id = m.reply_to AND q.hidden_ms IS NULL
  LEFT JOIN attachments a ON a.conversation_id = m.conversation_id AND a.direction = m.direction AND a.id = m.attachment`;

/** 32 KiB: how an attachment is cut. Its last part holds the rest. */
export const partBytes = 32 * 1024;
export const partsOf = (sizeBytes: number): number => Math.ceil(sizeBytes / partBytes);

const direction = messageViewSchema.shape.direction;

const messageRow = z.object({
  ordinal: z.number(),
  conversation_id: z.string(),
  id: z.string(),
  direction,
  sequence: z.number(),
  text: z.string(),
  sent_ms: z.number(),
  place: z.number(),
  came_ms: z.number().nullable(),
  delivery: messageViewSchema.shape.delivery,
  edited_ms: z.number().nullable(),
  deleted: z.number(),
  unknown: z.number(),
  reply_to: z.string().nullable(),
  quote_direction: direction.nullable(),
  quote_text: z.string().nullable(),
  quote_deleted: z.number().nullable(),
  reactions: z.string().transform((text) => messageViewSchema.shape.reactions.parse(JSON.parse(text))),
  voice_state: z.enum(['early', 'coming', 'whole', 'broken', 'gone']).nullable(),
  size: z.number().nullable(),
  duration_ms: z.number().nullable(),
  waveform: bytesColumn.nullable(),
  heard: z.number().nullable(),
  /** Ours: that wait to be acknowledged; theirs: that are here. */
  parts: z.number(),
  /** Ours: that no supernode keeps. */
  parts_only_here: z.number(),
});

type MessageRow = z.output<typeof messageRow>;

export const messageRowSchema = messageRow.transform((row): StoredMessage => messageOf(row, voiceOf(row)));

const messageOf = (row: MessageRow, voice: VoiceView | null): StoredMessage => ({
  kind: 'message',
  id: row.id,
  conversationId: row.conversation_id,
  direction: row.direction,
  text: row.text,
  atMs: row.place,
  cameMs: row.came_ms,
  delivery: deliveryOf(row, voice),
  reply: quoteOf(row),
  editedMs: row.edited_ms,
  deleted: row.deleted === 1,
  unknown: row.unknown === 1,
  reactions: row.reactions,
  voice,
  sequence: row.sequence,
  sentMs: row.sent_ms,
  ordinal: row.ordinal,
});

/** Of a voice message: as far as its last part has come. */
function deliveryOf({ delivery, direction: said, parts_only_here: here }: MessageRow, voice: VoiceView | null): Delivery {
  if (said === 'in' || voice === null || voice.partsAcross >= voice.parts) return delivery;
  if (delivery === 'stored') return here > 0 ? 'waiting' : 'stored';
  return delivery === 'delivered' || delivery === 'read' ? 'sent' : delivery;
}

function voiceOf(row: MessageRow): VoiceView | null {
  const { voice_state: state, size, duration_ms: durationMs, waveform } = row;
  if (state === null || state === 'early' || state === 'gone') return null;
  if (size === null || durationMs === null || waveform === null) return null;
  const parts = partsOf(size);
  const across = row.direction === 'out' ? parts - row.parts : state === 'whole' ? parts : row.parts;
  return {
    state,
    durationMs,
    sizeBytes: size,
    waveform: [...waveform],
    partsAcross: Math.max(0, Math.min(parts, across)),
    parts,
    heard: row.heard === 1,
  };
}

function quoteOf(row: MessageRow): MessageQuote | null {
  const { reply_to: id, quote_direction: said, quote_text: text, quote_deleted: deleted } = row;
  if (id === null) return null;
  if (said === null) return { id, state: 'gone', direction: null, excerpt: '' };
  return { id, state: deleted === 1 ? 'deleted' : 'there', direction: said, excerpt: text?.toWellFormed() ?? '' };
}

/** The columns of `calls` and `open_calls`, in the order of `callRow`. */
export const callColumns = 'id, conversation_id, direction, started_ms, talked_ms, reason, missed, summary';
export const callPlaceholders = '?, ?, ?, ?, ?, ?, ?, ?';

export const callRow = (record: CallRecordView): SqliteValue[] => [
  record.id,
  record.conversationId,
  record.direction,
  record.startedMs,
  record.talkedMs,
  record.reason,
  record.missed ? 1 : 0,
  record.summary === null ? null : JSON.stringify(record.summary),
];

/** A summary that can't be read is none: the call itself is worth more than its figures. */
function readSummary(text: string | null): CallSummary | null {
  if (text === null) return null;
  try {
    return callSummarySchema.safeParse(JSON.parse(text)).data ?? null;
  } catch (error) {
    if (error instanceof SyntaxError) return null;
    throw error;
  }
}

export const callRowSchema = z
  .object({
    id: z.string(),
    conversation_id: z.string(),
    direction: callRecordSchema.shape.direction,
    started_ms: z.number(),
    talked_ms: z.number(),
    reason: callRecordSchema.shape.reason,
    missed: z.number(),
    summary: z.string().nullable(),
  })
  .transform((row): CallRecordView => ({
    kind: 'call',
    id: row.id,
    conversationId: row.conversation_id,
    direction: row.direction,
    startedMs: row.started_ms,
    talkedMs: row.talked_ms,
    reason: row.reason,
    missed: row.missed === 1,
    summary: readSummary(row.summary),
  }));

/** What the contract shows of a message. */
export const messageView = ({ sequence: _sequence, sentMs: _sentMs, ordinal: _ordinal, ...view }: StoredMessage): MessageView =>
  view;

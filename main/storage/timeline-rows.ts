import { z } from 'zod';
import type { SqliteValue } from '../../native-shims/sqlite/index.ts';
import {
  callRecordSchema,
  callSummarySchema,
  messageViewSchema,
  type CallRecordView,
  type CallSummary,
  type MessageView,
} from '../../preload/contract/index.ts';

/** A message as it is kept. `sequence` counts per conversation and sender; `ordinal` is the order of arrival on this disk. */
export interface StoredMessage extends MessageView {
  readonly sequence: number;
  /** The sender's clock. */
  readonly sentMs: number;
  readonly ordinal: number;
}

const messageRow = z.object({
  ordinal: z.number(),
  conversation_id: z.string(),
  id: z.string(),
  direction: messageViewSchema.shape.direction,
  sequence: z.number(),
  text: z.string(),
  sent_ms: z.number(),
  at_ms: z.number(),
  delivery: messageViewSchema.shape.delivery,
});

export const messageRowSchema = messageRow.transform((row): StoredMessage => ({
  kind: 'message',
  id: row.id,
  conversationId: row.conversation_id,
  direction: row.direction,
  text: row.text,
  atMs: row.at_ms,
  delivery: row.delivery,
  sequence: row.sequence,
  sentMs: row.sent_ms,
  ordinal: row.ordinal,
}));

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
export const messageView = ({ id, conversationId, direction, text, atMs, delivery }: StoredMessage): MessageView => ({
  kind: 'message',
  id,
  conversationId,
  direction,
  text,
  atMs,
  delivery,
});

import { z } from 'zod';
import { callSummarySchema } from './call-stats.ts';
import {
  accountKeySchema,
  draftMaxChars,
  emojiSchema,
  idSchema,
  messageMaxChars,
  placeMsSchema,
  quoteMaxChars,
  timeMsSchema,
  voiceMaxBytes,
  voiceMaxMs,
  waveformSchema,
} from './scalars.ts';

/** A conversation between two people is named by the other's account key; a group (later) by a random id. */
export const conversationIdSchema = z.string().regex(/^[0-9a-f]{32,64}$/u);

/**
 * waiting: on this computer only, for a moment; meeting: likewise, until both are online, for it can't be left for them; sent: handed
 * to a live connection; stored: supernodes keep it for them; delivered: the other computer stored it; read: they saw it.
 */
export const deliverySchema = z.enum(['waiting', 'meeting', 'sent', 'stored', 'delivered', 'read']);
export type Delivery = z.infer<typeof deliverySchema>;

/** Every way a call can end; the renderer has words for each and for each side. */
export const callEndReasons = [
  'hung-up',
  'hung-up-by-other',
  'declined',
  'declined-by-other',
  'cancelled',
  'cancelled-by-other',
  'busy',
  'no-answer',
  'unanswered',
  'not-reachable',
  /** The path did not open, and nobody knows why. */
  'no-path',
  /** It did not open, because this network, or theirs, lets no UDP out and no relay helped. */
  'blocked-here',
  'blocked-there',
  /** It did not open, and neither side knew a relay. */
  'no-relay',
  'path-lost',
  'peer-gone',
  /** This computer slept, and the call did not come back. */
  'slept',
  'device-failed',
  'media-crashed',
  'engine-crashed',
  'protocol-error',
  'glare-lost',
] as const;
export const callEndReasonSchema = z.enum(callEndReasons);
export type CallEndReason = z.infer<typeof callEndReasonSchema>;

export const callRecordSchema = z.object({
  kind: z.literal('call'),
  id: idSchema,
  conversationId: conversationIdSchema,
  direction: z.enum(['in', 'out']),
  startedMs: timeMsSchema,
  /** Talking time; 0 if never answered. */
  talkedMs: z.number().int().nonnegative(),
  reason: callEndReasonSchema,
  missed: z.boolean(),
  /** How it was; null: nobody talked, or it is not known. */
  summary: callSummarySchema.nullable(),
});
export type CallRecordView = z.infer<typeof callRecordSchema>;

/** `gone`: it is not here (any more). */
export const messageQuoteSchema = z.object({
  id: idSchema,
  state: z.enum(['there', 'deleted', 'gone']),
  direction: z.enum(['in', 'out']).nullable(),
  /** Its beginning; empty of a voice message. */
  excerpt: z.string().max(quoteMaxChars),
});
export type MessageQuote = z.infer<typeof messageQuoteSchema>;

/** A voice message; its sound is asked for when it is played. */
export const voiceViewSchema = z.object({
  /** coming: parts are missing here; whole: it can be played; broken: what came was not what was said, or never came. */
  state: z.enum(['coming', 'whole', 'broken']),
  durationMs: z.number().int().positive().max(voiceMaxMs),
  sizeBytes: z.number().int().positive().max(voiceMaxBytes),
  waveform: waveformSchema,
  /** Parts that have made the way, and of how many. */
  partsAcross: z.number().int().nonnegative(),
  parts: z.number().int().positive(),
  /** Played here. Nobody is told. */
  heard: z.boolean(),
});
export type VoiceView = z.infer<typeof voiceViewSchema>;

export const messageViewSchema = z.object({
  kind: z.literal('message'),
  id: idSchema,
  conversationId: conversationIdSchema,
  direction: z.enum(['in', 'out']),
  /** Empty if it was deleted, or is a voice message. */
  text: z.string().max(messageMaxChars),
  /** Our clock when it was written (out) or stored (in), as far as each writer's own order leaves it so: timeline order. */
  atMs: placeMsSchema,
  /** When it came, if its writer's later ones were here by then: it stands before them. Null: in its turn, as all of ours. */
  cameMs: timeMsSchema.nullable(),
  delivery: deliverySchema,
  /** What it answers, as it reads now; null: nothing. */
  reply: messageQuoteSchema.nullable(),
  /** When its writer last changed it, by our clock; null: never. */
  editedMs: timeMsSchema.nullable(),
  /** Its writer took it back, for both. */
  deleted: z.boolean(),
  /** Made by a newer version, of a kind that this one can't show. */
  unknown: z.boolean(),
  /** One a person; `author` null: ours. */
  reactions: z.array(z.object({ author: accountKeySchema.nullable(), emoji: emojiSchema })).max(50),
  /** Spoken, not written. */
  voice: voiceViewSchema.nullable(),
});
export type MessageView = z.infer<typeof messageViewSchema>;

export const timelineItemSchema = z.discriminatedUnion('kind', [messageViewSchema, callRecordSchema]);
export type TimelineItem = z.infer<typeof timelineItemSchema>;

export const conversationViewSchema = z.object({
  id: conversationIdSchema,
  /** 1…n other members; one today. */
  members: z.array(accountKeySchema).min(1).max(50),
  last: timelineItemSchema.nullable(),
  unread: z.number().int().nonnegative(),
  /** Where the first of them stands; null: there is none. */
  firstUnreadMs: placeMsSchema.nullable(),
  /** The one of them that came last, wherever it stands; null: there is none. */
  arrived: messageViewSchema.nullable(),
  draft: z.string().max(draftMaxChars),
  /** They are writing, this moment. */
  typing: z.boolean(),
});
export type ConversationView = z.infer<typeof conversationViewSchema>;

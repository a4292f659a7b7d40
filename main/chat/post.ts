import { z } from 'zod';
import {
  emojiSchema,
  idSchema,
  messageMaxChars,
  voiceMaxBytes,
  voiceMaxMs,
  waveformSchema,
} from '../../preload/contract/index.ts';
import { counterField } from '../ports/cbor.ts';

/** A lone surrogate or a NUL would not come back from every database as it went in. */
const textField = z
  .string()
  .min(1)
  .max(messageMaxChars)
  .refine((value) => value.isWellFormed() && !value.includes('\0'));

/** 32 KiB: with what is around it, a part fits into every way a post may take. */
export const partMaxBytes = 32 * 1024;
const maxParts = Math.ceil(voiceMaxBytes / partMaxBytes);

/** BLAKE2b-256, lower-case hex. */
const hashField = z.string().regex(/^[0-9a-f]{64}$/u);

/**
 * What one side says in a conversation, stored before it is sent and taken once, in sequence, by the other. Those that change
 * something name it, and the highest sequence wins: to take one twice, or an older one late, changes nothing.
 */
export const postBodySchema = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('text'), text: textField, replyTo: idSchema.nullable() }),
  /** `of`: a text of the same side. */
  z.object({ kind: z.literal('edit'), of: idSchema, text: textField }),
  z.object({ kind: z.literal('delete'), of: idSchema }),
  /** `to`: a text of either side. Null takes it back. */
  z.object({ kind: z.literal('reaction'), to: idSchema, emoji: emojiSchema.nullable() }),
  /** All of the other side's posts up to this sequence were read. */
  z.object({ kind: z.literal('read'), upTo: counterField.min(1) }),
  /** A call of this side that nobody answered, so that it is known there even if it never rang; `call`: its id, `atMs`: its beginning. */
  z.object({ kind: z.literal('missed-call'), call: idSchema, atMs: counterField }),
  /** Something spoken. Its bytes follow as parts of `attachment`, an id of this side's that names nothing else. */
  z.object({
    kind: z.literal('voice'),
    attachment: idSchema,
    sizeBytes: counterField.min(1).max(voiceMaxBytes),
    hash: hashField,
    durationMs: counterField.min(1).max(voiceMaxMs),
    waveform: waveformSchema,
    replyTo: idSchema.nullable(),
  }),
  /** Bytes of an attachment: all parts but the last are full. */
  z.object({
    kind: z.literal('part'),
    of: idSchema,
    index: counterField.max(maxParts - 1),
    bytes: z.custom<Uint8Array>(
      (value) => value instanceof Uint8Array && value.byteLength > 0 && value.byteLength <= partMaxBytes,
    ),
  }),
]);
export type PostBody = z.infer<typeof postBodySchema>;

/**
 * What a newer version says, of a kind that this one doesn't know: it is taken and acknowledged like any other, and shows a line that
 * says so. Those that are nothing to look at say `quiet`.
 */
export interface UnknownBody {
  readonly kind: 'unknown';
  readonly quiet: boolean;
}

const knownKinds: ReadonlySet<string> = new Set(postBodySchema.options.map(({ shape }) => shape.kind.value));
export const isKnownKind = (kind: string): boolean => knownKinds.has(kind);

export interface Post {
  readonly id: string;
  /** Counts this sender's posts in this conversation, from the seconds since 1970 on (earlier versions: from 1); some may be missing. */
  readonly sequence: number;
  /** The sender's clock. */
  readonly sentMs: number;
  readonly body: PostBody;
}

/** As it came. */
export interface HeardPost extends Omit<Post, 'body'> {
  readonly body: PostBody | UnknownBody;
}

/** As the outbox keeps it; the bytes of a part lie with its attachment. */
export function storedBody(body: PostBody): string {
  if (body.kind !== 'part') return JSON.stringify(body);
  const { bytes: _bytes, ...rest } = body;
  return JSON.stringify(rest);
}

/**
 * @param bytes of a part; null for what is none
 * @throws ZodError or SyntaxError if the disk gives back what was never written
 */
export function bodyFromStore(text: string, bytes: Uint8Array | null): PostBody {
  const fields = z.looseObject({}).parse(JSON.parse(text));
  return postBodySchema.parse(bytes === null ? fields : { ...fields, bytes });
}

/** Of what somebody read: it is no hurry. */
export const idleTopic = 'read';

/** Of two waiting posts with one topic only the later is worth sending. */
export function topicOf(body: PostBody): string | null {
  switch (body.kind) {
    case 'text':
    case 'missed-call':
    case 'voice':
    case 'part':
      return null;
    case 'edit':
    case 'delete':
      return `text ${body.of}`;
    case 'reaction':
      return `reaction ${body.to}`;
    case 'read':
      return idleTopic;
  }
}

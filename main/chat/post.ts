import { z } from 'zod';
import { emojiSchema, idSchema, messageMaxChars } from '../../preload/contract/index.ts';
import { counterField } from '../ports/cbor.ts';

/** A lone surrogate or a NUL would not come back from every database as it went in. */
const textField = z
  .string()
  .min(1)
  .max(messageMaxChars)
  .refine((value) => value.isWellFormed() && !value.includes('\0'));

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
  /** Counts this sender's posts in this conversation, from 1; some may be missing. */
  readonly sequence: number;
  /** The sender's clock. */
  readonly sentMs: number;
  readonly body: PostBody;
}

/** As it came. */
export interface HeardPost extends Omit<Post, 'body'> {
  readonly body: PostBody | UnknownBody;
}

/** As the outbox keeps it. */
export const storedBody = (body: PostBody): string => JSON.stringify(body);

/** @throws ZodError or SyntaxError if the disk gives back what was never written */
export const bodyFromStore = (text: string): PostBody => postBodySchema.parse(JSON.parse(text));

/** Of two waiting posts with one topic only the later is worth sending. */
export function topicOf(body: PostBody): string | null {
  switch (body.kind) {
    case 'text':
    case 'missed-call':
      return null;
    case 'edit':
    case 'delete':
      return `text ${body.of}`;
    case 'reaction':
      return `reaction ${body.to}`;
    case 'read':
      return 'read';
  }
}

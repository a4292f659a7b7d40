import { z } from 'zod';
import { idSchema, messageMaxChars } from '../../preload/contract/index.ts';
import { counterField, decodeCbor, encodeCbor, fixedBytesField } from '../ports/cbor.ts';
import { toHex } from '../ports/hex.ts';
import type { WireLimits } from '../ports/peer-wire.ts';
import { isKnownKind, postBodySchema, type HeardPost, type Post, type PostBody, type UnknownBody } from './post.ts';

export const chatProtocol = 'lilliput/chat/1';

/** 16,000 UTF-16 units are at most 48,000 bytes of UTF-8: three each (a pair of surrogates makes four). */
const textMaxBytes = messageMaxChars * 3;

/** Unacknowledged posts under way to one person. */
export const maxInFlight = 50;

/**
 * What one person may send: posts at `sendPerSecond` and acknowledgements of ours, which come at the same rate. The burst
 * (four times) holds two full windows each way.
 */
export const chatWireLimits: WireLimits = { maxMessageBytes: textMaxBytes + 256, maxMessagesPerSecond: 60 };

/** Well below what the other side puts up with. */
export const sendPerSecond = 25;

export type ChatMessage =
  | ({ readonly type: 'post' } & HeardPost)
  /** These posts are on our disk. */
  | { readonly type: 'ack'; readonly ids: readonly string[] }
  /** They are writing, this moment; not stored, not repeated. */
  | { readonly type: 'typing' }
  /** Of a newer version. */
  | { readonly type: 'unknown' };

const id = fixedBytesField(16).transform(toHex);

const hash = fixedBytesField(32).transform(toHex);

/** On the wire ids and hashes are bytes; everything else of a body is as it is. */
const hexFields = ['of', 'to', 'replyTo', 'call', 'attachment', 'hash'] as const;

const hexFieldsSchema = z.looseObject({
  of: id.optional(),
  to: id.optional(),
  replyTo: id.nullable().optional(),
  call: id.optional(),
  attachment: id.optional(),
  hash: hash.optional(),
});

const body = z.looseObject({ kind: z.string().min(1).max(32) }).transform((fields, context): PostBody | UnknownBody => {
  if (!isKnownKind(fields.kind)) return { kind: 'unknown', quiet: fields['quiet'] === true };
  const withHex = hexFieldsSchema.safeParse(fields);
  const parsed = withHex.success ? postBodySchema.safeParse(withHex.data) : withHex;
  if (parsed.success) return parsed.data;
  context.addIssue({ code: 'custom', message: 'no post of ours' });
  return z.NEVER;
});

const knownSchema = z.discriminatedUnion('type', [
  z.object({ type: z.literal('post'), id, sequence: counterField.min(1), sentMs: counterField, body }),
  z.object({ type: z.literal('ack'), ids: z.array(id).min(1).max(maxInFlight) }),
  z.object({ type: z.literal('typing') }),
]);
const knownTypes: ReadonlySet<string> = new Set(knownSchema.options.map(({ shape }) => shape.type.value));
const messageSchema = z.union([
  knownSchema,
  z
    .looseObject({ type: z.string().max(32) })
    .refine(({ type }) => !knownTypes.has(type))
    .transform((): ChatMessage => ({ type: 'unknown' })),
]);

/** @param post with a valid id (`idSchema`) */
export function encodePost({ id: postId, sequence, sentMs, body: said }: Post): Uint8Array {
  const fields: Record<string, unknown> = { ...said };
  for (const name of hexFields) if (typeof fields[name] === 'string') fields[name] = Buffer.from(fields[name], 'hex');
  return encodeCbor({ type: 'post', id: bytesOf(postId), sequence, sentMs, body: fields });
}

export const encodeAck = (ids: readonly string[]): Uint8Array => encodeCbor({ type: 'ack', ids: ids.map(bytesOf) });

export const encodeTyping = (): Uint8Array => encodeCbor({ type: 'typing' });

const bytesOf = (hexId: string): Uint8Array => Buffer.from(idSchema.parse(hexId), 'hex');

/** Null if malformed or beyond a bound. */
export const decodeChatMessage = (bytes: Uint8Array): ChatMessage | null =>
  decodeCbor(bytes, messageSchema, chatWireLimits.maxMessageBytes);

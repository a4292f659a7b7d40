import { z } from 'zod';
import { idSchema, messageMaxChars } from '../../preload/contract/index.ts';
import { counterField, decodeCbor, encodeCbor, fixedBytesField } from '../ports/cbor.ts';
import { toHex } from '../ports/hex.ts';
import type { WireLimits } from '../ports/peer-wire.ts';

export const chatProtocol = 'lilliput/chat/1';

/** 16,000 UTF-16 units are at most 48,000 bytes of UTF-8: three each (a pair of surrogates makes four). */
const textMaxBytes = messageMaxChars * 3;

/** Unacknowledged messages under way to one person. */
export const maxInFlight = 50;

/**
 * What one person may send: messages at `sendPerSecond` and acknowledgements of ours, which come at the same rate. The burst
 * (four times) holds two full windows each way.
 */
export const chatWireLimits: WireLimits = { maxMessageBytes: textMaxBytes + 256, maxMessagesPerSecond: 60 };

/** Well below what the other side puts up with. */
export const sendPerSecond = 25;

export interface ChatText {
  readonly id: string;
  /** Counts this sender's messages in this conversation, from 1. */
  readonly sequence: number;
  readonly text: string;
  /** The sender's clock. */
  readonly sentMs: number;
}

export type ChatMessage =
  | ({ readonly type: 'text' } & ChatText)
  /** These messages are on our disk. */
  | { readonly type: 'ack'; readonly ids: readonly string[] };

const id = fixedBytesField(16).transform(toHex);

/** A lone surrogate or a NUL would not come back from every database as it went in. */
const text = z
  .string()
  .min(1)
  .max(messageMaxChars)
  .refine((value) => value.isWellFormed() && !value.includes('\0'));

const messageSchema = z.discriminatedUnion('type', [
  z.object({ type: z.literal('text'), id, sequence: counterField.min(1), text, sentMs: counterField }),
  z.object({ type: z.literal('ack'), ids: z.array(id).min(1).max(maxInFlight) }),
]);

/** @param message with a valid id (`idSchema`) */
export const encodeText = ({ id: messageId, sequence, text: body, sentMs }: ChatText): Uint8Array =>
  encodeCbor({ type: 'text', id: bytesOf(messageId), sequence, text: body, sentMs });

export const encodeAck = (ids: readonly string[]): Uint8Array => encodeCbor({ type: 'ack', ids: ids.map(bytesOf) });

const bytesOf = (hexId: string): Uint8Array => Buffer.from(idSchema.parse(hexId), 'hex');

/** Null if malformed or beyond a bound. */
export const decodeChatMessage = (bytes: Uint8Array): ChatMessage | null =>
  decodeCbor(bytes, messageSchema, chatWireLimits.maxMessageBytes);

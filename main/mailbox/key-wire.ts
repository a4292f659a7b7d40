import { z } from 'zod';
import { boundedBytesField, counterField, decodeCbor, encodeCbor, fixedBytesField } from '../ports/cbor.ts';
import type { WireLimits } from '../ports/peer-wire.ts';

export const mailboxProtocol = 'lilliput/mailbox/1';

/** Of one batch. */
export const batchKeys = 64;
const certificateBytes = 64;

/** A batch is 4,096 bytes of certificates and some hundred more; a session begins with one question and a batch or two. */
export const mailboxWireLimits: WireLimits = { maxMessageBytes: 4_608, maxMessagesPerSecond: 5 };

/** Deposit keys of one secret. */
export const batchFields = {
  mailbox: fixedBytesField(32),
  secret: fixedBytesField(32),
  week: z.int().min(0).max(100_000),
  certificates: boundedBytesField(batchKeys * certificateBytes).refine(
    (bytes) => bytes.byteLength > 0 && bytes.byteLength % certificateBytes === 0,
  ),
};

const messageSchema = z.discriminatedUnion('type', [
  z.object({ type: z.literal('have'), count: counterField }),
  z.object({ type: z.literal('keys'), ...batchFields }),
  z.object({ type: z.literal('prekey'), number: counterField, key: fixedBytesField(32) }),
  z.object({ type: z.literal('prekey-held'), number: counterField }),
]);

/**
 * have: so many keys to your mailbox I could still spend; keys: more of them, to mine; prekey: what you should seal to from now on;
 * prekey-held: I do.
 */
export type KeyMessage = z.output<typeof messageSchema>;
export type KeyBatch = Omit<Extract<KeyMessage, { readonly type: 'keys' }>, 'type'>;

export const encodeHave = (count: number): Uint8Array => encodeCbor({ type: 'have', count });
export const encodePrekey = (number: number, key: Uint8Array): Uint8Array => encodeCbor({ type: 'prekey', number, key });
export const encodePrekeyHeld = (number: number): Uint8Array => encodeCbor({ type: 'prekey-held', number });
export const encodeKeys = (batch: KeyBatch): Uint8Array => encodeCbor({ type: 'keys', ...batch });

/** Null if malformed. */
export const decodeKeyMessage = (bytes: Uint8Array): KeyMessage | null =>
  decodeCbor(bytes, messageSchema, mailboxWireLimits.maxMessageBytes);

/** The certificate of each key of a batch. */
export const certificatesOf = ({ certificates }: Pick<KeyBatch, 'certificates'>): Uint8Array[] =>
  Array.from({ length: certificates.byteLength / certificateBytes }, (_, index) =>
    certificates.slice(index * certificateBytes, (index + 1) * certificateBytes),
  );

import { z } from 'zod';
import { blake2b256 } from '../../../native-shims/sodium/index.ts';
import { decodeCbor, encodeCbor, fixedBytesField } from '../../ports/cbor.ts';
import { cardKeyBytes, cardMaxBytes, type CardRefusal } from '../card-store.ts';

/** publish: one card; ask: which there are, or one of them; compare: two keepers of a target. */
export const cardCommands = { publish: 130, ask: 131, compare: 132 } as const;

/** A value stays below every path's 1,280 bytes with dht-rpc's header around it; gateways pass on 1,000. */
export const valueMaxBytes = 1_000;
export const saltBytes = 8;
/** As many as a search has words. */
export const maxBeginnings = 5;
/** UTF-16 units. */
const maxBeginning = 64;
/** 17 bytes each: the answer stays below 1,000 bytes. */
export const maxListed = 56;

const keyField = fixedBytesField(cardKeyBytes);
const listSchema = z.tuple([fixedBytesField(saltBytes), z.array(z.string().min(1).max(maxBeginning)).min(1).max(maxBeginnings)]);
const readSchema = z.tuple([keyField]);

export type CardWish =
  | { readonly wish: 'list'; readonly salt: Uint8Array; readonly beginnings: readonly string[] }
  | { readonly wish: 'read'; readonly key: Uint8Array };

export const encodeList = (salt: Uint8Array, beginnings: readonly string[]): Uint8Array =>
  encodeCbor([salt, beginnings.slice(0, maxBeginnings)]);
export const encodeRead = (key: Uint8Array): Uint8Array => encodeCbor([key]);

export function decodeWish(bytes: Uint8Array): CardWish | null {
  const wish = decodeCbor(bytes, z.union([listSchema, readSchema]), valueMaxBytes);
  if (wish === null) return null;
  return wish.length === 1 ? { wish: 'read', key: wish[0] } : { wish: 'list', salt: wish[0], beginnings: wish[1] };
}

const listedSchema = z.array(keyField).max(maxListed);
export const encodeListed = (keys: readonly Uint8Array[]): Uint8Array => encodeCbor(keys.slice(0, maxListed));
export const decodeListed = (bytes: Uint8Array): readonly Uint8Array[] | null => decodeCbor(bytes, listedSchema, valueMaxBytes);

/** A card that was asked for; nothing: it isn't there. */
export const decodeCardAnswer = (bytes: Uint8Array): Uint8Array | null =>
  bytes.byteLength === 0 || bytes.byteLength > cardMaxBytes ? null : bytes;

export type PublishAnswer = 'stored' | CardRefusal;
const answers: readonly PublishAnswer[] = ['stored', 'BAD_CARD', 'STALE', 'FULL', 'TOO_BUSY'];
export const encodeAnswer = (answer: PublishAnswer): Uint8Array => Uint8Array.of(answers.indexOf(answer));
export const decodeAnswer = (bytes: Uint8Array | null): PublishAnswer | null =>
  bytes?.byteLength === 1 ? (answers[bytes[0] ?? answers.length] ?? null) : null;

/** Of a card, and of all that is kept at a target. */
export const digestBytes = 16;
export const digestOf = (...parts: readonly Uint8Array[]): Uint8Array => blake2b256(...parts).subarray(0, digestBytes);

/** Digests of cards in one question: 800 bytes. */
export const digestsAtOnce = 50;
export function decodeDigests(bytes: Uint8Array): readonly Uint8Array[] | null {
  const count = bytes.byteLength / digestBytes;
  if (!Number.isInteger(count) || count < 1 || count > digestsAtOnce) return null;
  return Array.from({ length: count }, (_, index) => bytes.subarray(index * digestBytes, (index + 1) * digestBytes));
}

/** One byte a digest: 1 for a card that is lacking. */
export const encodeLacking = (lacking: readonly boolean[]): Uint8Array => Uint8Array.from(lacking, Number);
export const decodeLacking = (bytes: Uint8Array | null, count: number): readonly boolean[] | null =>
  bytes?.byteLength === count ? [...bytes].map((byte) => byte === 1) : null;

/** The answer to a target's digest: one byte if the very same cards are kept here, else nothing. */
export const sameAnswer = Uint8Array.of(0);
export const isSameAnswer = (value: Uint8Array | null): boolean => value?.byteLength === 1 && value[0] === 0;

import { z } from 'zod';
import { blake2b256, type KeyPair } from '../../native-shims/sodium/index.ts';
import { signBytes, verifyBytes, type SignatureDomain } from '../identity/index.ts';
import { sealedMaxBytes, slipMaxBytes, type SlipFacts } from '../overlay/index.ts';
import { decodeCbor, encodeCbor, fixedBytesField } from '../ports/cbor.ts';
import { clockToleranceMs } from './box-record.ts';
import { endOfWeek, isCertified, isWeekTimely } from './deposit-key.ts';
import { workNonceBytes } from './mailbox-work.ts';

const domain = 'lilliput/deposit/1' satisfies SignatureDomain;
const itemDomain = Buffer.from('lilliput/item/2\0');
/** In a deposit key's place. */
const noKey = new Uint8Array(32);

export const hourMs = 3_600_000;
/** DESIGN: honest nodes keep an item up to 30 days. */
export const itemLifetimeMs = 30 * 24 * hourMs;

const common = {
  id: fixedBytesField(32),
  size: z.int().min(1).max(sealedMaxBytes),
  /** Hours since 1970, when it was sealed: finer would only tell keepers more. */
  atHour: z.int().min(0).max(10_000_000),
};
const slipSchema = z.discriminatedUnion('kind', [
  z.object({
    kind: z.literal('contact'),
    ...common,
    key: fixedBytesField(32),
    week: z.int().min(0).max(100_000),
    certificate: fixedBytesField(64),
    signature: fixedBytesField(64),
  }),
  z.object({ kind: z.literal('request'), ...common, nonce: fixedBytesField(workNonceBytes) }),
]);

/** What proves that an item may be left in a mailbox. */
export type Slip = z.output<typeof slipSchema>;
export type RequestSlip = Extract<Slip, { readonly kind: 'request' }>;

/**
 * Made from what is kept, and by whose key: the same item has the same id everywhere, and nobody makes two of one id. With another
 * slip (a request's is unsigned) it is another item, and what becomes of that one changes nothing for this one.
 * @param depositKey null: a request
 */
export const itemIdOf = (mailbox: Uint8Array, sealed: Uint8Array, depositKey: Uint8Array | null): Uint8Array =>
  blake2b256(itemDomain, mailbox, depositKey ?? noKey, sealed);

const signed = (mailbox: Uint8Array, id: Uint8Array, size: number, atHour: number): Uint8Array =>
  encodeCbor([mailbox, id, size, atHour]);

/** A deposit key as its holder has it. */
export interface DepositKey {
  readonly pair: KeyPair;
  readonly week: number;
  readonly certificate: Uint8Array;
}

/** Spends a deposit key on one item. */
export function contactSlip(mailbox: Uint8Array, sealed: Uint8Array, key: DepositKey, nowMs: number): Uint8Array {
  const id = itemIdOf(mailbox, sealed, key.pair.publicKey);
  const [size, atHour] = [sealed.byteLength, Math.floor(nowMs / hourMs)];
  const signature = signBytes(domain, signed(mailbox, id, size, atHour), key.pair.secretKey);
  const { week, certificate } = key;
  return encodeCbor({ kind: 'contact', id, size, atHour, key: key.pair.publicKey, week, certificate, signature });
}

export const requestSlip = (slip: Omit<RequestSlip, 'kind'>): Uint8Array => encodeCbor({ kind: 'request', ...slip });

/** Form only. */
export const decodeSlip = (bytes: Uint8Array): Slip | null => decodeCbor(bytes, slipSchema, slipMaxBytes);

/** Everything but a request's work; null if anything is wrong. */
export function readSlip(mailbox: Uint8Array, bytes: Uint8Array, nowMs: number): SlipFacts | null {
  const slip = decodeSlip(bytes);
  if (slip === null) return null;
  const { id, size, atHour } = slip;
  const atMs = atHour * hourMs;
  const expiresAtMs = atMs + itemLifetimeMs;
  if (atMs > nowMs + clockToleranceMs || expiresAtMs <= nowMs) return null;
  if (slip.kind === 'request') {
    return { id, size, kind: 'request', depositKey: null, expiresAtMs, rememberUntilMs: expiresAtMs };
  }
  const { key, week, certificate, signature } = slip;
  const isRight =
    isWeekTimely(week, nowMs) &&
    verifyBytes(domain, signed(mailbox, id, size, atHour), signature, key) &&
    isCertified(key, week, certificate, mailbox);
  const rememberUntilMs = Math.max(expiresAtMs, endOfWeek(week));
  return isRight ? { id, size, kind: 'contact', depositKey: key, expiresAtMs, rememberUntilMs } : null;
}

import { blake2b256, keyPairFromSeed, type KeyPair } from '../../native-shims/sodium/index.ts';
import { signBytes, verifyBytes, type SignatureDomain } from '../identity/index.ts';
import { encodeCbor } from '../ports/cbor.ts';

/**
 * One-time deposit keys. The owner of a mailbox draws a secret for a contact, makes keys from it, and certifies each by the
 * mailbox's key. The contact makes the same keys from the secret. A keeper sees a key it has never seen, certified: that
 * somebody may leave one item here, and nothing that joins it to any other key.
 */
const domain = 'lilliput/deposit-key/1' satisfies SignatureDomain;
const seedDomain = Buffer.from('lilliput/deposit-seed/1\0');

const weekMs = 7 * 86_400_000;
/** Friends who don't meet for three months can still write; and keepers must know for so long which keys are spent. */
const lifetimeWeeks = 13;
/** A keeper takes a little more, for clocks that differ. */
const longestWeeks = lifetimeWeeks + 1;

/** All keys given to anybody in one week end together: the end doesn't say to whom they were given. */
export const lastWeekFor = (nowMs: number): number => Math.floor(nowMs / weekMs) + lifetimeWeeks;
export const endOfWeek = (week: number): number => (week + 1) * weekMs;
export const isWeekTimely = (week: number, nowMs: number): boolean =>
  nowMs < endOfWeek(week) && week <= Math.floor(nowMs / weekMs) + longestWeeks;

/** Key number `index` of a batch. */
export function depositPair(secret: Uint8Array, index: number): KeyPair {
  const number = Buffer.alloc(4);
  number.writeUInt32BE(index);
  return keyPairFromSeed(blake2b256(seedDomain, secret, number));
}

const certified = (key: Uint8Array, week: number): Uint8Array => encodeCbor([key, week]);

export const certifyDepositKey = (key: Uint8Array, week: number, mailbox: KeyPair): Uint8Array =>
  signBytes(domain, certified(key, week), mailbox.secretKey);

export const isCertified = (key: Uint8Array, week: number, certificate: Uint8Array, mailbox: Uint8Array): boolean =>
  verifyBytes(domain, certified(key, week), certificate, mailbox);

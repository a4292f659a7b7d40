import { createHash } from 'node:crypto';
import { safetyHalfDigits } from '../../preload/contract/index.ts';

/** Whom a half of a safety number stands for. */
export interface SafetyParty {
  /** Root public key, 32 bytes. */
  readonly key: Uint8Array;
  /** In mapped form: the same on both sides. */
  readonly name: string;
}

/**
 * Whoever looks for a key whose digits are somebody else's pays so many hashes for each try. 30 digits are some 100 bits, and
 * this adds 12 more; it takes 5 ms. (Signal's number for its own, libsignal `fingerprint.rs`.)
 */
const rounds = 5_200;
const label = Buffer.concat([Buffer.from('lilliput/safety-number/1'), Uint8Array.of(0)]);
const digitsEach = 5;
/** Bytes for five digits: 2⁴⁰ is so much more than 10⁵ that no digits come noticeably oftener. */
const bytesEach = 5;

const sha512 = (...parts: readonly Uint8Array[]): Buffer => {
  const hash = createHash('sha512');
  for (const part of parts) hash.update(part);
  return hash.digest();
};

/** The 30 digits of one account: SHA-512 over label, key and name, then 5,200 times over the hash before and the key. */
export function safetyHalf({ key, name }: SafetyParty): string {
  let hash = sha512(label, key, Buffer.from(name));
  for (let round = 0; round < rounds; round += 1) hash = sha512(hash, key);
  let digits = '';
  for (let at = 0; digits.length < safetyHalfDigits; at += bytesEach) {
    digits += String(hash.readUIntBE(at, bytesEach) % 10 ** digitsEach).padStart(digitsEach, '0');
  }
  return digits;
}

/** The 60 digits of two accounts: their halves, the lower first, so that both see the same. */
export const safetyNumber = (one: string, other: string): string => (one < other ? one + other : other + one);

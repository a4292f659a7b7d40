import { createHash, createHmac, timingSafeEqual } from 'node:crypto';
import { headerBytes } from './stun-format.ts';
import type { StunAttribute, StunMessage } from './stun-reader.ts';

/** RFC 8489 §18.5. */
export type PasswordAlgorithm = 'md5' | 'sha256';
export const passwordAlgorithmNumbers: Readonly<Record<PasswordAlgorithm, number>> = { md5: 0x0001, sha256: 0x0002 };

/** RFC 8489 §9.2.2. Who sends names and passwords has normalised them (OpaqueString). */
export function longTermKey(algorithm: PasswordAlgorithm, username: string, realm: string, password: string): Buffer {
  return createHash(algorithm).update(`${username}:${realm}:${password}`).digest();
}

/** The stronger one that the message has, checked in constant time; false if it has none. */
export function hasIntegrity(message: StunMessage, key: Buffer): boolean {
  const { integrity, integritySha256 } = message;
  if (integritySha256 !== null) {
    const length = integritySha256.end - integritySha256.start;
    // It may be cut to as little as 16 bytes, in steps of 4 (RFC 8489 §14.6).
    return length >= 16 && length <= 32 && length % 4 === 0 && matches(message, integritySha256, 'sha256', key);
  }
  return integrity !== null && integrity.end - integrity.start === 20 && matches(message, integrity, 'sha1', key);
}

/** What is signed ends before the attribute, under a header whose length ends after it. */
function matches({ bytes }: StunMessage, { start, end }: StunAttribute, hash: 'sha1' | 'sha256', key: Buffer): boolean {
  const header = Buffer.from(bytes.subarray(0, 4));
  header.writeUInt16BE(end - headerBytes, 2);
  const full = createHmac(hash, key)
    .update(header)
    .update(bytes.subarray(4, start - 4))
    .digest();
  return timingSafeEqual(full.subarray(0, end - start), bytes.subarray(start, end));
}

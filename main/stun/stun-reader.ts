import { crc32 } from 'node:zlib';
import { attribute, classBits, headerBytes, magicCookie, maxAttributes, maxStunBytes, type StunClass } from './stun-format.ts';
import { addressBytes, familyOfNumber, hostOfBytes, type TransportAddress } from './transport-address.ts';

/** Where a value stands in the message. */
export interface StunAttribute {
  readonly type: number;
  readonly start: number;
  readonly end: number;
}

/** A well-formed message. It names places in `bytes`, which must stay as they are while it is used. */
export interface StunMessage {
  readonly bytes: Buffer;
  readonly method: number;
  readonly class: StunClass;
  /** Those that count: up to the integrity, which itself comes after (RFC 8489 §14.5). */
  readonly attributes: readonly StunAttribute[];
  readonly integrity: StunAttribute | null;
  readonly integritySha256: StunAttribute | null;
  /** It had one, and it was right. */
  readonly hasFingerprint: boolean;
}

const classes: readonly StunClass[] = ['request', 'indication', 'success', 'error'];

/** RFC 8489 §14.7: "STUN" in ASCII keeps it apart from other protocols' checksums. */
export const fingerprintMask = 0x5354554e;

/** Null for whatever is no STUN message, is longer than one may be, or has a wrong fingerprint. Never throws. */
export function readStun(bytes: Buffer): StunMessage | null {
  if (bytes.length < headerBytes || bytes.length > maxStunBytes) return null;
  const type = bytes.readUInt16BE(0);
  const length = bytes.readUInt16BE(2);
  if (type > 0x3fff || length % 4 !== 0 || headerBytes + length !== bytes.length || bytes.readUInt32BE(4) !== magicCookie) {
    return null;
  }
  const kind = classes.find((name) => classBits[name] === (type & 0x110));
  if (kind === undefined) return null;
  const attributes: StunAttribute[] = [];
  let integrity: StunAttribute | null = null;
  let integritySha256: StunAttribute | null = null;
  let hasFingerprint = false;
  let count = 0;
  for (let at = headerBytes; at < bytes.length;) {
    count += 1;
    if (count > maxAttributes || hasFingerprint || at + 4 > bytes.length) return null;
    const found = { type: bytes.readUInt16BE(at), start: at + 4, end: at + 4 + bytes.readUInt16BE(at + 2) };
    if (found.end > bytes.length) return null;
    at = found.start + Math.ceil((found.end - found.start) / 4) * 4;
    if (found.type === attribute.fingerprint) {
      if (!isFingerprint(bytes, found)) return null;
      hasFingerprint = true;
    } else if (found.type === attribute.messageIntegritySha256) integritySha256 ??= found;
    else if (found.type === attribute.messageIntegrity && integritySha256 === null) integrity ??= found;
    else if (integrity === null && integritySha256 === null) attributes.push(found);
  }
  return { bytes, method: type & ~0x110, class: kind, attributes, integrity, integritySha256, hasFingerprint };
}

/** The reader has bounds, so the checksum may run over the whole message, whose length already counts the fingerprint. */
function isFingerprint(bytes: Buffer, { start, end }: StunAttribute): boolean {
  if (end - start !== 4 || end !== bytes.length) return false;
  return bytes.readUInt32BE(start) === (crc32(bytes.subarray(0, start - 4)) ^ fingerprintMask) >>> 0;
}

/** The first attribute of a type; later ones of the same are ignored (RFC 8489 §14). */
export function findAttribute(message: StunMessage, type: number): StunAttribute | null {
  return message.attributes.find((entry) => entry.type === type) ?? null;
}

/** Null if it is missing. No copy. */
export function valueOf(message: StunMessage, type: number): Buffer | null {
  const found = findAttribute(message, type);
  return found === null ? null : message.bytes.subarray(found.start, found.end);
}

/** Null unless an attribute of exactly 4 bytes is there. */
export function numberOf(message: StunMessage, type: number): number | null {
  const value = valueOf(message, type);
  return value?.length === 4 ? value.readUInt32BE(0) : null;
}

/** All addresses of a type, in order; null if one of them is malformed (RFC 8489 §14.2). */
export function addressesOf(message: StunMessage, type: number): TransportAddress[] | null {
  const addresses: TransportAddress[] = [];
  for (const entry of message.attributes) {
    if (entry.type !== type) continue;
    const address = readXorAddress(message.bytes, entry);
    if (address === null) return null;
    addresses.push(address);
  }
  return addresses;
}

/** One that is not XORed (RFC 8489 §14.1), the first of its type; null if it is missing or malformed. */
export function plainAddressOf(message: StunMessage, type: number): TransportAddress | null {
  const value = valueOf(message, type);
  const family = value === null || value.length < 8 ? null : familyOfNumber(value.readUInt8(1));
  if (value === null || family === null || value.length !== 4 + addressBytes[family]) return null;
  return { family, host: hostOfBytes(value.subarray(4)), port: value.readUInt16BE(2) };
}

function readXorAddress(bytes: Buffer, { start, end }: StunAttribute): TransportAddress | null {
  if (end - start < 8) return null;
  const family = familyOfNumber(bytes.readUInt8(start + 1));
  if (family === null || end - start !== 4 + addressBytes[family]) return null;
  const port = bytes.readUInt16BE(start + 2) ^ (magicCookie >>> 16);
  const host = new Uint8Array(addressBytes[family]);
  // The cookie and the transaction id stand side by side in the header, as they do in what is XORed.
  for (let index = 0; index < host.length; index += 1)
    host[index] = bytes.readUInt8(start + 4 + index) ^ bytes.readUInt8(4 + index);
  return { family, host: hostOfBytes(host), port };
}

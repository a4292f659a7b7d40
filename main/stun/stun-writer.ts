import { createHmac } from 'node:crypto';
import { crc32 } from 'node:zlib';
import { fingerprintMask } from './stun-reader.ts';
import { attribute, classBits, headerBytes, magicCookie, type ErrorCode, type StunClass } from './stun-format.ts';
import { addressBytes, bytesOfHost, familyNumbers, type TransportAddress } from './transport-address.ts';

/** How a response is authenticated: as its request was (RFC 8489 §9.2.4). */
export interface IntegrityKey {
  readonly key: Buffer;
  readonly kind: 'sha1' | 'sha256';
}

/** Writes one message into `buffer`, which must have room for it. */
export class StunWriter {
  readonly #buffer: Buffer;
  #length = headerBytes;

  /** @param transactionId 12 bytes */
  constructor(buffer: Buffer, method: number, kind: StunClass, transactionId: Uint8Array) {
    this.#buffer = buffer;
    buffer.writeUInt16BE(method | classBits[kind], 0);
    buffer.writeUInt16BE(0, 2);
    buffer.writeUInt32BE(magicCookie, 4);
    buffer.set(transactionId, 8);
  }

  /** The value's padding is zero. */
  bytes(type: number, value: Uint8Array): void {
    const start = this.#open(type, value.byteLength);
    this.#buffer.set(value, start);
  }

  /** UTF-8. */
  text(type: number, value: string): void {
    this.bytes(type, Buffer.from(value));
  }

  number(type: number, value: number): void {
    this.#buffer.writeUInt32BE(value >>> 0, this.#open(type, 4));
  }

  address(type: number, address: TransportAddress): void {
    const start = this.plainAddress(type, address);
    this.#buffer.writeUInt16BE(address.port ^ (magicCookie >>> 16), start + 2);
    for (let at = 4; at < 4 + addressBytes[address.family]; at += 1) {
      this.#buffer.writeUInt8(this.#buffer.readUInt8(start + at) ^ this.#buffer.readUInt8(at), start + at);
    }
  }

  /** Not XORed (RFC 8489 §14.1). @returns where the value is */
  plainAddress(type: number, { family, host, port }: TransportAddress): number {
    const bytes = bytesOfHost(host);
    if (bytes === null) throw new Error('an address of no family can not be told');
    const start = this.#open(type, 4 + bytes.byteLength);
    this.#buffer.writeUInt16BE(familyNumbers[family], start);
    this.#buffer.writeUInt16BE(port, start + 2);
    this.#buffer.set(bytes, start + 4);
    return start;
  }

  /** Without a reason phrase: an answer to somebody unproven must be short. */
  error(code: ErrorCode): void {
    this.number(attribute.errorCode, (Math.floor(code / 100) << 8) | (code % 100));
  }

  /** For one of two families (RFC 8656 §18.12). */
  addressError(family: 4 | 6, code: ErrorCode): void {
    this.number(attribute.addressErrorCode, ((familyNumbers[family] << 24) | (Math.floor(code / 100) << 8) | (code % 100)) >>> 0);
  }

  /** @returns the length of the whole message in bytes */
  finish(integrity: IntegrityKey | null, withFingerprint: boolean): number {
    if (integrity !== null) {
      const isSha1 = integrity.kind === 'sha1';
      const end = this.#length;
      const start = this.#open(isSha1 ? attribute.messageIntegrity : attribute.messageIntegritySha256, isSha1 ? 20 : 32);
      this.#buffer.set(createHmac(integrity.kind, integrity.key).update(this.#buffer.subarray(0, end)).digest(), start);
    }
    if (withFingerprint) {
      const end = this.#length;
      const start = this.#open(attribute.fingerprint, 4);
      this.#buffer.writeUInt32BE((crc32(this.#buffer.subarray(0, end)) ^ fingerprintMask) >>> 0, start);
    }
    return this.#length;
  }

  /** The header's length counts an attribute before its value is known, as both checksums want it. */
  #open(type: number, length: number): number {
    const start = this.#length + 4;
    const padded = Math.ceil(length / 4) * 4;
    this.#buffer.writeUInt16BE(type, this.#length);
    this.#buffer.writeUInt16BE(length, this.#length + 2);
    this.#buffer.fill(0, start + length, start + padded);
    this.#length = start + padded;
    this.#buffer.writeUInt16BE(this.#length - headerBytes, 2);
    return start;
  }
}

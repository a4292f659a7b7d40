import { z } from 'zod';
import {
  argon2id,
  blake2b256,
  equalBytes,
  keyedBlake2b256,
  streamHeaderBytes,
  type Argon2Cost,
} from '../../native-shims/sodium/index.ts';
import { AppError } from '../ports/app-error.ts';

/**
 * An archive is a header and then pieces. All numbers are big-endian.
 *
 *     magic (16) · version (1) · Argon2id passes (4) · memory in KiB (4) · salt (16) · stream header (24) · checksum (32) · key check (32)
 *     { length of the sealed piece (4) · sealed piece }…
 *
 * The checksum is BLAKE2b-256 of what is before it, so that a damaged header is told from a wrong passphrase; the key check is the same, keyed. Each
 * piece is sealed by libsodium's secretstream: none can be changed, left out, repeated or moved, and the last says that it is.
 */
const magic = Buffer.from('lilliput archive', 'latin1');
export const archiveVersion = 1;
const saltBytes = 16;
const checkBytes = 32;
const plainBytes = magic.byteLength + 1 + 4 + 4 + saltBytes + streamHeaderBytes;
export const archiveHeaderBytes = plainBytes + 2 * checkBytes;

/** A piece holds at most some rows or a part of a file; nothing that is read is trusted to be larger. */
export const maxPieceBytes = 16 * 1024 * 1024;

/** "Moderate" of libsodium: about a second on a computer of today, and 256 MiB for each guess. */
export const archiveCost: Argon2Cost = { memoryBytes: 256 * 1024 * 1024, passes: 3 };

/** What a header may ask of whoever opens it: four times the above. */
const costSchema = z.object({
  memoryBytes: z
    .int()
    .min(8 * 1024)
    .max(1024 * 1024 * 1024),
  passes: z.int().min(1).max(12),
});

export interface ArchiveHeader {
  readonly cost: Argon2Cost;
  readonly salt: Uint8Array;
  readonly streamHeader: Uint8Array;
}

/** The same letters make the same key, however a keyboard composes them (NFKD, as BIP-39 does). */
export const archiveKey = (passphrase: string, { salt, cost }: Pick<ArchiveHeader, 'salt' | 'cost'>): Promise<Uint8Array> =>
  argon2id(Buffer.from(passphrase.normalize('NFKD')), salt, cost);

export function encodeHeader({ cost, salt, streamHeader }: ArchiveHeader, key: Uint8Array): Uint8Array {
  const numbers = Buffer.alloc(9);
  numbers.writeUInt8(archiveVersion, 0);
  numbers.writeUInt32BE(cost.passes, 1);
  numbers.writeUInt32BE(cost.memoryBytes / 1024, 5);
  const plain = Buffer.concat([magic, numbers, salt, streamHeader]);
  return Buffer.concat([plain, blake2b256(plain), keyedBlake2b256(key, plain)]);
}

const damaged = (reason: 'foreign' | 'cut' | 'damaged'): AppError => new AppError('ARCHIVE_DAMAGED', reason);

/**
 * @param bytes `archiveHeaderBytes` of them, or all there are
 * @returns the header, and whether a key is that of its passphrase
 * @throws AppError ARCHIVE_DAMAGED, ARCHIVE_NEWER
 */
export function decodeHeader(bytes: Uint8Array): ArchiveHeader & { readonly isKey: (key: Uint8Array) => boolean } {
  if (!equalBytes(bytes.slice(0, magic.byteLength), magic)) throw damaged('foreign');
  if (bytes.byteLength < archiveHeaderBytes) throw damaged('cut');
  const view = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const version = view.readUInt8(magic.byteLength);
  if (version > archiveVersion) throw new AppError('ARCHIVE_NEWER', 'of a newer form', { version });
  const plain = bytes.slice(0, plainBytes);
  if (!equalBytes(bytes.slice(plainBytes, plainBytes + checkBytes), blake2b256(plain))) throw damaged('damaged');
  const cost = costSchema.safeParse({
    passes: view.readUInt32BE(magic.byteLength + 1),
    memoryBytes: view.readUInt32BE(magic.byteLength + 5) * 1024,
  });
  if (version < 1 || !cost.success) throw damaged('damaged');
  const saltAt = magic.byteLength + 9;
  const check = bytes.slice(plainBytes + checkBytes, archiveHeaderBytes);
  return {
    cost: cost.data,
    salt: plain.slice(saltAt, saltAt + saltBytes),
    streamHeader: plain.slice(saltAt + saltBytes),
    isKey: (key) => equalBytes(check, keyedBlake2b256(key, plain)),
  };
}

export const newSalt = (bytes: (length: number) => Uint8Array): Uint8Array => bytes(saltBytes);

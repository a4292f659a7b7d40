import { blake2b256 } from '../../../native-shims/sodium/index.ts';
import { directoryRecordMaxBytes, type DirectoryRefusal } from '../directory-store.ts';

/** HyperDHT itself uses 0–10. A request without a token is only asked for a token and for closer nodes. */
export const directoryCommands = { get: 100, put: 101 } as const;

export type PutAnswer =
  | { readonly stored: true }
  | { readonly stored: false; readonly code: DirectoryRefusal['code']; readonly held: Uint8Array | null };

const storedByte = 0;
const refusalBytes: Readonly<Record<DirectoryRefusal['code'], number>> = {
  NAME_TAKEN: 1,
  STALE: 2,
  BAD_RECORD: 3,
  TOO_BUSY: 4,
  CONTESTED: 5,
};

/** One byte of outcome, then the held record where there is one. */
export function encodePutAnswer(answer: PutAnswer): Uint8Array {
  if (answer.stored) return Uint8Array.of(storedByte);
  return Buffer.concat([Uint8Array.of(refusalBytes[answer.code]), answer.held ?? new Uint8Array(0)]);
}

export function decodePutAnswer(bytes: Uint8Array | null): PutAnswer | null {
  const outcome = bytes?.[0];
  if (bytes === null || outcome === undefined || bytes.byteLength > 1 + directoryRecordMaxBytes) return null;
  if (outcome === storedByte) return { stored: true };
  const held = bytes.byteLength > 1 ? new Uint8Array(bytes.subarray(1)) : null;
  switch (outcome) {
    case refusalBytes.NAME_TAKEN:
      return { stored: false, code: 'NAME_TAKEN', held };
    case refusalBytes.STALE:
      return { stored: false, code: 'STALE', held };
    case refusalBytes.BAD_RECORD:
      return { stored: false, code: 'BAD_RECORD', held };
    case refusalBytes.TOO_BUSY:
      return { stored: false, code: 'TOO_BUSY', held };
    case refusalBytes.CONTESTED:
      return { stored: false, code: 'CONTESTED', held };
    default:
      return null;
  }
}

/** "I hold nothing, but I have only just begun to hold anything": proves nothing about the name. No record is one byte long. */
export const newcomersAnswer = Uint8Array.of(0);

export type GetAnswer = { readonly record: Uint8Array | null; readonly isNewcomer: boolean };

/** A get's answer to a token: nothing for "no record", the newcomer's byte, or the record. */
export function decodeGetAnswer(bytes: Uint8Array | null): GetAnswer {
  if (bytes === null || bytes.byteLength === 0 || bytes.byteLength > directoryRecordMaxBytes)
    return { record: null, isNewcomer: false };
  if (bytes.byteLength === newcomersAnswer.byteLength) return { record: null, isNewcomer: true };
  return { record: new Uint8Array(bytes), isNewcomer: false };
}

const digestBytes = 16;

/**
 * A put's value without a token: "do you hold this very record?" A holder that hands on asks so before it sends 900 bytes, since
 * most nodes that are new to it are not new to the record.
 */
export const recordDigest = (record: Uint8Array): Uint8Array => blake2b256(record).subarray(0, digestBytes);

/** The answer to a digest: one byte if that record is held, else nothing. It tells no more than a get would. */
export const heldAnswer = Uint8Array.of(storedByte);

export const isHeldAnswer = (value: Uint8Array | null): boolean => value?.byteLength === 1 && value[0] === storedByte;

export const matchesDigest = (record: Uint8Array, digest: Uint8Array): boolean =>
  digest.byteLength === digestBytes && Buffer.compare(recordDigest(record), digest) === 0;

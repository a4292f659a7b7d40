import { missingCase } from '../../ports/missing-case.ts';

/**
 * What client and gateway say inside their Noise session, one frame a message: a byte of type, a number (32 bits, big-endian),
 * and a body. Requests and their answers share a number; so do a pipe's opening, its bytes and its end.
 */
export type Frame =
  | { readonly type: 'request' | 'answer' | 'open' | 'data'; readonly id: number; readonly body: Uint8Array }
  | { readonly type: 'refusal' | 'close' | 'ping' | 'pong'; readonly id: number };

const types = ['request', 'answer', 'open', 'data', 'refusal', 'close', 'ping', 'pong'] as const;
const headerBytes = 5;

/** A record and what names it; a list of nodes. An answer holds at most 20 records. */
export const requestMaxBytes = 2_048;
export const answerMaxBytes = 24_576;
/** Why a pipe is opened: a word and a key. */
export const purposeMaxBytes = 64;
/** Small enough that a ping waits for little behind it on a slow line. */
export const dataMaxBytes = 16_384;
export const frameMaxBytes = headerBytes + answerMaxBytes;

export function encodeFrame(frame: Frame): Buffer {
  const body = 'body' in frame ? frame.body : null;
  const bytes = Buffer.alloc(headerBytes + (body?.byteLength ?? 0));
  bytes[0] = types.indexOf(frame.type);
  bytes.writeUInt32BE(frame.id, 1);
  if (body !== null) bytes.set(body, headerBytes);
  return bytes;
}

/** Null: no frame of ours. The body is a view into `bytes`. */
export function decodeFrame(bytes: Uint8Array): Frame | null {
  const type = types[bytes[0] ?? types.length];
  if (type === undefined || bytes.byteLength < headerBytes) return null;
  const view = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const id = view.readUInt32BE(1);
  const body = view.subarray(headerBytes);
  switch (type) {
    case 'request':
      return body.byteLength <= requestMaxBytes ? { type, id, body } : null;
    case 'answer':
      return body.byteLength <= answerMaxBytes ? { type, id, body } : null;
    case 'open':
      return body.byteLength <= purposeMaxBytes ? { type, id, body } : null;
    case 'data':
      return body.byteLength > 0 && body.byteLength <= dataMaxBytes ? { type, id, body } : null;
    case 'refusal':
    case 'close':
    case 'ping':
    case 'pong':
      return body.byteLength === 0 ? { type, id } : null;
    default:
      return missingCase(type);
  }
}

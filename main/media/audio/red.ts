/**
 * Redundant audio data (RFC 2198): one RTP payload that holds the newest packet and copies of earlier ones, each with the
 * distance to its own timestamp.
 *
 *   copies, oldest first:  1 | type (7) | timestamp offset (14) | length (10)
 *   the newest:            0 | type (7)
 *   the data of each, in the same order
 */

/** 14 bits of 48 kHz: a copy may be of at most 341 ms ago. */
export const redMaxOffsetUnits = 0x3f_ff;
/** Ours never sends more; of who sends more, the newest ones are read. */
export const redMaxCopies = 4;
/** 10 bits. */
const maxCopyBytes = 0x3_ff;
const copyHeaderBytes = 4;

/** Builds one payload after another in memory of its own. Nothing is allocated in use. */
export interface RedWriter {
  begin(): void;
  /**
   * Adds a copy; oldest first.
   * @returns false if it does not fit the format (then it is left out)
   */
  copy(offsetUnits: number, bytes: Uint8Array, start: number, length: number): boolean;
  /** @returns the payload's length in `bytes` */
  finish(primary: Uint8Array): number;
  readonly bytes: Uint8Array;
}

export function createRedWriter(payloadType: number, maxPayloadBytes: number): RedWriter {
  const bytes = new Uint8Array(maxPayloadBytes);
  const data = new Uint8Array(redMaxCopies * maxCopyBytes);
  let [copies, dataBytes] = [0, 0];
  return {
    bytes,
    begin() {
      copies = 0;
      dataBytes = 0;
    },
    copy(offsetUnits, from, start, length) {
      if (copies === redMaxCopies || offsetUnits <= 0 || offsetUnits > redMaxOffsetUnits || length > maxCopyBytes) return false;
      const at = copies * copyHeaderBytes;
      bytes[at] = 0x80 | payloadType;
      bytes[at + 1] = offsetUnits >> 6;
      bytes[at + 2] = ((offsetUnits & 0x3f) << 2) | (length >> 8);
      bytes[at + 3] = length & 0xff;
      for (let i = 0; i < length; i += 1) data[dataBytes + i] = from[start + i] ?? 0;
      copies += 1;
      dataBytes += length;
      return true;
    },
    finish(primary) {
      let at = copies * copyHeaderBytes;
      if (at + 1 + dataBytes + primary.length > maxPayloadBytes) throw new RangeError('the redundant payload is too long');
      bytes[at] = payloadType;
      at += 1;
      for (let i = 0; i < dataBytes; i += 1) bytes[at + i] = data[i] ?? 0;
      bytes.set(primary, at + dataBytes);
      return at + dataBytes + primary.length;
    },
  };
}

/** Where the blocks of the payload read last lie. One object is filled again and again. */
export interface RedReader {
  /** Blocks found, the newest last; 0 if this is no payload of the kind, or one of its blocks is of another type. */
  read(payload: Uint8Array): number;
  /** By how many timestamp units block `index` is older than the packet. */
  offsetUnits(index: number): number;
  start(index: number): number;
  length(index: number): number;
}

export function createRedReader(payloadType: number): RedReader {
  const offsets = new Int32Array(redMaxCopies + 1);
  const starts = new Int32Array(redMaxCopies + 1);
  const lengths = new Int32Array(redMaxCopies + 1);
  return {
    read(payload) {
      let at = 0;
      let count = 0;
      /** Of all copies, and of those too old to be kept. */
      let dataBytes = 0;
      let leftBytes = 0;
      for (;;) {
        const first = payload[at];
        if (first === undefined || (first & 0x7f) !== payloadType) return 0;
        if ((first & 0x80) === 0) break;
        if (at + copyHeaderBytes > payload.length) return 0;
        if (count === redMaxCopies) {
          leftBytes += lengths[0] ?? 0;
          offsets.copyWithin(0, 1, count);
          lengths.copyWithin(0, 1, count);
          count -= 1;
        }
        const high = payload[at + 1] ?? 0;
        const middle = payload[at + 2] ?? 0;
        const low = payload[at + 3] ?? 0;
        offsets[count] = (high << 6) | (middle >> 2);
        lengths[count] = ((middle & 3) << 8) | low;
        dataBytes += lengths[count] ?? 0;
        at += copyHeaderBytes;
        count += 1;
      }
      at += 1;
      if (at + dataBytes > payload.length) return 0;
      at += leftBytes;
      for (let i = 0; i < count; i += 1) {
        starts[i] = at;
        at += lengths[i] ?? 0;
      }
      offsets[count] = 0;
      starts[count] = at;
      lengths[count] = payload.length - at;
      return count + 1;
    },
    offsetUnits: (index) => offsets[index] ?? 0,
    start: (index) => starts[index] ?? 0,
    length: (index) => lengths[index] ?? 0,
  };
}

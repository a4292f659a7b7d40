/** RFC 3533 §6: header_type flags. */
export const oggFlags = { none: 0, beginOfStream: 2, endOfStream: 4 } as const;

/** §6: a page has at most 255 segments of at most 255 bytes. */
export const oggMaxSegments = 255;
export const segmentBytes = 255;
export const headerBytes = 27;

/** Segments that a packet takes: its last one is shorter than 255 bytes, and may be empty. */
export const segmentsOf = (packetBytes: number): number => Math.floor(packetBytes / segmentBytes) + 1;

export interface OggPage {
  readonly flags: number;
  /** For Opus: samples at 48 kHz that can be decoded by the end of this page, pre-skip included (RFC 7845 §4). */
  readonly granule: number;
  readonly serial: number;
  /** Counts the pages of the stream. */
  readonly sequence: number;
  /** Lengths of the whole packets on this page. */
  readonly packets: readonly number[];
  /** Those packets, one behind the other. */
  readonly body: Uint8Array;
}

/** §6, "CRC_checksum": polynomial 0x04c11db7, nothing reflected, nothing inverted. */
const crcTable = Uint32Array.from({ length: 256 }, (_, byte) => {
  let remainder = byte << 24;
  for (let bit = 0; bit < 8; bit += 1) remainder = remainder < 0 ? (remainder << 1) ^ 0x04c11db7 : remainder << 1;
  return remainder >>> 0;
});

export function oggChecksum(bytes: Uint8Array): number {
  let crc = 0;
  for (const byte of bytes) crc = ((crc << 8) ^ (crcTable[((crc >>> 24) ^ byte) & 0xff] ?? 0)) >>> 0;
  return crc;
}

/**
 * One page of whole packets, as it lies in the file.
 * @throws RangeError if the packets need more segments than a page has
 */
export function encodeOggPage({ flags, granule, serial, sequence, packets, body }: OggPage): Uint8Array {
  const segments = packets.reduce((sum, bytes) => sum + segmentsOf(bytes), 0);
  if (segments > oggMaxSegments) throw new RangeError(`${segments} segments do not fit on a page`);
  const page = new Uint8Array(headerBytes + segments + body.byteLength);
  const view = new DataView(page.buffer);
  page.set([0x4f, 0x67, 0x67, 0x53]); // "OggS"
  page[5] = flags;
  view.setBigUint64(6, BigInt(granule), true);
  view.setUint32(14, serial, true);
  view.setUint32(18, sequence, true);
  page[26] = segments;
  let at = headerBytes;
  for (const bytes of packets) {
    page.fill(segmentBytes, at, at + segmentsOf(bytes) - 1);
    at += segmentsOf(bytes);
    page[at - 1] = bytes % segmentBytes;
  }
  page.set(body, at);
  view.setUint32(22, oggChecksum(page), true);
  return page;
}

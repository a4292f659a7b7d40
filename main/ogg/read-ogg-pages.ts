import { headerBytes, oggChecksum, segmentBytes } from './ogg-page.ts';

export interface ReadOggPage {
  readonly flags: number;
  /** Null: no packet ends on this page (RFC 3533 §6: −1). */
  readonly granule: number | null;
  readonly serial: number;
  readonly sequence: number;
  /** Views into the file. */
  readonly packets: readonly Uint8Array[];
}

const capture = [0x4f, 0x67, 0x67, 0x53] as const; // "OggS"
const noGranule = 0xffff_ffff_ffff_ffffn;

/**
 * The pages of a whole file, of packets that each lie on one page (RFC 3533 §6). Null where anything is not as it should be:
 * another format, a version that is not 0, a wrong checksum, a packet that goes on, bytes that belong to no page.
 */
export function readOggPages(file: Uint8Array): readonly ReadOggPage[] | null {
  const pages: ReadOggPage[] = [];
  for (let at = 0; at < file.byteLength;) {
    const page = readPage(file, at);
    if (page === null) return null;
    pages.push(page.read);
    at = page.end;
  }
  return pages;
}

function readPage(file: Uint8Array, at: number): { readonly read: ReadOggPage; readonly end: number } | null {
  if (at + headerBytes > file.byteLength || capture.some((byte, index) => file[at + index] !== byte)) return null;
  const view = new DataView(file.buffer, file.byteOffset + at, headerBytes);
  if (view.getUint8(4) !== 0) return null;
  const bodyAt = at + headerBytes + view.getUint8(26);
  const lengths = file.subarray(at + headerBytes, bodyAt);
  const end = lengths.reduce((sum, length) => sum + length, bodyAt);
  if (end > file.byteLength) return null;
  // A copy in any case: a Buffer's `slice` is none.
  const page = new Uint8Array(file.subarray(at, end));
  page.fill(0, 22, 26);
  if (oggChecksum(page) !== view.getUint32(22, true)) return null;
  const packets = cut(file.subarray(bodyAt, end), lengths);
  const granule = view.getBigUint64(6, true);
  if (packets === null || (granule !== noGranule && granule > BigInt(Number.MAX_SAFE_INTEGER))) return null;
  const read = {
    flags: view.getUint8(5),
    granule: granule === noGranule ? null : Number(granule),
    serial: view.getUint32(14, true),
    sequence: view.getUint32(18, true),
    packets,
  };
  return { read, end };
}

/** A packet ends with its first segment that is not full. */
function cut(body: Uint8Array, lengths: Uint8Array): readonly Uint8Array[] | null {
  const packets: Uint8Array[] = [];
  let from = 0;
  let to = 0;
  for (const length of lengths) {
    to += length;
    if (length === segmentBytes) continue;
    packets.push(body.subarray(from, to));
    from = to;
  }
  return from === to ? packets : null;
}

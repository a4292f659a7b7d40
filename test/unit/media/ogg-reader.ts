/** What a page of an Ogg file says, read by RFC 3533 §6 and nothing of the writer's. */
export interface ReadPage {
  readonly flags: number;
  readonly granule: number;
  readonly serial: number;
  readonly sequence: number;
  readonly packets: readonly Uint8Array[];
}

/** Bit by bit, as the RFC describes it. */
function checksum(bytes: Uint8Array): number {
  let crc = 0;
  for (const byte of bytes) {
    for (let bit = 7; bit >= 0; bit -= 1) {
      const carry = (crc >>> 31) ^ ((byte >>> bit) & 1);
      crc = ((crc << 1) ^ (carry === 1 ? 0x04c11db7 : 0)) >>> 0;
    }
  }
  return crc;
}

/** Whole pages; what is cut off at the end of the file is left out. @throws Error where a page is wrong */
export function readOggPages(file: Uint8Array): readonly ReadPage[] {
  const pages: ReadPage[] = [];
  for (let at = 0; at + 27 <= file.length;) {
    const view = new DataView(file.buffer, file.byteOffset + at);
    if (Buffer.from(file.subarray(at, at + 4)).toString() !== 'OggS') throw new Error(`no page at ${at}`);
    const lengths = file.subarray(at + 27, at + 27 + (file[at + 26] ?? 0));
    const bodyAt = at + 27 + lengths.length;
    const end = bodyAt + lengths.reduce((sum, length) => sum + length, 0);
    if (end > file.length) return pages;
    const page = Uint8Array.from(file.subarray(at, end));
    page.fill(0, 22, 26);
    if (view.getUint32(22, true) !== checksum(page)) throw new Error(`wrong checksum at ${at}`);
    pages.push({
      flags: file[at + 5] ?? 0,
      granule: Number(view.getBigUint64(6, true)),
      serial: view.getUint32(14, true),
      sequence: view.getUint32(18, true),
      packets: cut(file.subarray(bodyAt, end), lengths),
    });
    at = end;
  }
  return pages;
}

function cut(body: Uint8Array, lengths: Uint8Array): readonly Uint8Array[] {
  const packets: Uint8Array[] = [];
  let from = 0;
  let to = 0;
  for (const length of lengths) {
    to += length;
    if (length === 255) continue;
    packets.push(body.subarray(from, to));
    from = to;
  }
  if (from !== to) throw new Error('a packet goes on into the next page');
  return packets;
}

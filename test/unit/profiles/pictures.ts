/** A picture of one colour, written byte by byte: as small as its kind can be, with the sides its header claims. */
import { deflateSync } from 'node:zlib';

const crcTable = Array.from({ length: 256 }, (_, byte) => {
  let crc = byte;
  for (let bit = 0; bit < 8; bit += 1) crc = crc & 1 ? 0xedb88320 ^ (crc >>> 1) : crc >>> 1;
  return crc >>> 0;
});
const crcOf = (bytes: Uint8Array): number => {
  let crc = 0xffffffff;
  for (const byte of bytes) crc = (crcTable[(crc ^ byte) & 0xff] ?? 0) ^ (crc >>> 8);
  return (crc ^ 0xffffffff) >>> 0;
};
const chunk = (type: string, data: Uint8Array): Buffer => {
  const body = Buffer.concat([Buffer.from(type, 'latin1'), data]);
  const frame = Buffer.alloc(8 + body.length);
  frame.writeUInt32BE(data.byteLength, 0);
  body.copy(frame, 4);
  frame.writeUInt32BE(crcOf(body), 4 + body.length);
  return frame;
};

/** A true PNG; `extra` chunks stand before its data. One of 8,192 × 8,192 pixels packs into 65 kB. */
export function aPng(width: number, height: number, extra: readonly (readonly [string, Uint8Array])[] = []): Uint8Array {
  const header = Buffer.alloc(13);
  header.writeUInt32BE(width, 0);
  header.writeUInt32BE(height, 4);
  header.set([8, 0, 0, 0, 0], 8);
  const data = deflateSync(Buffer.alloc((width + 1) * height), { level: 9 });
  return new Uint8Array(
    Buffer.concat([
      Buffer.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]),
      chunk('IHDR', header),
      ...extra.map(([type, bytes]) => chunk(type, bytes)),
      chunk('IDAT', data),
      chunk('IEND', new Uint8Array(0)),
    ]),
  );
}

/** The header of a JPEG, behind a thumbnail's application segment that claims other sides; its data is missing. */
export function aJpegHeader(width: number, height: number): Uint8Array {
  const frame = Buffer.from([0xff, 0xc0, 0, 17, 8, 0, 0, 0, 0, 3, 1, 0x22, 0, 2, 0x11, 1, 3, 0x11, 1]);
  frame.writeUInt16BE(height, 5);
  frame.writeUInt16BE(width, 7);
  const thumbnail = Buffer.from([0xff, 0xe0, 0, 12, 0xff, 0xd8, 0xff, 0xc0, 0, 17, 8, 0xff, 0xff, 0]);
  return new Uint8Array(Buffer.concat([Buffer.from([0xff, 0xd8]), thumbnail, frame]));
}

/** The extended header of a WebP. */
export function aWebpHeader(width: number, height: number, isAnimated: boolean): Uint8Array {
  const header = Buffer.alloc(30);
  header.write('RIFF', 0, 'latin1');
  header.writeUInt32LE(22, 4);
  header.write('WEBPVP8X', 8, 'latin1');
  header.writeUInt32LE(10, 16);
  header[20] = isAnimated ? 2 : 0;
  header.writeUIntLE(width - 1, 24, 3);
  header.writeUIntLE(height - 1, 27, 3);
  return new Uint8Array(isAnimated ? Buffer.concat([header, Buffer.from('ANIM', 'latin1'), Buffer.alloc(10)]) : header);
}

import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { createRedReader, createRedWriter, redMaxCopies, redMaxOffsetUnits } from '../../../main/media/audio/red.ts';

const bytesOf = (length: number, seed: number): Uint8Array => Uint8Array.from({ length }, (_, i) => (i * 7 + seed) & 0xff);

describe('redundant audio data (RFC 2198)', () => {
  test('is written as the RFC draws it', () => {
    const writer = createRedWriter(111, 4000);
    writer.begin();
    expect(writer.copy(960, Uint8Array.of(9, 1, 2), 1, 2)).toBe(true);
    const length = writer.finish(Uint8Array.of(5));
    // 960 = 0x3c0: 14 bits 00001111 000000, then 10 bits of length 2.
    expect([...writer.bytes.subarray(0, length)]).toEqual([0x80 | 111, 0x0f, 0x00, 0x02, 111, 1, 2, 5]);
  });

  test('reads back what was written, whatever it was', () => {
    const blocks = fc.array(fc.tuple(fc.integer({ min: 1, max: redMaxOffsetUnits }), fc.uint8Array({ maxLength: 300 })), {
      maxLength: redMaxCopies,
    });
    const reader = createRedReader(111);
    const writer = createRedWriter(111, 4000);
    fc.assert(
      fc.property(blocks, fc.uint8Array({ minLength: 1, maxLength: 300 }), (copies, primary) => {
        writer.begin();
        for (const [offset, bytes] of copies) expect(writer.copy(offset, bytes, 0, bytes.length)).toBe(true);
        const payload = writer.bytes.slice(0, writer.finish(primary));
        expect(reader.read(payload)).toBe(copies.length + 1);
        const read = [...copies.keys(), copies.length].map((i) => ({
          offset: reader.offsetUnits(i),
          bytes: payload.slice(reader.start(i), reader.start(i) + reader.length(i)),
        }));
        expect(read).toEqual([...copies, [0, primary] as const].map(([offset, bytes]) => ({ offset, bytes })));
      }),
    );
  });

  test('reads the newest copies of who sends more than we keep', () => {
    const sizes = [3, 1, 0, 4, 2, 5];
    const heads = sizes.flatMap((length, i) => {
      const offset = 960 * (sizes.length - i);
      return [0x80 | 111, offset >> 6, ((offset & 0x3f) << 2) | (length >> 8), length & 0xff];
    });
    const data = sizes.flatMap((length, i) => Array.from({ length }, () => i));
    const payload = Uint8Array.from([...heads, 111, ...data, 77, 78]);
    const reader = createRedReader(111);
    expect(reader.read(payload)).toBe(redMaxCopies + 1);
    const read = Array.from({ length: redMaxCopies + 1 }, (_, i) => ({
      offset: reader.offsetUnits(i),
      bytes: [...payload.subarray(reader.start(i), reader.start(i) + reader.length(i))],
    }));
    expect(read).toEqual([
      ...[2, 3, 4, 5].map((i) => ({ offset: 960 * (6 - i), bytes: Array.from({ length: sizes[i] ?? 0 }, () => i) })),
      { offset: 0, bytes: [77, 78] },
    ]);
  });

  test('refuses a copy that the format has no room for', () => {
    const writer = createRedWriter(111, 4000);
    writer.begin();
    expect(writer.copy(redMaxOffsetUnits + 1, bytesOf(10, 1), 0, 10)).toBe(false);
    expect(writer.copy(960, bytesOf(1024, 1), 0, 1024)).toBe(false);
    for (let i = 0; i < redMaxCopies; i += 1) expect(writer.copy(960, bytesOf(1, 1), 0, 1)).toBe(true);
    expect(writer.copy(960, bytesOf(1, 1), 0, 1)).toBe(false);
  });

  test('reads nothing from anything else', () => {
    const reader = createRedReader(111);
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 60 }), (payload) => {
        const count = reader.read(payload);
        for (let i = 0; i < count; i += 1) {
          expect(reader.start(i)).toBeGreaterThan(0);
          expect(reader.start(i) + reader.length(i)).toBeLessThanOrEqual(payload.length);
        }
      }),
    );
    expect(reader.read(Uint8Array.of(0x80 | 111, 0, 0, 200, 111, 1))).toBe(0);
    expect(reader.read(Uint8Array.of(96, 1, 2))).toBe(0);
    expect(reader.read(new Uint8Array(0))).toBe(0);
  });
});

import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { decodeCbor, encodeCbor, fixedBytesField } from '../../../main/ports/cbor.ts';

const hex = (text: string): Uint8Array => new Uint8Array(Buffer.from(text, 'hex'));
const decodeAny = (bytes: Uint8Array): unknown => decodeCbor(bytes, z.unknown(), 1_000_000);

describe('deterministic CBOR', () => {
  it('gives one encoding whatever the order of the keys', () => {
    expect(encodeCbor({ bb: 1, a: 2, c: 3 })).toEqual(encodeCbor({ c: 3, a: 2, bb: 1 }));
    expect(Buffer.from(encodeCbor({ b: 1, aa: 2 })).toString('hex')).toBe('a261620162616102');
  });

  it('reads back what it wrote', () => {
    const value = fc.letrec((tie) => ({
      any: fc.oneof(
        { depthSize: 'small' },
        fc.maxSafeInteger(),
        fc.string({ unit: 'grapheme' }),
        fc.boolean(),
        fc.constant(null),
        fc.uint8Array({ maxLength: 50 }),
        fc.array(tie('any'), { maxLength: 4 }),
        fc.dictionary(fc.string({ maxLength: 8 }), tie('any'), { maxKeys: 4, noNullPrototype: true }),
      ),
    })).any;
    fc.assert(
      fc.property(value, (original) => {
        expect(decodeAny(encodeCbor(original))).toEqual(original);
      }),
    );
  });

  it.each([
    ['unsorted keys', 'a262616102616201'],
    ['a number longer than needed', '1805'],
    ['a key twice', 'a2616101616102'],
    ['an indefinite array', '9f01ff'],
    ['broken UTF-8', '62c328'],
    ['bytes after the end', '0101'],
    ['nothing', ''],
    ['undefined', 'f7'],
    ['a tag', 'c100'],
    ['a number beyond 2^53', '1bffffffffffffffff'],
    ['an array that promises 2^32 entries', '9affffffff'],
    ['a byte string longer than the message', '5affffffff00'],
    ['NaN', 'f97e00'],
    ['a float that is an integer', 'f93c00'],
  ])('refuses %s', (_what, bytes) => {
    expect(decodeAny(hex(bytes))).toBeNull();
  });

  it('refuses hostile nesting without falling over', () => {
    expect(decodeAny(new Uint8Array(500_000).fill(0x81))).toBeNull();
  });

  it('refuses one byte over the bound and takes one at it', () => {
    const bytes = encodeCbor('hello');
    expect(decodeCbor(bytes, z.string(), bytes.byteLength)).toBe('hello');
    expect(decodeCbor(bytes, z.string(), bytes.byteLength - 1)).toBeNull();
  });

  it('ignores unknown fields and refuses wrong ones', () => {
    const schema = z.object({ key: fixedBytesField(2) });
    expect(decodeCbor(encodeCbor({ key: hex('0102'), later: 'news' }), schema, 100)).toEqual({ key: hex('0102') });
    expect(decodeCbor(encodeCbor({ key: hex('010203') }), schema, 100)).toBeNull();
    expect(decodeCbor(encodeCbor({ key: 'ab' }), schema, 100)).toBeNull();
  });
});

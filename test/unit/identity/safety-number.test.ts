import { createHash } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { judgeSafetyScan, readSafetyScan, writeSafetyScan } from '../../../preload/contract/index.ts';
import { safetyHalf, safetyNumber } from '../../../main/identity/index.ts';
import { fromHex } from '../../../main/ports/hex.ts';

const wren = { key: new Uint8Array(32).fill(1), name: 'wren' };
const otter = { key: new Uint8Array(32).fill(2), name: 'otter' };

/** The sentence of PROTOCOL once more, in other words. */
function halfBySpecification(key: Uint8Array, name: string): string {
  const sha512 = (bytes: Uint8Array): Buffer => createHash('sha512').update(bytes).digest();
  let hash = sha512(Buffer.concat([Buffer.from('lilliput/safety-number/1\0'), key, Buffer.from(name)]));
  for (let round = 1; round <= 5_200; round += 1) hash = sha512(Buffer.concat([hash, key]));
  return Array.from({ length: 6 }, (_, group) => {
    const bytes = hash.subarray(group * 5, group * 5 + 5);
    const value = [...bytes].reduce((sum, byte) => sum * 256n + BigInt(byte), 0n);
    return String(value % 100_000n).padStart(5, '0');
  }).join('');
}

describe('A safety number', () => {
  it('is as the protocol says', () => {
    for (const { key, name } of [wren, otter, { key: wren.key, name: 'نهر' }])
      expect(safetyHalf({ key, name })).toBe(halfBySpecification(key, name));
  });

  it('stays what it was: people have written theirs down', () => {
    expect([safetyHalf(wren), safetyHalf(otter)]).toEqual(['262992154541066025274107514430', '944888086279558754120872586853']);
  });

  it('has 60 digits, and is the same on both sides', () => {
    const [one, other] = [safetyHalf(wren), safetyHalf(otter)];
    expect(safetyNumber(one, other)).toMatch(/^\d{60}$/u);
    expect(safetyNumber(one, other)).toBe(safetyNumber(other, one));
  });

  it('is another for another key, and for another name', () => {
    const others = [
      { ...wren, key: wren.key.with(31, 0) },
      { ...wren, name: 'wrens' },
    ];
    expect(new Set([wren, ...others].map(safetyHalf)).size).toBe(3);
  });
});

describe('A scanned safety code', () => {
  const [own, theirs, stranger] = ['0a'.repeat(32), '0b'.repeat(32), '0c'.repeat(32)] as const;
  it('is read as it was written', () => {
    expect(readSafetyScan(writeSafetyScan({ from: own, to: theirs }))).toEqual({ from: own, to: theirs });
    expect(fromHex(own, 32)).not.toBeNull();
  });

  it.each([
    ['matches when each app shows its own key and has the other’s', { from: theirs, to: own }, 'match'],
    ['of somebody else, or of whoever is in between, does not', { from: stranger, to: own }, 'other-person'],
    ['that has another key for us does not: we are not who they talk to', { from: theirs, to: stranger }, 'other-us'],
    ['that is our own proves nothing', { from: own, to: theirs }, 'ours'],
  ] as const)('%s', (_, scan, verdict) => {
    expect(judgeSafetyScan(writeSafetyScan(scan), own, theirs)).toBe(verdict);
  });

  it.each(['', 'lilliput:wren?key=' + theirs, 'lilliput-safety:from=0b&to=0a', 'https://example.org'])('is not %s', (text) => {
    expect(judgeSafetyScan(text, own, theirs)).toBe('no-code');
  });
});

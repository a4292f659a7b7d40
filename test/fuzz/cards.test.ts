import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createCardJudge, isCardText, openCard, sealCardEnd, wordsIn } from '../../main/directory/index.ts';
import {
  decodeDigests,
  decodeListed,
  decodeWish,
  encodeList,
  encodeListed,
  encodeRead,
} from '../../main/overlay/cards/card-wire.ts';
import { cardOf, cheapCardWork, signerOf } from '../unit/directory/card-fixtures.ts';
import { newAccount } from '../unit/directory/fixtures.ts';
import { someDayMs } from '../unit/identity/fixtures.ts';
import { mutationsOf } from './mutations.ts';

const wren = await newAccount('wren', 'fuzz-cards');
const card = await cardOf(wren, ['berlin', 'chess'], someDayMs, 3, 'Wren');
const end = sealCardEnd(signerOf(wren, someDayMs), 4, someDayMs);

describe('whatever bytes arrive as a card', () => {
  it.each([
    ['card', card],
    ['withdrawal', end],
  ])('are the real %s or none', (_what, real) => {
    const judge = createCardJudge(cheapCardWork);
    fc.assert(
      fc.property(mutationsOf(real), (bytes) => {
        const isReal = Buffer.compare(bytes, real) === 0;
        expect(openCard(bytes) !== null).toBe(isReal);
        expect(judge.read(bytes, someDayMs) !== null).toBe(isReal);
      }),
      { numRuns: 2000 },
    );
  });

  it('have words that come to the same again', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme', maxLength: 60 }), (typed) => {
        const words = wordsIn(typed);
        expect(wordsIn(words.join(' '))).toEqual(words);
        // Never throws, whatever it is.
        isCardText({ name: 'wren', displayName: typed, words: [typed] });
      }),
      { numRuns: 2000 },
    );
  });
});

describe('whatever bytes arrive as a question about cards, or its answer', () => {
  const salt = new Uint8Array(8).fill(1);
  const key = new Uint8Array(16).fill(2);
  it('are bounded, or nothing', () => {
    const seen = fc.oneof(
      mutationsOf(encodeList(salt, ['ber', 'chess'])),
      mutationsOf(encodeRead(key)),
      mutationsOf(encodeListed([key, key])),
    );
    fc.assert(
      fc.property(seen, (bytes) => {
        const wish = decodeWish(bytes);
        expect(wish?.wish === 'list' ? wish.beginnings.length : 0).toBeLessThanOrEqual(5);
        expect(wish?.wish === 'read' ? wish.key.byteLength : 16).toBe(16);
        expect((decodeListed(bytes) ?? []).length).toBeLessThanOrEqual(56);
        expect((decodeDigests(bytes) ?? []).length).toBeLessThanOrEqual(50);
      }),
      { numRuns: 3000 },
    );
  });
});

import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { KeptCards, type Entry } from '../../../main/overlay/cards/kept-cards.ts';
import { toHex } from '../../../main/ports/hex.ts';

const bytes = (length: number, fill: number): Uint8Array => new Uint8Array(length).fill(fill);
const keyOf = (index: number): Uint8Array => new Uint8Array([...bytes(14, 1), index >> 8, index & 255]);
const target = bytes(32, 7);

const entry = (index: number, source: string, words: readonly string[] = ['berlin']): Entry => ({
  facts: { key: keyOf(index), sequence: 1, expiresAtMs: 1e15, withdraws: false, targets: [target], words },
  card: keyOf(index),
  source,
});

const quotas = (total: number, each: number) => ({ total, ofSource: () => each });

describe('the cards of one target', () => {
  it('keep everybody’s only card, however many one network brings, in whatever order they come', () => {
    fc.assert(
      fc.property(
        fc.shuffledSubarray(
          Array.from({ length: 300 }, (_, index) => index),
          { minLength: 300 },
        ),
        (order) => {
          const kept = new KeptCards(target, bytes(32, 3));
          // The first thirty are of networks of their own; the others of three that flood.
          for (const index of order) kept.put(entry(index, index < 30 ? `home-${index}` : `flood-${index % 3}`), quotas(60, 16));
          const held = new Set(kept.all().map(({ facts }) => toHex(facts.key)));
          expect(Array.from({ length: 30 }, (_, index) => held.has(toHex(keyOf(index)))).every(Boolean)).toBe(true);
          expect(kept.size).toBeLessThanOrEqual(60);
        },
      ),
      { numRuns: 30 },
    );
  });

  it('are the same of a flood at every keeper, so that none hands another what that one refused', () => {
    const indices = Array.from({ length: 200 }, (_, index) => index);
    const heldBy = (order: readonly number[], secret: number): readonly string[] => {
      const kept = new KeptCards(target, bytes(32, secret));
      for (const index of order) kept.put(entry(index, 'flood'), quotas(512, 16));
      return kept
        .all()
        .map(({ facts }) => toHex(facts.key))
        .toSorted();
    };
    expect(heldBy(indices, 1)).toEqual(heldBy(indices.toReversed(), 2));
  });

  it('name every network’s first before any one’s second, others for each question', () => {
    const kept = new KeptCards(target, bytes(32, 3));
    for (let index = 0; index < 40; index++) kept.put(entry(index, index < 20 ? `home-${index}` : 'flood'), quotas(100, 50));
    const chosen = kept.choose(['ber'], bytes(8, 1), 21).map(toHex);
    expect(Array.from({ length: 20 }, (_, index) => chosen.includes(toHex(keyOf(index)))).every(Boolean)).toBe(true);
    expect(kept.choose(['ber'], bytes(8, 1), 10)).not.toEqual(kept.choose(['ber'], bytes(8, 2), 10));
  });

  it('name those first that match more, and none that match nothing or are withdrawn', () => {
    const kept = new KeptCards(target, bytes(32, 3));
    kept.put(entry(1, 'a', ['berlin']), quotas(100, 50));
    kept.put(entry(2, 'b', ['berlin', 'chess']), quotas(100, 50));
    kept.put(entry(3, 'c', ['wien']), quotas(100, 50));
    const gone = entry(4, 'd');
    kept.put({ ...gone, facts: { ...gone.facts, withdraws: true } }, quotas(100, 50));
    expect(kept.choose(['ber', 'che'], bytes(8, 1), 10)).toEqual([keyOf(2), keyOf(1)]);
  });
});

import { expect, test } from 'vitest';
import type { MediaPath } from '../../../../preload/contract/index.ts';
import { isBetter, type Way } from '../../../../main/media/ice/selection.ts';

const kinds: readonly MediaPath[] = ['host', 'direct', 'overlay', 'relay', 'overlay-relay'];
const way = (kind: MediaPath, rttMs: number): Way => ({ kind, isRelayed: kind === 'relay' || kind === 'overlay-relay', rttMs });

test('no two ways are each better than the other, nor is any better than itself', () => {
  const ways = kinds.flatMap((kind) => [1, 20, 49, 50, 100, 130, 135, 200, 400].map((rttMs) => way(kind, rttMs)));
  for (const a of ways) for (const b of ways) expect(isBetter(a, b) && isBetter(b, a)).toBe(false);
});

test('a simple way is left for one that is less simple only where packets that wander can’t have made the difference', () => {
  expect(isBetter(way('overlay', 75), way('host', 105))).toBe(false);
  expect(isBetter(way('overlay', 40), way('host', 105))).toBe(true);
  expect(isBetter(way('host', 105), way('overlay', 100))).toBe(true);
  expect(isBetter(way('host', 75), way('overlay', 105))).toBe(true);
});

test('a direct way is used unless a relay is nearer by more than people hear', () => {
  expect(isBetter(way('direct', 140), way('relay', 60))).toBe(true);
  expect(isBetter(way('relay', 60), way('direct', 140))).toBe(false);
  expect(isBetter(way('relay', 60), way('direct', 180))).toBe(true);
});

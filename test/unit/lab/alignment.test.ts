import { expect, it } from 'vitest';
import { matchSpeech, percentile } from '../../lab/alignment.ts';
import { speechLike } from '../../lab/speech-like.ts';

it('finds the delay of every window of delayed speech', () => {
  const spoken = speechLike(6, 7);
  const heard = new Int16Array(spoken.length + 48_000);
  heard.set(spoken, 2880);
  const matches = matchSpeech(spoken, heard, 48_000, 200);
  expect(matches.length).toBeGreaterThan(4);
  for (const match of matches) {
    expect(match.delayMs).toBeCloseTo(60, 0);
    expect(match.correlation).toBeGreaterThan(0.99);
  }
});

it('does not find speech in other speech', () => {
  const matches = matchSpeech(speechLike(6, 7), speechLike(7, 8), 48_000, 100);
  for (const match of matches) expect(match.correlation).toBeLessThan(0.3);
});

it('names percentiles by nearest rank', () => {
  expect(percentile([5, 1, 3], 0.5)).toBe(3);
  expect(percentile([1, 2, 3, 4], 0.95)).toBe(4);
  expect(percentile([], 0.5)).toBeNull();
});

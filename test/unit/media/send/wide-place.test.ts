import { expect, test } from 'vitest';
import { wideRate } from '../../../../main/media/audio/send/wide-place.ts';

const everyMs = 20;
const bytes = 150;
/** Of packets every 20 ms, 60 kbit/s, how long after the one before each came out, the newest last. */
const rateOf = (spacingsMs: readonly number[]): number | null => {
  const newestFirst = spacingsMs.toReversed();
  return wideRate(
    spacingsMs.length,
    (spacingsMs.length - 1) * everyMs,
    () => bytes,
    (back) => newestFirst[back] ?? Number.NaN,
  );
};
const repeated = (times: number, spacingsMs: readonly number[]): number[] =>
  Array.from({ length: times }, () => spacingsMs).flat();

test('a place that lets several in a row through many times as fast as they come is as wide as that', () => {
  expect(rateOf(repeated(3, [80, 1.2, 1.2, 1.2, 1.2]))).toBeCloseTo((bytes * 8_000) / 1.2);
});

test.each([
  ['too few did', [...repeated(2, [80, 1.2, 1.2, 1.2]), ...repeated(10, [20])]],
  ['not several in a row', repeated(20, [40, 1.2, 1.2])],
  ['they take about as long as they are apart', repeated(30, [19, 22])],
  ['they were let go together', repeated(10, [100, 0.1, 0.1, 0.1, 0.1])],
  ['they did not stand one behind the other', repeated(10, [Number.NaN])],
])('it is not seen to be wide where %s', (_why, spacingsMs) => {
  expect(rateOf(spacingsMs)).toBeNull();
});

import { expect, test } from 'vitest';
import { EntranceRetries } from '../../../main/overlay/entrance-retries.ts';

const steadily = (fraction: number) =>
  new EntranceRetries({ bytes: (length) => new Uint8Array(length), fraction: () => fraction });

/** The moments of the first hour at which entrances are tried, looked at every half second; whole seconds. */
function tries(retries: EntranceRetries): number[] {
  return Array.from({ length: 7_200 }, (_, index) => index * 500)
    .filter((nowMs) => retries.take(nowMs))
    .map((nowMs) => nowMs / 1000);
}

test('somebody who hears nobody tries at once, and then ever later up to two minutes', () => {
  const times = tries(steadily(0.5));
  expect(times.slice(0, 6)).toEqual([0, 10, 30, 70, 150, 270]);
  expect(times.length).toBeLessThan(36);
});

test('those who lost everybody at the same moment spread out', () => {
  expect(tries(steadily(0))[1]).toBe(7.5);
  expect(tries(steadily(0.999))[1]).toBe(12.5);
});

test('after somebody was there, a new loss begins anew', () => {
  const retries = steadily(0.5);
  tries(retries);
  retries.reset();
  expect([3_600_000, 3_605_000, 3_610_000].map((nowMs) => retries.take(nowMs))).toEqual([true, false, true]);
});

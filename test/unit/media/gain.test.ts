import * as fc from 'fast-check';
import { expect, it } from 'vitest';
import { applyGain } from '../../../main/media/audio/index.ts';

const samples = (...values: readonly number[]): Int16Array => Int16Array.from(values);

it('leaves a voice as it comes at 1, also in place', () => {
  const into = new Int16Array(3);
  applyGain(samples(-32_768, 5, 32_767), 1, into);
  expect([...into]).toEqual([-32_768, 5, 32_767]);
  applyGain(into, 1, into);
  expect([...into]).toEqual([-32_768, 5, 32_767]);
});

it('is exact below the knee, and silent at 0', () => {
  const into = new Int16Array(3);
  applyGain(samples(1_000, -2_000, 0), 4, into);
  expect([...into]).toEqual([4_000, -8_000, 0]);
  applyGain(samples(1_000, -2_000, 30_000), 0, into);
  expect(into.every((sample) => sample === 0)).toBe(true);
});

it('never wraps around, keeps the sign, and louder stays louder', () => {
  const property = fc.property(
    fc.integer({ min: -32_768, max: 32_767 }),
    fc.integer({ min: -32_768, max: 32_767 }),
    fc.double({ min: 0, max: 4, noNaN: true }),
    (a, b, factor) => {
      if (factor === 1) return;
      const into = new Int16Array(2);
      applyGain(samples(a, b), factor, into);
      const [outA = 0, outB = 0] = into;
      expect(Math.sign(outA) * Math.sign(a)).toBeGreaterThanOrEqual(0);
      expect(Math.abs(outA)).toBeLessThanOrEqual(32_767);
      expect((a - b) * (outA - outB)).toBeGreaterThanOrEqual(0);
    },
  );
  expect(() => fc.assert(property)).not.toThrow();
});

import { expect, test } from 'vitest';
import { slopeOf } from '../../lab/slope.ts';

test('a slope is the growth per unit, whatever wobbles around it evenly', () => {
  const wobbling = Array.from({ length: 100 }, (_, x) => ({ x, y: 200 + 0.5 * x + (x % 2 === 0 ? 3 : -3) }));
  expect(slopeOf(wobbling)).toBeCloseTo(0.5, 1);
  expect(slopeOf(wobbling.map(({ x }) => ({ x, y: 7 })))).toBe(0);
});

test('one moment has no slope', () => {
  expect(slopeOf([])).toBeNull();
  expect(slopeOf([{ x: 4, y: 1 }])).toBeNull();
  expect(
    slopeOf([
      { x: 4, y: 1 },
      { x: 4, y: 9 },
    ]),
  ).toBeNull();
});

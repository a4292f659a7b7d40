import { assert, double, integer, property, record } from 'fast-check';
import { describe, expect, it } from 'vitest';
import { dragged, kept, squareOf, wholePicture } from '../../../renderer/profile/crop-geometry.ts';

const seed = Date.now() % 2 ** 31;
const wide = { width: 900, height: 500 };

describe('The part of a picture that is shown', () => {
  it('is at first the largest square in the middle', () => {
    expect(squareOf(wholePicture(wide), wide)).toEqual({ left: 200, top: 0, side: 500 });
  });

  it('is a smaller one when zoomed', () => {
    expect(squareOf({ ...wholePicture(wide), zoom: 2 }, wide)).toEqual({ left: 325, top: 125, side: 250 });
  });

  it('follows the pointer, a pixel of the view being as much of the picture as it shows', () => {
    const moved = dragged(wholePicture(wide), wide, -100, 0, 250);
    expect(squareOf(moved, wide)).toEqual({ left: 400, top: 0, side: 500 });
  });

  it(`never leaves the picture, however it is dragged and zoomed (seed ${seed})`, () => {
    const sizes = record({ width: integer({ min: 1, max: 8_000 }), height: integer({ min: 1, max: 8_000 }) });
    const move = double({ min: -5_000, max: 5_000, noNaN: true });
    assert(
      property(sizes, move, move, double({ min: 0.1, max: 20, noNaN: true }), (size, byX, byY, zoom) => {
        const crop = dragged(kept({ ...wholePicture(size), zoom }, size), size, byX, byY, 288);
        const { left, top, side } = squareOf(crop, size);
        const slack = 1e-6 * Math.max(size.width, size.height);
        expect(side).toBeGreaterThan(0);
        expect(Math.min(left, top)).toBeGreaterThanOrEqual(-slack);
        expect(left + side).toBeLessThanOrEqual(size.width + slack);
        expect(top + side).toBeLessThanOrEqual(size.height + slack);
      }),
      { seed, numRuns: 1000 },
    );
  });
});

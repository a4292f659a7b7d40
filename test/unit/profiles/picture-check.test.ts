import { assert, property, uint8Array } from 'fast-check';
import { describe, expect, it } from 'vitest';
import { pictureMaxBytes, pictureMaxSide } from '../../../preload/contract/index.ts';
import { checkPicture } from '../../../main/profiles/index.ts';
import { aJpegHeader, aPng, aWebpHeader } from './pictures.ts';

const seed = Date.now() % 2 ** 31;

describe('A picture is taken', () => {
  it.each([
    ['a PNG', aPng(320, 320), 'image/png'],
    ['a PNG of one pixel', aPng(1, 1), 'image/png'],
    ['a PNG of the longest sides', aPng(pictureMaxSide, pictureMaxSide), 'image/png'],
    ['a JPEG with a thumbnail', aJpegHeader(320, 200), 'image/jpeg'],
    ['a WebP', aWebpHeader(256, 256, false), 'image/webp'],
  ])('%s', (_, bytes, type) => {
    expect(checkPicture(bytes)).toEqual({ type, bytes });
  });
});

describe('A picture is refused before anybody decodes it', () => {
  const bomb = aPng(8_192, 8_192);
  it('a zip bomb is small enough to be sent, so its size alone would not do', () => {
    expect(bomb.byteLength).toBeLessThanOrEqual(pictureMaxBytes + 1_024);
  });
  it.each([
    ['a PNG that unpacks to 64 MiB', bomb],
    ['a PNG one pixel too wide', aPng(pictureMaxSide + 1, 1)],
    ['a PNG one pixel too high', aPng(1, pictureMaxSide + 1)],
    ['a PNG without pixels', aPng(0, 320)],
    ['a PNG that moves', aPng(320, 320, [['acTL', new Uint8Array(8)]])],
    ['a JPEG that claims 65,535 pixels a side', aJpegHeader(65_535, 65_535)],
    ['a JPEG without a height', aJpegHeader(320, 0)],
    ['a WebP that claims 16 million pixels a side', aWebpHeader(2 ** 24, 2 ** 24, false)],
    ['a WebP that moves', aWebpHeader(256, 256, true)],
    ['a GIF', new Uint8Array([...Buffer.from('GIF89a', 'latin1'), 16, 0, 16, 0, 0, 0, 0])],
    [
      'an SVG, which is a program',
      new Uint8Array(Buffer.from('<svg xmlns="http://www.w3.org/2000/svg" width="10" height="10"/>')),
    ],
    ['a web page', new Uint8Array(Buffer.from('<!doctype html><script>alert(1)</script>'))],
    ['nothing', new Uint8Array(0)],
    ['a PNG that is too large', new Uint8Array(Buffer.concat([aPng(320, 320), Buffer.alloc(pictureMaxBytes)]))],
    ['a PNG that ends in its header', aPng(320, 320).slice(0, 20)],
  ])('%s', (_, bytes) => {
    expect(checkPicture(bytes)).toBeNull();
  });

  it(`whatever the bytes are, it neither throws nor lets long sides pass (seed ${seed})`, () => {
    const starts = [aPng(16, 16), aJpegHeader(16, 16), aWebpHeader(16, 16, false)];
    assert(
      property(uint8Array({ maxLength: 64 }), uint8Array({ maxLength: 24 }), (noise, patch) => {
        for (const start of starts) {
          const patched = start.slice();
          patched.set(patch.slice(0, patched.byteLength - 8), 8);
          for (const bytes of [noise, patched, patched.slice(0, noise.byteLength)]) {
            const found = checkPicture(bytes);
            expect(['image/jpeg', 'image/png', 'image/webp', undefined]).toContain(found?.type);
          }
        }
      }),
      { seed, numRuns: 2000 },
    );
  });
});

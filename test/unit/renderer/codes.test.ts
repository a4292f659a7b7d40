import { encodeQR } from 'qr';
import { describe, expect, it } from 'vitest';
import { readInvitation, writeInvitation, writeSafetyScan } from '../../../preload/contract/index.ts';
import { qrPath } from '../../../renderer/codes/qr-image.tsx';
import { codeIn } from '../../../renderer/codes/read-code.ts';
import { cameraProblem } from '../../../renderer/codes/use-camera.ts';

/** The pixels of a code, so many for each module, darker and lighter by `grain`, as on a screen that was photographed. */
function photograph(text: string, each: number, grain = 0) {
  const rows = encodeQR(text, 'raw', { ecc: 'medium', border: 4 });
  const side = rows.length * each;
  const data = new Uint8ClampedArray(side * side * 4);
  for (let y = 0; y < side; y += 1) {
    for (let x = 0; x < side; x += 1) {
      const isDark = rows[Math.floor(y / each)]?.[Math.floor(x / each)] ?? false;
      const noise = ((x * 31 + y * 17) % 7) * grain;
      data.fill((isDark ? 30 : 225) + (isDark ? noise : -noise), (y * side + x) * 4, (y * side + x) * 4 + 3);
      data[(y * side + x) * 4 + 3] = 255;
    }
  }
  return { data, width: side, height: side };
}

const key = '0123456789abcdef'.repeat(4);
const invitation = writeInvitation({
  name: 'bartholomews-bees-and-honey-club',
  accountKey: key,
  via: ['203.0.113.7:49737', '198.51.100.24:49737', '192.0.2.200:65535', '203.0.113.250:10000'],
});

describe('A code', () => {
  it.each([
    ['the longest invitation of ours', invitation],
    ['an invitation in another script', writeInvitation({ name: 'نهر', accountKey: key, via: [] })],
    ['a safety code', writeSafetyScan({ from: key, to: key.replaceAll('0', 'f') })],
  ])('is read as it was shown: %s', (_, text) => {
    expect(codeIn(photograph(text, 6))).toBe(text);
    expect(codeIn(photograph(text, 5, 8))).toBe(text);
  });

  it('of an invitation pins the key that it was made with', () => {
    expect(readInvitation(codeIn(photograph(invitation, 6)) ?? '')).toMatchObject({ accountKey: key });
  });

  it('is none where there is no code', () => {
    expect(codeIn({ data: new Uint8ClampedArray(200 * 200 * 4).fill(128), width: 200, height: 200 })).toBeNull();
  });

  it('is drawn with a margin of four modules, which readers need', () => {
    const { path, size } = qrPath('lilliput');
    const places = [...path.matchAll(/M(\d+) (\d+)/gu)].flatMap(([, x, y]) => [Number(x), Number(y)]);
    expect([Math.min(...places), Math.max(...places)]).toEqual([4, size - 5]);
  });
});

describe('A camera that does not start', () => {
  it.each([
    ['NotAllowedError', 'denied'],
    ['SecurityError', 'denied'],
    ['NotFoundError', 'none'],
    ['NotReadableError', 'failed'],
  ])('says what to do about %s', (name, problem) => {
    expect(cameraProblem(new DOMException('', name))).toBe(problem);
  });
});

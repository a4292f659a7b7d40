import { describe, expect, test } from 'vitest';
import { createFeedbackPace } from '../../../main/media/transport/feedback-pace.ts';

interface Packet {
  readonly index: number;
  readonly delayMs: number;
}

/** Frames of 20 ms, told of whenever it is due; when that was. `null`: the packet got lost. */
function toldOver(seconds: number, delayOf: (index: number) => number | null, isNarrow = false): number[] {
  const pace = createFeedbackPace();
  const packets: Packet[] = [];
  for (let index = 0; index < seconds * 50; index += 1) {
    const delayMs = delayOf(index);
    if (delayMs !== null) packets.push({ index, delayMs });
  }
  const told: number[] = [];
  let unreported = 0;
  for (const { index, delayMs } of packets) {
    const atMs = 1_000 + index * 20 + delayMs;
    // Sequence and timestamp wrap on the way.
    pace.packet((65_500 + index) & 0xff_ff, (0xff_ff_f0_00 + index * 960) >>> 0, atMs);
    unreported += 1;
    if (!pace.isDue(atMs, unreported, isNarrow)) continue;
    pace.told(atMs);
    told.push(atMs - 1_000);
    unreported = 0;
  }
  return told;
}

const perSecond = (told: readonly number[], fromMs: number, toMs: number): number =>
  told.filter((atMs) => atMs >= fromMs && atMs < toMs).length / ((toMs - fromMs) / 1_000);

describe('feedback', () => {
  test('comes five times a second while packets come evenly, clocks apart or not', () => {
    for (const ppm of [-200, 0, 200]) {
      const told = toldOver(60, (index) => 50 + (index * 20 * ppm) / 1e6);
      expect(perSecond(told, 1_000, 60_000)).toBeCloseTo(5, 0);
    }
  });

  test('tells of the first hole at once, is quick for some seconds, and calm again', () => {
    const told = toldOver(20, (index) => (index === 254 ? null : 50));
    // The packet after the hole comes 5,150 ms after the first was sent.
    expect(told).toContain(5_150);
    expect(perSecond(told, 5_200, 8_000)).toBeCloseTo(10, 0);
    expect(perSecond(told, 9_000, 20_000)).toBeCloseTo(5, 0);
  });

  test('tells of a queue that begins, before it is 25 ms long', () => {
    const told = toldOver(10, (index) => 50 + Math.max(0, index - 250) * 2);
    const quick = told.find((atMs, i) => i > 0 && atMs - (told[i - 1] ?? 0) < 190 && atMs > 1_000) ?? Number.NaN;
    expect(quick).toBeGreaterThan(5_000);
    expect(quick).toBeLessThan(5_000 + 50 + 12 * 20 + 25);
    expect(perSecond(told, 5_500, 10_000)).toBeGreaterThan(8);
  });

  test('takes a way that has become longer as it is, after a while', () => {
    const told = toldOver(60, (index) => (index < 500 ? 50 : 200));
    expect(perSecond(told, 10_500, 13_000)).toBeGreaterThan(8);
    expect(perSecond(told, 50_000, 60_000)).toBeCloseTo(5, 0);
  });

  test('costs a narrow line no more, whatever happens', () => {
    const told = toldOver(20, (index) => (index % 10 === 3 ? null : 50), true);
    expect(perSecond(told, 1_000, 20_000)).toBeLessThanOrEqual(5.1);
  });
});

import { describe, expect, test } from 'vitest';
import { createShortFrames, type WayView } from '../../../../main/media/audio/send/short-frames.ts';

const short: WayView = { isFree: true, roundTripMs: 12, unevenMs: 1, encodeShare: 0.008 };

/** Judged five times a second; at which second frames became short or long again. */
function changesOver(seconds: number, wayAt: (second: number) => WayView): number[] {
  const frames = createShortFrames();
  const changes: number[] = [];
  let isShort = false;
  for (let nowMs = 0; nowMs < seconds * 1_000; nowMs += 200) {
    const judged = frames.judge(nowMs, wayAt(nowMs / 1_000));
    if (judged !== isShort) changes.push(nowMs / 1_000);
    isShort = judged;
  }
  return changes;
}

describe('frames of 10 ms', () => {
  test('begin when a short way has been quiet for ten seconds, and last as long as it is', () => {
    expect(changesOver(120, () => short)).toEqual([10]);
  });

  test.each<[string, Partial<WayView>]>([
    ['a line that has a limit, loses, or is somebody else’s', { isFree: false }],
    ['a way across an ocean', { roundTripMs: 120 }],
    ['a way of unknown length', { roundTripMs: null }],
    ['a way that jitters', { unevenMs: 9 }],
    ['a slow computer', { encodeShare: 0.022 }],
    ['a computer not yet known', { encodeShare: null }],
  ])('are not for %s', (_what, change) => {
    expect(changesOver(120, () => ({ ...short, ...change }))).toEqual([]);
  });

  test('end at once when something gets lost, and begin the later the sooner that was', () => {
    const lostAt = (second: number): boolean => [15, 40, 80].includes(second);
    expect(changesOver(300, (second) => ({ ...short, isFree: !lostAt(second) }))).toEqual([10, 15, 35.2, 40, 80.2 + 40]);
  });

  test('may cost a little more than what they were begun at', () => {
    expect(changesOver(60, (second) => ({ ...short, encodeShare: second < 20 ? 0.014 : 0.02 }))).toEqual([10]);
  });
});

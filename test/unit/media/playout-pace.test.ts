import { describe, expect, it } from 'vitest';
import type { DelayTarget } from '../../../main/media/audio/receive/delay-target.ts';
import { createPlayoutPace, type Pace } from '../../../main/media/audio/receive/playout-pace.ts';

const frameMs = 20;
const target = { offsetMs: 50, settledMs: 50 } as DelayTarget;

/** What is done to each frame of a voice that is decoded so late, ms, and what that makes of the frames after it. */
function along(seconds: number, delayAt: (nowMs: number) => number): { atMs: number; pace: Pace }[] {
  const pace = createPlayoutPace();
  let stretchedMs = 0;
  return Array.from({ length: (seconds * 1000) / frameMs }, (_, at) => {
    const atMs = at * frameMs;
    pace.decoded(delayAt(atMs) + stretchedMs);
    const choice = pace.choose(target, atMs, 0);
    const byMs = choice === 'keep' ? 0 : choice === 'slower' ? 10 : -10;
    if (byMs !== 0) pace.stretched(byMs * 48);
    stretchedMs += byMs;
    return { atMs, pace: choice };
  }).filter(({ pace: choice }) => choice !== 'keep');
}

describe('the pace of playing', () => {
  it('leaves a voice alone that is less than a turn off its target', () => {
    expect(along(10, (nowMs) => (nowMs % 160 < 40 ? 48 : 61))).toEqual([]);
  });

  it('puts nothing in for a sound card that fetches ahead for a moment, and has nothing to take out after it', () => {
    expect(along(20, (nowMs) => (nowMs >= 5_000 && nowMs < 5_060 ? 42 : 52))).toEqual([]);
  });

  it('takes nothing out for a stall of a moment', () => {
    expect(along(20, (nowMs) => (nowMs >= 5_000 && nowMs < 6_000 ? 72 : 52))).toEqual([]);
  });

  it('puts in at once what a network that became worse needs', () => {
    const stretches = along(10, (nowMs) => (nowMs < 5_000 ? 52 : 32));
    expect(stretches.map(({ pace }) => pace)).toEqual(['slower', 'slower']);
    expect(stretches.at(-1)?.atMs).toBeLessThan(5_000 + 100);
  });

  it('puts in within a second what stays below the target', () => {
    const stretches = along(10, (nowMs) => (nowMs < 5_000 ? 52 : 44));
    expect(stretches.map(({ pace }) => pace)).toEqual(['slower']);
    expect(stretches[0]?.atMs).toBeLessThan(6_000);
  });

  it('takes out in a pause what stays a turn above, and at once what is far above', () => {
    const little = along(10, (nowMs) => (nowMs < 5_000 ? 52 : 64));
    expect(little.map(({ pace }) => pace)).toEqual(['faster-if-quiet']);
    expect(little[0]?.atMs).toBeGreaterThan(6_500);
    const much = along(10, (nowMs) => (nowMs < 5_000 ? 52 : 92));
    expect(new Set(much.map(({ pace }) => pace))).toEqual(new Set(['faster']));
    expect(much.at(-1)?.atMs).toBeLessThan(5_500);
  });
});

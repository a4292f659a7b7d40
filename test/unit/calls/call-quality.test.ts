import { describe, expect, it } from 'vitest';
import { heardBetween, judgeQuality } from '../../../main/calls/call-quality.ts';
import { goodStats } from './descriptions.ts';

describe('one stretch of a call as a word', () => {
  it.each([
    ['a line without faults', 'clear', { mouthToEarMs: 110, broken: 0, stretched: 0 }],
    ['a distant line without faults', 'clear', { mouthToEarMs: 205, broken: 0, stretched: 0 }],
    ['a voice that is stretched a little', 'clear', { mouthToEarMs: 120, broken: 0, stretched: 0.1 }],
    ['3 % made up', 'good', { mouthToEarMs: 135, broken: 0.03, stretched: 0 }],
    ['a delay of three tenths of a second', 'good', { mouthToEarMs: 300, broken: 0, stretched: 0 }],
    ['a delay that makes people talk at once', 'patchy', { mouthToEarMs: 400, broken: 0, stretched: 0 }],
    ['10 % made up', 'patchy', { mouthToEarMs: 155, broken: 0.1, stretched: 0 }],
    ['a voice that is stretched all the time', 'patchy', { mouthToEarMs: 250, broken: 0.02, stretched: 0.4 }],
    ['40 % made up', 'struggling', { mouthToEarMs: 195, broken: 0.4, stretched: 0 }],
  ] as const)('%s is %s', (_what, word, { mouthToEarMs, broken, stretched }) => {
    expect(judgeQuality({ mouthToEarMs, brokenFraction: broken, stretchedFraction: stretched, silent: false })).toBe(word);
  });

  it('is lost where nothing comes, however short the delay was', () => {
    expect(judgeQuality({ mouthToEarMs: 80, brokenFraction: 0, stretchedFraction: 0, silent: true })).toBe('lost');
  });
});

describe('what was heard between two measurements', () => {
  const after = (change: Partial<typeof goodStats>) => ({
    ...goodStats,
    receivedPackets: goodStats.receivedPackets + 50,
    ...change,
  });

  it('is what was made up in that time, not since the call began, and not what redundancy saved', () => {
    const before = { ...goodStats, concealedMs: 5_000, lossFraction: 0.5 };
    const next = { ...after(before), receivedPackets: 100 };
    expect(heardBetween(before, { ...next, concealedMs: 5_100, redundantMs: 400 }, 1_000).brokenFraction).toBeCloseTo(0.1);
    expect(heardBetween(before, next, 1_000).brokenFraction).toBe(0);
  });

  it('counts what the player missed as broken, and tells it apart', () => {
    const heard = heardBetween(goodStats, after({ playerGaps: 7, concealedMs: 30 }), 1_000);
    expect(heard.brokenFraction).toBeCloseTo(0.1);
    expect(heard.missedFraction).toBeCloseTo(0.07);
  });

  it('goes by the losses of the network at first', () => {
    expect(heardBetween(null, { ...goodStats, lossFraction: 0.2 }, 1_000).brokenFraction).toBe(0.2);
  });

  it('is silence if not one packet came', () => {
    expect(heardBetween(goodStats, goodStats, 1_000).silent).toBe(true);
    expect(heardBetween(goodStats, after({}), 1_000).silent).toBe(false);
  });

  it('adds up the delay from mouth to ear, and takes for usual what nobody told', () => {
    expect(heardBetween(goodStats, after({}), 1_000).mouthToEarMs).toBe(12 + 27 + 15 + 40 + 25);
    const untold = { theirCaptureMs: null, theirPackingMs: null, ringMs: null, outputMs: null, roundTripMs: null };
    expect(heardBetween(goodStats, after(untold), 1_000).mouthToEarMs).toBe(12 + 27 + 0 + 40 + 20);
  });
});

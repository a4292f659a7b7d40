import { describe, expect, it } from 'vitest';
import { heardBetween, judgeQuality, noQuality, qualityHoldMs, settleQuality } from '../../../main/calls/call-quality.ts';
import { goodStats } from './descriptions.ts';

describe('one measurement as a word', () => {
  it.each([
    [{ roundTripMs: 30, concealedFraction: 0, playoutDelayMs: 40 }, 'clear'],
    [{ roundTripMs: 200, concealedFraction: 0, playoutDelayMs: 60 }, 'clear'],
    [{ roundTripMs: 60, concealedFraction: 0.03, playoutDelayMs: 60 }, 'good'],
    [{ roundTripMs: 500, concealedFraction: 0, playoutDelayMs: 60 }, 'patchy'],
    [{ roundTripMs: 60, concealedFraction: 0.1, playoutDelayMs: 80 }, 'patchy'],
    [{ roundTripMs: 100, concealedFraction: 0.4, playoutDelayMs: 100 }, 'struggling'],
    [{ roundTripMs: null, concealedFraction: 0, playoutDelayMs: 40 }, 'clear'],
  ] as const)('%o is %s', (heard, word) => {
    expect(judgeQuality(heard)).toBe(word);
  });
});

describe('the word that is shown', () => {
  it('is the first judgement at once', () => {
    expect(settleQuality(noQuality, 'good', 0).shown).toBe('good');
  });

  it('changes only after three seconds in the new state', () => {
    let memory = settleQuality(noQuality, 'clear', 0);
    for (const nowMs of [1_000, 2_000, 3_000]) memory = settleQuality(memory, 'patchy', nowMs);
    expect(memory.shown).toBe('clear');
    memory = settleQuality(memory, 'patchy', 1_000 + qualityHoldMs);
    expect(memory.shown).toBe('patchy');
  });

  it('does not follow a quality that flickers', () => {
    let memory = settleQuality(noQuality, 'clear', 0);
    for (let nowMs = 1_000; nowMs <= 60_000; nowMs += 1_000) {
      memory = settleQuality(memory, nowMs % 2_000 === 0 ? 'clear' : 'struggling', nowMs);
      expect(memory.shown).toBe('clear');
    }
  });
});

describe('what was heard between two measurements', () => {
  it('is what had to be concealed in that time, not since the call began, and not what redundancy saved', () => {
    const before = { ...goodStats, concealedMs: 5_000, lossFraction: 0.5 };
    expect(heardBetween(before, { ...before, concealedMs: 5_100 }, 1_000).concealedFraction).toBeCloseTo(0.1);
    expect(heardBetween(before, before, 1_000).concealedFraction).toBe(0);
  });

  it('goes by the losses of the network at first', () => {
    expect(heardBetween(null, { ...goodStats, lossFraction: 0.2 }, 1_000).concealedFraction).toBe(0.2);
  });
});

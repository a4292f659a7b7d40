import { describe, expect, it } from 'vitest';
import { judgeQuality, noQuality, qualityHoldMs, settleQuality } from '../../../main/calls/call-quality.ts';

describe('one measurement as a word', () => {
  it.each([
    [{ roundTripMs: 30, lossFraction: 0, playoutDelayMs: 40 }, 'clear'],
    [{ roundTripMs: 200, lossFraction: 0, playoutDelayMs: 60 }, 'clear'],
    [{ roundTripMs: 60, lossFraction: 0.03, playoutDelayMs: 60 }, 'good'],
    [{ roundTripMs: 500, lossFraction: 0, playoutDelayMs: 60 }, 'patchy'],
    [{ roundTripMs: 60, lossFraction: 0.1, playoutDelayMs: 80 }, 'patchy'],
    [{ roundTripMs: 100, lossFraction: 0.4, playoutDelayMs: 100 }, 'struggling'],
    [{ roundTripMs: null, lossFraction: 0, playoutDelayMs: 40 }, 'clear'],
  ] as const)('%o is %s', (stats, word) => {
    expect(judgeQuality(stats)).toBe(word);
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

import { describe, expect, it } from 'vitest';
import { callSummarySchema, type CallStats } from '../../../preload/contract/index.ts';
import { CallHealth } from '../../../main/calls/call-health.ts';
import { goodStats } from './descriptions.ts';

/** A call whose seconds are as `second` says: what changes, and what is made up in it. */
function live(health: CallHealth, from: number, seconds: number, change: Partial<CallStats> = {}, concealedMs = 0): void {
  for (let second = from; second < from + seconds; second += 1) {
    const before = health.stats?.concealedMs ?? 0;
    const packets = { receivedPackets: second * 50, sentPackets: second * 50 };
    health.measured({ ...goodStats, ...packets, ...change, concealedMs: before + concealedMs }, second * 1_000, true);
  }
}

const shown = ({ quality, trouble }: CallHealth) => ({ quality, trouble });

describe('the health of a call', () => {
  it('is a word at once, and another one and its reason only after three seconds', () => {
    const health = new CallHealth();
    live(health, 1, 2);
    expect(shown(health)).toEqual({ quality: 'clear', trouble: null });
    live(health, 3, 3, { lossFraction: 0.2 }, 100);
    expect(shown(health)).toEqual({ quality: 'clear', trouble: null });
    live(health, 6, 1, { lossFraction: 0.25 }, 100);
    expect(shown(health)).toEqual({ quality: 'patchy', trouble: { kind: 'their-loss', amount: 25 } });
  });

  it('shows the way that media takes at once, and another one only when it stays', () => {
    const health = new CallHealth();
    const path = () => health.stats?.path;
    live(health, 1, 1, { path: 'overlay' });
    expect(path()).toBe('overlay');
    live(health, 2, 1, { path: 'host' });
    live(health, 3, 1, { path: 'overlay' });
    live(health, 4, 3, { path: 'host' });
    expect(path()).toBe('overlay');
    live(health, 7, 1, { path: 'host' });
    expect(path()).toBe('host');
    health.interrupted();
    live(health, 8, 1, { path: 'relay' });
    expect(path()).toBe('relay');
  });

  it('is judged anew after an interruption', () => {
    const health = new CallHealth();
    live(health, 1, 5, { lossFraction: 0.2 }, 300);
    health.interrupted();
    expect(shown(health)).toEqual({ quality: null, trouble: null });
    live(health, 6, 1);
    expect(health.quality).toBe('clear');
  });

  it('has no word for what nobody hears', () => {
    const health = new CallHealth();
    health.measured(goodStats, 1_000, false);
    expect(shown(health)).toEqual({ quality: null, trouble: null });
    expect(health.stats).toEqual(goodStats);
    expect(health.summary()).toBeNull();
  });
});

describe('what the history keeps of a call', () => {
  it('is the delay, the losses both ways, what was made up and mended, the jitter, the worst word and the main reason', () => {
    const health = new CallHealth();
    live(health, 1, 90, { lostPackets: 0 });
    const bad = { lossFraction: 0.2, lostPackets: 100, playoutDelayMs: 140, sentLossFraction: 0.5, jitterMs: 52 };
    live(
      health,
      91,
      10,
      { ...bad, recoveredMs: 990, redundantMs: 2_970, theirCaptureMs: null, copies: 3, codecMode: 'silk', bandwidthHz: 8_000 },
      60,
    );
    const summary = callSummarySchema.parse(health.summary());
    expect(summary).toMatchObject({ bitrateBps: 32_000, path: 'host', worst: 'patchy', trouble: 'both-loss' });
    expect(summary.mouthToEarMs).toEqual({ mean: 129, p95: 220 });
    expect(summary.delayPartsMs).toEqual({ capture: 12, packing: 27, network: 15, smoothing: 50, playout: 25 });
    expect(summary.jitterMs).toBe(7);
    expect([summary.copies, summary.codec]).toEqual([0.3, { mode: 'silk', bandwidthHz: 8_000 }]);
    expect(summary.repairedFraction).toBeCloseTo(0.04);
    expect(summary.lossFraction).toBeCloseTo(100 / 5_100);
    expect(summary.sentLossFraction).toBeCloseTo(0.05);
    expect(summary.concealedFraction).toBeCloseTo(600 / 99_000);
  });

  it('remembers that the line was lost for a while', () => {
    const health = new CallHealth();
    live(health, 1, 3);
    health.interrupted();
    live(health, 4, 3);
    expect(health.summary()?.worst).toBe('lost');
  });

  it('leaves parts of the delay open that nobody told', () => {
    const health = new CallHealth();
    live(health, 1, 3, { theirCaptureMs: null, ringMs: null, outputMs: null });
    expect(health.summary()?.delayPartsMs).toEqual({ capture: null, packing: 27, network: 15, smoothing: 40, playout: null });
  });

  it('knows no delay where no round trip was measured, and no loss there where nobody told', () => {
    const health = new CallHealth();
    live(health, 1, 3, { roundTripMs: null, sentLossFraction: null });
    expect(health.summary()).toMatchObject({ mouthToEarMs: null, sentLossFraction: null });
  });
});

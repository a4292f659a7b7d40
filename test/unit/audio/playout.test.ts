import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { pcmFrameSamples, pcmMaxCredit, pcmSampleRate } from '../../../preload/contract/pcm.ts';
import { PlayoutCredit } from '../../../renderer/audio/playout-credit.ts';
import { PlayoutNeed } from '../../../renderer/audio/playout-need.ts';
import { PlayoutRing } from '../../../renderer/audio/playout-ring.ts';

const quantum = 128;
const frameOf = (value: number): Int16Array => new Int16Array(pcmFrameSamples).fill(Math.round(value * 32_768));

describe('the playout ring', () => {
  it('gives back what was written, in order, after a short swell', () => {
    const ring = new PlayoutRing(4 * pcmFrameSamples);
    ring.write(frameOf(0.5));
    ring.write(frameOf(-0.25));
    const out = new Float32Array(2 * pcmFrameSamples);
    expect(ring.read(out, 0)).toBe(0);
    expect(out[0]).toBeLessThan(0.01);
    expect(new Set(out.subarray(100, pcmFrameSamples))).toEqual(new Set([0.5]));
    expect(new Set(out.subarray(pcmFrameSamples))).toEqual(new Set([-0.25]));
  });

  it('waits for its prime before it starts', () => {
    const ring = new PlayoutRing(4 * pcmFrameSamples);
    const out = new Float32Array(quantum);
    ring.write(frameOf(0.5));
    expect(ring.read(out, 2 * pcmFrameSamples)).toBe(quantum);
    expect(ring.bufferedSamples).toBe(pcmFrameSamples);
    ring.write(frameOf(0.5));
    ring.read(out, 2 * pcmFrameSamples);
    expect(ring.bufferedSamples).toBe(2 * pcmFrameSamples - quantum);
  });

  it('says once that it ran dry, and never jumps by more than the swell and the decay allow', () => {
    const ring = new PlayoutRing(4 * pcmFrameSamples);
    const heard: number[] = [];
    let gaps = 0;
    const play = (quanta: number): void => {
      for (let i = 0; i < quanta; i += 1) {
        const out = new Float32Array(quantum);
        ring.read(out, 0);
        if (ring.ranDry) gaps += 1;
        heard.push(...out);
      }
    };
    ring.write(frameOf(0.9));
    play(10);
    ring.write(frameOf(0.9));
    play(10);
    expect(gaps).toBe(2);
    const steps = heard.slice(1).map((sample, i) => Math.abs(sample - (heard[i] ?? 0)));
    expect(Math.max(...steps)).toBeLessThan(0.04);
    expect(Math.abs(heard.at(-1) ?? 1)).toBeLessThan(0.001);
  });

  it('drops whole frames that do not fit', () => {
    const ring = new PlayoutRing(2 * pcmFrameSamples);
    expect([ring.write(frameOf(0)), ring.write(frameOf(0)), ring.write(frameOf(0))]).toEqual([true, true, false]);
    expect(ring.bufferedSamples).toBe(2 * pcmFrameSamples);
  });
});

/** Sound waiting, and its target, milliseconds; over time. */
interface Run {
  readonly gapsAtMs: readonly number[];
  readonly waiting: readonly number[];
  readonly targets: readonly number[];
  readonly mostAsked: number;
  /** The most of what waits or was asked for, over the target of that moment, samples. */
  readonly mostOver: number;
}

/** A player and a media process that answers each credit `latencyMs(now)` later (never: infinity), on a clock of samples. */
function simulate(seconds: number, latencyMs: (nowMs: number) => number, burst = 4): Run {
  const ring = new PlayoutRing(40 * pcmFrameSamples);
  const credit = new PlayoutCredit();
  const coming: number[] = [];
  const out = new Float32Array(quantum);
  const run = {
    gapsAtMs: new Array<number>(),
    waiting: new Array<number>(),
    targets: new Array<number>(),
    mostAsked: 0,
    mostOver: 0,
  };
  let now = 0;
  let newestDue = 0;
  const frame = frameOf(0.1);
  while (now < seconds * pcmSampleRate) {
    // Chromium renders several quanta at once, then rests.
    for (let i = 0; i < burst; i += 1) {
      const missing = ring.read(out, credit.primeSamples);
      const nowMs = (now * 1_000) / pcmSampleRate;
      if (ring.ranDry) run.gapsAtMs.push(nowMs);
      const asked = credit.played(quantum, ring.bufferedSamples, missing);
      run.mostAsked = Math.max(run.mostAsked, asked);
      if (asked > 0) {
        const all = ring.bufferedSamples + (coming.length + asked) * pcmFrameSamples;
        run.mostOver = Math.max(run.mostOver, all - credit.targetSamples);
      }
      // In order, as over any line.
      newestDue = Math.max(newestDue, now + (latencyMs(nowMs) * pcmSampleRate) / 1_000);
      for (let k = 0; k < asked && Number.isFinite(newestDue); k += 1) coming.push(newestDue);
      if (!Number.isFinite(newestDue)) newestDue = now;
    }
    now += burst * quantum;
    while ((coming[0] ?? Number.POSITIVE_INFINITY) <= now) {
      coming.shift();
      credit.arrived();
      ring.write(frame);
    }
    run.waiting.push((ring.bufferedSamples * 1_000) / pcmSampleRate);
    run.targets.push((credit.targetSamples * 1_000) / pcmSampleRate);
  }
  return run;
}

/** The most between two moments of a run, given in seconds. */
const mostBetween = (values: readonly number[], runS: number, fromS: number, toS: number): number => {
  const perSecond = values.length / runS;
  return Math.max(...values.slice(Math.round(fromS * perSecond), Math.round(toS * perSecond)));
};

describe('asking for sound', () => {
  it('runs without a gap over a quick line, on no more than it began with', () => {
    const { gapsAtMs, waiting, targets } = simulate(60, () => 2);
    expect(gapsAtMs).toEqual([]);
    expect(mostBetween(waiting, 60, 0, 60)).toBeLessThanOrEqual(25);
    expect(mostBetween(targets, 60, 0, 60)).toBeLessThanOrEqual(25);
  });

  it('soon forgets the bustle in which a call opens', () => {
    const { targets } = simulate(20, (nowMs) => (nowMs < 1_800 && Math.floor(nowMs / 100) % 3 === 0 ? 50 : 2));
    expect(mostBetween(targets, 20, 0, 3)).toBeGreaterThan(35);
    expect(mostBetween(targets, 20, 6, 20)).toBeLessThanOrEqual(35);
  });

  it('finds a delay that works when rendering comes in bursts of 43 ms, and then has no more gaps', () => {
    const { gapsAtMs, targets } = simulate(60, () => 5, 16);
    expect(gapsAtMs.filter((atMs) => atMs > 5_000)).toEqual([]);
    expect(mostBetween(targets, 60, 15, 60)).toBeLessThanOrEqual(90);
  });

  it('has at most a gap in fifteen seconds where every second one frame takes 15 ms longer', () => {
    const { gapsAtMs } = simulate(60, (nowMs) => (Math.floor(nowMs / 10) % 100 === 0 ? 17 : 2));
    expect(gapsAtMs.filter((atMs) => atMs > 5_000).length).toBeLessThanOrEqual(4);
  });

  it('after a stall is back at little more than before, and 15 calm seconds later at the old target', () => {
    const { gapsAtMs, targets } = simulate(40, (nowMs) => (nowMs > 10_000 && nowMs < 10_200 ? 10_200 - nowMs : 2));
    expect(gapsAtMs).toHaveLength(1);
    const before = mostBetween(targets, 40, 9, 10);
    expect(mostBetween(targets, 40, 10.5, 40)).toBeLessThanOrEqual(before + 13);
    expect(mostBetween(targets, 40, 25, 40)).toBeLessThanOrEqual(before + 2);
  });

  it('gives up the delay that an overloaded computer needed within half a minute after it', () => {
    const { targets } = simulate(60, (nowMs) => (nowMs > 2_000 && nowMs < 12_000 ? (Math.floor(nowMs / 250) % 2 ? 110 : 2) : 2));
    expect(mostBetween(targets, 60, 10, 13)).toBeGreaterThan(80);
    expect(mostBetween(targets, 60, 42, 60)).toBeLessThanOrEqual(40);
  });

  it('asks again for what a media process that fell over still owed', () => {
    const { waiting } = simulate(3, (nowMs) => (nowMs < 1_000 ? 2 : nowMs < 1_500 ? Number.POSITIVE_INFINITY : 2));
    expect(waiting.at(-1)).toBeGreaterThan(5);
  });

  it('never asks for more than its target holds, nor than the line allows, whatever the line does', () => {
    const anyLine = fc.array(fc.integer({ min: 0, max: 200 }), { minLength: 1, maxLength: 50 });
    const property = fc.property(anyLine, fc.integer({ min: 1, max: 16 }), (latencies, burst) => {
      const { mostAsked, mostOver, targets } = simulate(
        5,
        (nowMs) => latencies[Math.floor(nowMs / 100) % latencies.length] ?? 0,
        burst,
      );
      expect(mostAsked).toBeLessThanOrEqual(pcmMaxCredit);
      expect(mostOver).toBeLessThanOrEqual(0);
      expect(Math.max(...targets)).toBeLessThanOrEqual(115);
      expect(Math.min(...targets)).toBeGreaterThanOrEqual(15);
    });
    fc.assert(property, { numRuns: 50 });
  });

  it('moves by whole frames, and gives up at most one a second', () => {
    const anyLine = fc.array(fc.integer({ min: 0, max: 200 }), { minLength: 1, maxLength: 50 });
    const property = fc.property(anyLine, (latencies) => {
      const { targets } = simulate(10, (nowMs) =>
        nowMs < 5_000 ? (latencies[Math.floor(nowMs / 100) % latencies.length] ?? 0) : 2,
      );
      const perSecond = Math.floor(targets.length / 10);
      for (const [i, now] of targets.entries()) {
        expect((now - 25) % 10).toBeCloseTo(0, 6);
        expect((targets[i - perSecond] ?? now) - now).toBeLessThanOrEqual(10);
      }
    });
    fc.assert(property, { numRuns: 30 });
  });
});

describe('what playout needed lately', () => {
  it('is what covers 98 of 100 stretches of time', () => {
    const need = new PlayoutNeed(4_800);
    for (let i = 0; i < 1_000; i += 1) need.add(i % 200 === 0 ? 4_000 : 960);
    expect(need.enough(0)).toBe(960);
    for (let i = 0; i < 1_000; i += 1) need.add(i % 20 === 0 ? 1_920 : 960);
    expect(need.enough(0)).toBe(1_920);
  });

  it('is as before while nothing is known, and forgets', () => {
    const need = new PlayoutNeed(4_800);
    expect(need.enough(777)).toBe(777);
    for (let i = 0; i < 50; i += 1) need.add(4_800);
    for (let i = 0; i < 900; i += 1) need.add(480);
    expect(need.enough(0)).toBe(480);
  });

  it('stays within its bounds, whatever it is told', () => {
    const property = fc.property(fc.array(fc.double({ min: -1e6, max: 1e6, noNaN: true }), { minLength: 1 }), (needs) => {
      const need = new PlayoutNeed(4_800);
      for (const samples of needs) need.add(samples);
      expect(need.enough(0)).toBeGreaterThanOrEqual(0);
      expect(need.enough(0)).toBeLessThanOrEqual(4_800);
    });
    fc.assert(property);
  });
});

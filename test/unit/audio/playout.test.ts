import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { pcmFrameSamples, pcmMaxCredit, pcmSampleRate } from '../../../preload/contract/pcm.ts';
import { PlayoutCredit } from '../../../renderer/audio/playout-credit.ts';
import { PlayoutRing } from '../../../renderer/audio/playout-ring.ts';

const quantum = 128;
const frameOf = (value: number): Int16Array => new Int16Array(pcmFrameSamples).fill(Math.round(value * 32_768));

describe('the playout ring', () => {
  it('gives back what was written, in order, after a short swell', () => {
    const ring = new PlayoutRing(4 * pcmFrameSamples);
    ring.write(frameOf(0.5));
    ring.write(frameOf(-0.25));
    const out = new Float32Array(2 * pcmFrameSamples);
    expect(ring.read(out, 0)).toBe(false);
    expect(out[0]).toBeLessThan(0.01);
    expect(new Set(out.subarray(100, pcmFrameSamples))).toEqual(new Set([0.5]));
    expect(new Set(out.subarray(pcmFrameSamples))).toEqual(new Set([-0.25]));
  });

  it('waits for its prime before it starts', () => {
    const ring = new PlayoutRing(4 * pcmFrameSamples);
    const out = new Float32Array(quantum);
    ring.write(frameOf(0.5));
    expect(ring.read(out, 2 * pcmFrameSamples)).toBe(false);
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
        if (ring.read(out, 0)) gaps += 1;
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

/** A player and a media process that answers each credit `latencyMs(now)` later (never: infinity), on a clock of samples. */
function simulate(seconds: number, latencyMs: (nowMs: number) => number, burst = 4) {
  const ring = new PlayoutRing(40 * pcmFrameSamples);
  const credit = new PlayoutCredit();
  const coming: number[] = [];
  const out = new Float32Array(quantum);
  const gapsAtMs: number[] = [];
  const delaysMs: number[] = [];
  let mostAsked = 0;
  let now = 0;
  const frame = frameOf(0.1);
  while (now < seconds * pcmSampleRate) {
    // Chromium renders several quanta at once, then rests.
    for (let i = 0; i < burst; i += 1) {
      const ranDry = ring.read(out, credit.primeSamples);
      if (ranDry) gapsAtMs.push((now * 1_000) / pcmSampleRate);
      const asked = credit.played(quantum, ring.bufferedSamples, ranDry);
      mostAsked = Math.max(mostAsked, asked);
      const nowMs = (now * 1_000) / pcmSampleRate;
      const dueAt = now + (latencyMs(nowMs) * pcmSampleRate) / 1_000;
      for (let k = 0; k < asked && Number.isFinite(dueAt); k += 1) coming.push(dueAt);
    }
    now += burst * quantum;
    while ((coming[0] ?? Number.POSITIVE_INFINITY) <= now) {
      coming.shift();
      credit.arrived();
      ring.write(frame);
    }
    delaysMs.push((ring.bufferedSamples * 1_000) / pcmSampleRate);
  }
  return { gapsAtMs, delaysMs, mostAsked, targetFrames: credit.targetFrames };
}

describe('asking for sound', () => {
  it('runs without a gap over a quick line, on no more than 30 ms', () => {
    const { gapsAtMs, delaysMs } = simulate(60, () => 2);
    expect(gapsAtMs).toEqual([]);
    expect(Math.max(...delaysMs)).toBeLessThanOrEqual(30);
  });

  it('finds a delay that works when rendering comes in bursts of 43 ms, and then has no more gaps', () => {
    const { gapsAtMs, targetFrames } = simulate(60, () => 5, 16);
    expect(gapsAtMs.filter((atMs) => atMs > 5_000)).toEqual([]);
    expect(targetFrames).toBeLessThanOrEqual(9);
  });

  it('after a stall is back at its target, and 20 calm seconds later at the old one', () => {
    const { gapsAtMs, delaysMs, targetFrames } = simulate(40, (nowMs) => (nowMs > 10_000 && nowMs < 10_200 ? 10_200 - nowMs : 2));
    expect(gapsAtMs).toHaveLength(1);
    const perSecond = delaysMs.length / 40;
    const after = (fromS: number): number => Math.max(...delaysMs.slice(Math.round(fromS * perSecond)));
    expect(after(10.5)).toBeLessThanOrEqual(40);
    expect(after(35)).toBeLessThanOrEqual(30);
    expect(targetFrames).toBeLessThanOrEqual(3);
  });

  it('gives up the delay that an overloaded computer needed within half a minute after it', () => {
    const { delaysMs } = simulate(60, (nowMs) => (nowMs > 2_000 && nowMs < 12_000 ? (Math.floor(nowMs / 250) % 2 ? 110 : 2) : 2));
    const perSecond = delaysMs.length / 60;
    const most = (fromS: number, toS: number): number => Math.max(...delaysMs.slice(fromS * perSecond, toS * perSecond));
    expect(most(10, 13)).toBeGreaterThan(80);
    expect(most(42, 60)).toBeLessThanOrEqual(40);
  });

  it('asks again for what a media process that fell over still owed', () => {
    const { delaysMs } = simulate(3, (nowMs) => (nowMs < 1_000 ? 2 : nowMs < 1_500 ? Number.POSITIVE_INFINITY : 2));
    expect(delaysMs.at(-1)).toBeGreaterThan(5);
  });

  it('never asks for more than the line allows, nor lets more wait than three targets, whatever the line does', () => {
    const anyLine = fc.array(fc.integer({ min: 0, max: 400 }), { minLength: 1, maxLength: 50 });
    const property = fc.property(anyLine, (latencies) => {
      const { mostAsked, delaysMs } = simulate(5, (nowMs) => latencies[Math.floor(nowMs / 100) % latencies.length] ?? 0);
      return mostAsked <= pcmMaxCredit && Math.max(...delaysMs) <= 360;
    });
    expect(() => fc.assert(property, { numRuns: 50 })).not.toThrow();
  });
});

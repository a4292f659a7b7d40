/** Beside others: what stands in a queue is mostly theirs. */
import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { cleanLink, type LinkConditions } from '../../quality/simulation/link.ts';
import { callOver, type Moment } from '../../quality/simulation/voice-call.ts';
import { synthSpeech } from '../media/synth-speech.ts';

const wayMs = 50;
const stepMs = 20;
/**
 * How long packets waited in an uplink of 1 Mbit/s with 300 ms of queue, in which a TCP flow (CUBIC, from 0.8 s on) sent all it could,
 * and another came the other way: measured by the packets of a voice in the laboratory, every 20 ms.
 */
const queueMs = readFileSync(new URL('traces/greedy.queue', import.meta.url), 'utf8')
  .trim()
  .split(/\s+/u)
  .map(Number);
const fullMs = 280;

const momentsFrom = (ways: ReturnType<typeof callOver>, fromMs: number): readonly (readonly Moment[])[] =>
  ways.map(({ moments }) => moments.filter(({ atMs }) => atMs > fromMs));

describe('a voice in a queue that others fill', () => {
  test('keeps its bits: a TCP flow as the laboratory had it is not taken for a narrow place', () => {
    const seconds = Math.floor((queueMs.length * stepMs) / 1_000);
    const conditions = queueMs.map((queue, index) => ({
      fromMs: index * stepMs,
      link: { ...cleanLink, delayMs: wayMs + queue, loss: queue > fullMs ? 0.12 : 0 },
    }));
    const speech = [synthSpeech(seconds, 5), synthSpeech(seconds, 6)] as const;
    for (const moments of momentsFrom(callOver({ speech, seed: 1, conditions }), 5_000)) {
      const few = moments.filter(({ sender }) => sender.bitrateBps < 29_000);
      const limited = moments.filter(({ sender }) => sender.capacityBps !== null);
      expect(few.length).toBeLessThan(0.05 * moments.length);
      expect(limited.length).toBeLessThan(0.05 * moments.length);
    }
  });

  test.each([
    ['64 kbit/s', { rateBps: 64_000 }, 0],
    ['64 kbit/s, where packets wander by ±30 ms', { rateBps: 64_000, jitterMs: 30 }, 0.1],
    ['32 kbit/s', { rateBps: 32_000 }, 0],
  ] satisfies [string, Partial<LinkConditions>, number][])('but a narrow place is: %s', (_name, narrow, share) => {
    const conditions = [
      { fromMs: 0, link: cleanLink },
      { fromMs: 2_000, link: { ...cleanLink, queueMs: 300, ...narrow } },
    ];
    const speech = [synthSpeech(16, 5), synthSpeech(16, 6)] as const;
    for (const moments of momentsFrom(callOver({ speech, seed: 1, conditions }), 6_000)) {
      const deep = moments.filter((moment) => moment.queuedMs > 120);
      expect(deep.length).toBeLessThanOrEqual(share * moments.length);
    }
  });
});

import { readFileSync } from 'node:fs';
import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { createArrivalTrace, createAudioReceiver, parseTrace } from '../../../main/media/audio/index.ts';
import { createOpusEncoder } from '../../../native-shims/opus/index.ts';
import { cleanLink, createLink, type LinkConditions } from '../../quality/simulation/link.ts';
import { replay } from '../../quality/simulation/replay.ts';
import { median, mulberry32, synthSpeech } from './synth-speech.ts';

/** Ten seconds over a cable, traced; what the receiver counted and what was written down. */
function tracedCall(conditions: Partial<LinkConditions>, seed: number) {
  const speech = synthSpeech(10, seed);
  const encoder = createOpusEncoder({ bitrateBps: 24_000, complexity: 3, inbandFec: true, packetLossPercent: 15, dtx: false });
  const trace = createArrivalTrace();
  const receiver = createAudioReceiver({ opusPayloadType: 111, trace });
  const link = createLink({ ...cleanLink, ...conditions }, mulberry32(seed));
  const flying: { atMs: number; sequence: number; payload: Uint8Array }[] = [];
  const frame = new Int16Array(480);
  for (let nowMs = 0; nowMs < 10_000; nowMs += 10) {
    if (nowMs % 20 === 0) {
      const sequence = nowMs / 20;
      const payload = encoder.encode(speech.subarray(sequence * 960, (sequence + 1) * 960)).slice();
      const atMs = link.take(payload.length + 70, nowMs + 20);
      if (!Number.isNaN(atMs)) flying.push({ atMs, sequence, payload });
    }
    while (flying[0] !== undefined && flying[0].atMs <= nowMs) {
      const { atMs, sequence, payload } = flying[0];
      flying.shift();
      receiver.packet(payload, false, sequence, sequence * 960, atMs);
    }
    receiver.pull(frame, nowMs);
  }
  const { statistics } = receiver;
  receiver.stop();
  encoder.free();
  return { statistics, text: trace.text() };
}

describe('a recorded call', () => {
  test.each([
    ['loss', { loss: 0.1 }],
    ['jitter', { jitterMs: 40 }],
    ['bursts', { burst: { enter: 0.03, leave: 0.3, lossInBad: 1 } }],
  ])('is decided anew as it was: %s', (_name, conditions) => {
    const { statistics, text } = tracedCall(conditions, 7);
    const events = parseTrace(text);
    const replayed = replay(events ?? []);
    expect(replayed.lost).toBe(statistics.lost);
    // The trace has no sound, so that only the moments of stretching differ.
    expect(Math.abs(replayed.concealedMs - statistics.concealedMs)).toBeLessThanOrEqual(0.15 * statistics.concealedMs + 60);
    expect(Math.abs(replayed.recoveredMs - statistics.recoveredMs)).toBeLessThanOrEqual(0.15 * statistics.concealedMs + 60);
    expect(replayed.delaysMs.length).toBe(9);
  });

  test('holds nothing of what was said', () => {
    const { text } = tracedCall({}, 3);
    expect(
      text.split('\n').every((line) => /^(?:lilliput-arrivals 1|p [\d.]+|a [\d.]+ \d+ \d+(?: \d+:\d+f?)+|)$/u.test(line)),
    ).toBe(true);
  });

  test('that is none is refused', () => {
    const { text } = tracedCall({ loss: 0.2 }, 5);
    expect(parseTrace(text)).not.toBeNull();
    expect(parseTrace(text.replace('arrivals 1', 'arrivals 2'))).toBeNull();
    fc.assert(
      fc.property(fc.string({ maxLength: 40 }), (line) => {
        const events = parseTrace(`lilliput-arrivals 1\n${line}\n`);
        for (const event of events ?? []) expect(event.atMs).toEqual(expect.any(Number));
      }),
    );
    expect(parseTrace('lilliput-arrivals 1\na 1.00 70000 0 0:960')).toBeNull();
    expect(parseTrace('lilliput-arrivals 1\na 1.00 1 0')).toBeNull();
  });
});

/**
 * Calls between two homes of the voice laboratory, by `call NAME --trace FILE`, from the moment that the cable became as bad as the
 * name says. Bounds are what the buffer made of them when they were added, and a tenth.
 */
describe.each([
  { name: 'jitter80', concealedMs: 300, delayMs: 175, worstDelayMs: 190, playedShare: 0.98 },
  { name: 'burst-5-15-100', concealedMs: 1_640, delayMs: 262, worstDelayMs: 278, playedShare: 0.95 },
  { name: 'up32', concealedMs: 1_245, delayMs: 282, worstDelayMs: 368, playedShare: 0.97 },
])('a real call over $name', ({ name, concealedMs, delayMs, worstDelayMs, playedShare }) => {
  const events = parseTrace(readFileSync(new URL(`traces/${name}.trace`, import.meta.url), 'utf8')) ?? [];
  const replayed = replay(events);

  test('is concealed and delayed no more than it was', () => {
    expect(replayed.seconds).toBeGreaterThan(17);
    expect(replayed.concealedMs).toBeLessThan(concealedMs);
    expect(median(replayed.delaysMs)).toBeLessThan(delayMs);
    expect(Math.max(...replayed.delaysMs)).toBeLessThan(worstDelayMs);
  });

  test('plays nearly all that came, each frame once and in order', () => {
    const steps = replayed.played.slice(1).map((timestamp, index) => (timestamp - (replayed.played[index] ?? 0)) | 0);
    expect(Math.min(...steps)).toBeGreaterThan(0);
    const came = new Set(
      events.flatMap((event) =>
        event.type === 'arrived' ? event.blocks.map(({ offsetUnits }) => (event.timestamp - offsetUnits) >>> 0) : [],
      ),
    );
    expect(replayed.played.length).toBeGreaterThan(playedShare * came.size);
  });
});

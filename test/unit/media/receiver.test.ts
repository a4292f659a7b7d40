import { describe, expect, test } from 'vitest';
import { createAudioReceiver, createAudioSender, stretchFrame } from '../../../main/media/audio/index.ts';
import { anyPacking } from '../../../main/media/packing-limits.ts';
import { bestCorrelation, median, mulberry32, synthSpeech, windowByWindow } from './synth-speech.ts';

const tone = (hz: number, length: number, amplitude = 8000): Int16Array =>
  Int16Array.from({ length }, (_, i) => Math.round(amplitude * Math.sin((2 * Math.PI * hz * i) / 48_000)));

/** A tone that is there from `phase` on without a step: it rises over 100 ms. */
const risingTone = (hz: number, length: number, phase: number): Int16Array =>
  Int16Array.from({ length }, (_, i) =>
    Math.round(8_000 * Math.min(1, i / 4_800) * Math.sin((2 * Math.PI * hz * i) / 48_000 + phase)),
  );

/**
 * The largest departure from x[n] = 2 cos(w) x[n-1] - x[n-2], which any tone of this pitch keeps to, however loud: of a step it
 * is the height, where the tone's own steps hide those that are no larger.
 */
function largestBreak(samples: Int16Array, hz: number): number {
  const twice = 2 * Math.cos((2 * Math.PI * hz) / 48_000);
  let largest = 0;
  for (let i = 2; i < samples.length; i += 1)
    largest = Math.max(largest, Math.abs((samples[i] ?? 0) - twice * (samples[i - 1] ?? 0) + (samples[i - 2] ?? 0)));
  return largest;
}

/** The largest step between neighbouring samples: a click is a step that the signal itself does not have. */
function largestStep(samples: Int16Array): number {
  let largest = 0;
  for (let i = 1; i < samples.length; i += 1) largest = Math.max(largest, Math.abs((samples[i] ?? 0) - (samples[i - 1] ?? 0)));
  return largest;
}

/** Where 10 ms of silence end for the last time; -1: nowhere. */
function lastSilence(samples: Int16Array): number {
  let zeros = 0;
  let found = -1;
  for (let i = 0; i < samples.length; i += 1) {
    zeros = samples[i] === 0 ? zeros + 1 : 0;
    if (zeros >= 480) found = i + 1;
  }
  return found;
}

interface Wire {
  readonly isLost?: (index: number) => boolean;
  readonly delayMs?: (index: number) => number;
  readonly reportedLoss?: number;
}

/** Speech through encoder, an imagined wire and the receiver, in virtual time; what a speaker would have played. */
function overWire(speech: Int16Array, { isLost = () => false, delayMs = () => 30, reportedLoss = 0 }: Wire = {}) {
  const inFlight: { atMs: number; sequence: number; timestamp: number; payload: Uint8Array }[] = [];
  let nowMs = 0;
  let index = 0;
  const sender = createAudioSender({
    firstTimestamp: 0xff_ff_00_00,
    opusPayloadType: 111,
    redundancy: () => false,
    packing: () => anyPacking,
    nowMs: () => nowMs,
    send(payload, timestamp) {
      const sequence = (65_500 + index) & 0xff_ff;
      if (!isLost(index)) inFlight.push({ atMs: nowMs + delayMs(index), sequence, timestamp, payload: payload.slice() });
      index += 1;
      return sequence;
    },
  });
  for (let i = 0; i < 12; i += 1) sender.reportLoss(reportedLoss);
  const receiver = createAudioReceiver({ opusPayloadType: 111, trace: null });
  const heard = new Int16Array(speech.length + 48_000);
  const frame = new Int16Array(480);
  for (let at = 0; at + 480 <= heard.length; at += 480) {
    nowMs += 10;
    sender.capture(at + 480 <= speech.length ? speech.subarray(at, at + 480) : null);
    inFlight.sort((a, b) => a.atMs - b.atMs);
    for (let next = inFlight[0]; next !== undefined && next.atMs <= nowMs; next = inFlight[0]) {
      receiver.packet(next.payload, false, next.sequence, next.timestamp, next.atMs);
      inFlight.shift();
    }
    receiver.pull(frame, nowMs + 1);
    heard.set(frame, at);
  }
  const { statistics } = receiver;
  sender.stop();
  receiver.stop();
  return { heard, statistics };
}

const likeness = (speech: Int16Array, heard: Int16Array): number =>
  median(windowByWindow(speech, heard, 9_600).map(({ correlation }) => correlation));

describe('what the receiver plays', () => {
  const speech = synthSpeech(8, 21);

  test('on a clean wire is what was said, a short moment later', () => {
    const { heard, statistics } = overWire(speech);
    expect(likeness(speech, heard)).toBeGreaterThan(0.95);
    expect(statistics).toMatchObject({ concealedMs: 0, recoveredMs: 0, lost: 0 });
    // 30 ms wire, 20 ms frame, 6.5 ms codec, and a playout delay of two frames at most.
    expect(bestCorrelation(speech.subarray(4 * 48_000, 5 * 48_000), heard.subarray(4 * 48_000), 9_600).lag / 48).toBeLessThan(95);
  });

  test('with every tenth packet lost is mended from the redundancy in the packets after', () => {
    const { heard, statistics } = overWire(speech, { isLost: (index) => index % 10 === 7, reportedLoss: 0.1 });
    expect(statistics.recoveredMs).toBeGreaterThan(statistics.concealedMs);
    expect(likeness(speech, heard)).toBeGreaterThan(0.85);
  });

  test('with a tenth lost at random and 40 ms of jitter is still the same speech', () => {
    const random = mulberry32(99);
    const { heard, statistics } = overWire(speech, {
      isLost: () => random() < 0.1,
      delayMs: () => 30 + random() * 40,
      reportedLoss: 0.1,
    });
    expect(likeness(speech, heard)).toBeGreaterThan(0.6);
    expect(statistics.concealedMs).toBeLessThan(600);
    expect(statistics.playoutDelayMs).toBeLessThan(110);
  });

  test('never clicks: a pure tone stays without steps through stalls, loss, draining and silence', () => {
    const { heard, statistics } = overWire(tone(220, 8 * 48_000), {
      isLost: (index) => index % 50 === 20,
      delayMs: (index) => 30 + (index > 150 && index < 165 ? (165 - index) * 20 : 0),
    });
    expect(statistics.playoutDelayMs).toBeLessThan(80);
    // The codec's own concealment is not perfectly smooth: 660. Without a fade out or in, 1500 and 1600.
    expect(largestBreak(heard, 220)).toBeLessThan(1_000);
  });

  describe.each([0, 1, 2, 3])('of a tone in phase %i', (phase) => {
    /** Two seconds in which, after 1.2 s, nothing comes for `stallMs`, and then all at once. */
    const afterStall = (stallMs: number) => {
      const first = 60;
      const end = first + stallMs / 20;
      const delayMs = (index: number): number => 30 + (index > first && index < end ? (end - index) * 20 : 0);
      const { heard, statistics } = overWire(risingTone(220, 2 * 48_000, phase), { delayMs });
      return { heard: heard.subarray(48_000, 2 * 48_000), statistics };
    };

    test.each([200, 240])('leaves out what came %i ms too late without a step', (stallMs) => {
      const { heard, statistics } = afterStall(stallMs);
      // It was guessed until then, and the delay is what it was: what had come was cut.
      expect(statistics.concealedMs).toBeGreaterThan(stallMs - 100);
      expect(lastSilence(heard)).toBe(-1);
      expect(statistics.playoutDelayMs).toBeLessThan(80);
      expect(largestBreak(heard, 220)).toBeLessThan(200);
    });

    test.each([280, 320, 360])('ends and begins again after a stall of %i ms without a step', (stallMs) => {
      const { heard } = afterStall(stallMs);
      expect(lastSilence(heard)).toBeGreaterThan(0);
      expect(largestBreak(heard, 220)).toBeLessThan(200);
    });

    test.each([120, 140, 160])('goes on with what came %i ms late without a step', (stallMs) => {
      const { heard } = afterStall(stallMs);
      expect(lastSilence(heard)).toBe(-1);
      expect(largestBreak(heard, 220)).toBeLessThan(200);
    });
  });

  test.each([-500, 500])('corrects a clock that is %i parts per million off without a click', (ppm) => {
    const pure = tone(220, 30 * 48_000);
    // What came a little later, or earlier, each time.
    const { heard, statistics } = overWire(pure, { delayMs: (index) => 30 + (index * 20 * ppm) / 1e6 });
    expect(statistics.skippedMs).toBe(0);
    expect(largestStep(heard.subarray(48_000, 29 * 48_000))).toBeLessThan(largestStep(pure) * 3);
  });

  test('is silence for what is no Opus, and goes on afterwards', () => {
    const receiver = createAudioReceiver({ opusPayloadType: 111, trace: null });
    const frame = new Int16Array(480);
    for (let index = 0; index < 50; index += 1) {
      // Two frames of equal size in an odd number of bytes.
      receiver.packet(Uint8Array.of(0x09, 1, 2, 3), false, index, index * 960, index * 20);
      receiver.pull(frame, index * 20 + 1);
      receiver.pull(frame, index * 20 + 11);
    }
    expect(receiver.statistics.concealedMs).toBeGreaterThan(500);
    receiver.stop();
    expect(receiver.pull(frame, 2000)).toBe(false);
  });
});

describe('the sender', () => {
  test('sends the same stream of packets muted, deaf or speaking, and silence where it must not be heard', () => {
    const sizes: number[] = [];
    const stamps: number[] = [];
    const sender = createAudioSender({
      firstTimestamp: 960,
      opusPayloadType: 111,
      redundancy: () => false,
      packing: () => anyPacking,
      nowMs: () => 0,
      send(payload, timestamp) {
        sizes.push(payload.length);
        return stamps.push(timestamp);
      },
    });
    const speech = synthSpeech(1, 4);
    for (let i = 0; i < 20; i += 1) sender.capture(speech.subarray(i * 480, (i + 1) * 480));
    sender.setMuted(true);
    for (let i = 0; i < 20; i += 1) sender.capture(speech.subarray(i * 480, (i + 1) * 480));
    for (let i = 0; i < 20; i += 1) sender.capture(null);
    expect(stamps).toEqual(Array.from({ length: 30 }, (_, i) => 960 + i * 960));
    // Muted packets hold nothing of the voice: they are as small as silence.
    expect(Math.max(...sizes.slice(14, 20))).toBeLessThan(Math.max(...sizes.slice(0, 10)) / 2);
    sender.stop();
  });
});

describe('time stretching', () => {
  const into = new Int16Array(960 + 480);

  test.each(['faster', 'slower'] as const)('%s changes the length by one pitch period and leaves the pitch', (mode) => {
    const frame = tone(200, 960);
    const length = stretchFrame(frame, 960, mode, into);
    // 200 Hz has a period of 240 samples; a multiple is as good.
    expect(Math.abs(length - 960) % 240).toBeLessThanOrEqual(2);
    expect(length === 960).toBe(false);
    expect(largestStep(into.subarray(0, length))).toBeLessThan(largestStep(frame) * 1.2);
    expect(into[length - 1]).toBe(frame[959]);
  });

  test('leaves alone what has no period, unless nobody hears it', () => {
    const random = mulberry32(3);
    const noise = (amplitude: number): Int16Array =>
      Int16Array.from({ length: 960 }, () => Math.round((random() * 2 - 1) * amplitude));
    expect(stretchFrame(noise(8000), 960, 'faster', into)).toBe(960);
    expect(stretchFrame(noise(60), 960, 'faster', into)).toBe(480);
  });
});

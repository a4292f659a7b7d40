import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { pcmCaptureSamples, PcmReader, pcmSampleRate } from '../../../preload/contract/pcm.ts';
import { CaptureFramer } from '../../../renderer/audio/capture-framer.ts';
import { LevelMeter } from '../../../renderer/audio/level-meter.ts';
import { MonoCapture } from '../../../renderer/audio/mono-capture.ts';
import { idOf } from '../../../renderer/audio/remembered-device.ts';
import { StreamResampler } from '../../../renderer/audio/stream-resampler.ts';

interface Frame {
  readonly kind: string | null;
  readonly sequence: number;
  readonly samples: Int16Array;
}

function frames(push: (framer: CaptureFramer) => void): Frame[] {
  const messages: Frame[] = [];
  const reader = new PcmReader();
  push(
    new CaptureFramer((message) => {
      const kind = reader.read(new Uint8Array(message));
      const { first, second } = reader.captured;
      messages.push({ kind, sequence: reader.value, samples: Int16Array.from([...first, ...second]) });
    }),
  );
  return messages;
}

describe('cutting the microphone into frames', () => {
  it('makes 20 ms messages of the contract from 128-sample quanta, numbered, with nothing lost between them', () => {
    const ramp = Float32Array.from({ length: 30 * 128 }, (_, i) => i / 32_767);
    const messages = frames((framer) => {
      for (let i = 0; i < 30; i += 1) framer.push(ramp.subarray(i * 128, (i + 1) * 128), 128, false);
    });
    expect(messages.map(({ sequence }) => sequence)).toEqual([0, 1, 2, 3]);
    const samples = messages.flatMap(({ samples: some }) => [...some]);
    expect(samples).toEqual(Array.from({ length: 4 * pcmCaptureSamples }, (_, i) => i));
  });

  it('sends silence while muted', () => {
    const messages = frames((framer) => framer.push(new Float32Array(pcmCaptureSamples).fill(0.5), pcmCaptureSamples, true));
    expect(messages).toHaveLength(1);
    expect(messages.flatMap(({ samples }) => [...new Set(samples)])).toEqual([0]);
  });

  it('clips what is louder than full scale instead of wrapping it round', () => {
    const loud = Float32Array.from({ length: pcmCaptureSamples }, (_, i) => (i % 2 === 0 ? 1.7 : -1.7));
    const [message] = frames((framer) => framer.push(loud, loud.length, false));
    expect(message).toMatchObject({ kind: 'capture' });
    expect([...new Set(message?.samples)]).toEqual([32_767, -32_767]);
  });
});

const toneHz = 1_000;
const tone = (rateHz: number, seconds: number): Float32Array =>
  Float32Array.from({ length: Math.round(rateHz * seconds) }, (_, i) => 0.5 * Math.sin((2 * Math.PI * toneHz * i) / rateHz));

function resampled(input: Float32Array, fromHz: number, cuts: readonly number[]): Float32Array {
  const resampler = new StreamResampler(fromHz, pcmSampleRate);
  const out: number[] = [];
  let at = 0;
  for (let i = 0; at < input.length; i += 1) {
    const piece = input.subarray(at, at + (cuts[i % cuts.length] ?? 1));
    resampler.push(piece, piece.length, (samples, count) => out.push(...samples.subarray(0, count)));
    at += piece.length;
  }
  return Float32Array.from(out);
}

describe('resampling the microphone', () => {
  it.each([8_000, 16_000, 44_100, 96_000])('keeps a tone as it is, from %i Hz', (fromHz) => {
    const out = resampled(tone(fromHz, 0.5), fromHz, [441]);
    // All but what the filter still waits for.
    expect(out.length).toBeGreaterThan(0.49 * pcmSampleRate);
    expect(out.length).toBeLessThanOrEqual(0.5 * pcmSampleRate);
    const wanted = tone(pcmSampleRate, 0.5);
    const worst = out.subarray(2_000).reduce((most, sample, i) => Math.max(most, Math.abs(sample - (wanted[i + 2_000] ?? 0))), 0);
    expect(worst).toBeLessThan(0.001);
  });

  it('leaves out what 48 kHz can’t hold', () => {
    const high = Float32Array.from({ length: 9_600 }, (_, i) => Math.sin((2 * Math.PI * 30_000 * i) / 96_000));
    expect(Math.max(...resampled(high, 96_000, [960]).subarray(500))).toBeLessThan(0.001);
  });

  it('comes out the same however the input is cut', () => {
    const input = tone(44_100, 0.1);
    const whole = resampled(input, 44_100, [input.length]);
    const property = fc.property(fc.array(fc.integer({ min: 1, max: 3_000 }), { minLength: 1, maxLength: 20 }), (cuts) => {
      const cut = resampled(input, 44_100, cuts);
      expect(cut).toHaveLength(whole.length);
      // Sums of steps differ in their last digits.
      expect(cut.reduce((most, sample, i) => Math.max(most, Math.abs(sample - (whole[i] ?? 0))), 0)).toBeLessThan(1e-6);
    });
    fc.assert(property, { numRuns: 30 });
  });
});

/** What a track hands over: channel c holds `value × (c + 1)`. */
function pieceOf(sampleRate: number, numberOfChannels: number, numberOfFrames: number, value: number): AudioData {
  const piece = {
    sampleRate,
    numberOfChannels,
    numberOfFrames,
    copyTo(into: Float32Array, { planeIndex, frameCount = 0 }: AudioDataCopyToOptions) {
      into.fill(value * (planeIndex + 1), 0, frameCount);
    },
  };
  // Only what is used of it: Node has no AudioData.
  return piece as unknown as AudioData;
}

describe('a microphone of any kind', () => {
  it('becomes mono as the mean of its channels', () => {
    const out: number[] = [];
    const mono = new MonoCapture((samples, count) => out.push(...samples.subarray(0, count)));
    mono.push(pieceOf(48_000, 3, 480, 0.125));
    expect(out).toHaveLength(480);
    expect(new Set(out)).toEqual(new Set([0.25]));
  });

  it('takes pieces of any length whole', () => {
    let taken = 0;
    const mono = new MonoCapture((_, count) => (taken += count));
    mono.push(pieceOf(48_000, 1, 50_000, 0.1));
    expect(taken).toBe(50_000);
  });

  it('goes on when its rate and channels change while it runs', () => {
    let taken = 0;
    let last = 0;
    const mono = new MonoCapture((samples, count) => {
      taken += count;
      last = samples[count - 1] ?? 0;
    });
    for (let i = 0; i < 100; i += 1) mono.push(pieceOf(48_000, 2, 480, 0.25));
    for (let i = 0; i < 100; i += 1) mono.push(pieceOf(16_000, 1, 160, 0.25));
    expect(last).toBeCloseTo(0.25, 2);
    for (let i = 0; i < 100; i += 1) mono.push(pieceOf(44_100, 1, 441, 0.25));
    expect(last).toBeCloseTo(0.25, 2);
    expect(Math.abs(taken - 3 * pcmSampleRate)).toBeLessThan(200);
  });
});

describe('the level meter', () => {
  it('tells RMS and peak of a sine, and starts anew each time', () => {
    const meter = new LevelMeter();
    const sine = Float32Array.from({ length: 4_800 }, (_, i) => 0.8 * Math.sin((2 * Math.PI * i * 100) / 48_000));
    meter.add(sine, sine.length);
    const level = meter.take();
    expect(level.rms).toBeCloseTo(0.8 / Math.SQRT2, 3);
    expect(level.peak).toBeCloseTo(0.8, 3);
    expect(meter.take()).toEqual({ rms: 0, peak: 0 });
  });

  it('stays within full scale', () => {
    const meter = new LevelMeter();
    meter.add(Float32Array.of(3, -3, 0.1), 2);
    expect(meter.take()).toEqual({ rms: 1, peak: 1 });
  });
});

describe('a remembered device', () => {
  const devices = [
    { id: 'a', label: 'Desk' },
    { id: 'b', label: 'Headset' },
    { id: 'c', label: '' },
  ];
  it('is found by its id, whatever it is called now', () => {
    expect(idOf(devices, { id: 'b', label: 'Old name' })).toBe('b');
  });
  it('is found by its name when its id changed', () => {
    expect(idOf(devices, { id: 'gone', label: 'Headset' })).toBe('b');
  });
  it('keeps its id while it is away, and is nothing where the system chooses', () => {
    expect(idOf(devices, { id: 'gone', label: 'Other' })).toBe('gone');
    expect(idOf(devices, { id: 'gone', label: '' })).toBe('gone');
    expect(idOf(devices, null)).toBeNull();
  });
});

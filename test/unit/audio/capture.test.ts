import { describe, expect, it } from 'vitest';
import { pcmFrameSamples, readPcmMessage, type PcmMessage } from '../../../preload/contract/pcm.ts';
import { CaptureFramer } from '../../../renderer/audio/capture-framer.ts';
import { LevelMeter } from '../../../renderer/audio/level-meter.ts';

function frames(push: (framer: CaptureFramer) => void): PcmMessage[] {
  const messages: PcmMessage[] = [];
  push(
    new CaptureFramer((message) => {
      const parsed = readPcmMessage(message.slice(0), 0, message.byteLength);
      if (parsed === null) throw new Error('not a message of the contract');
      messages.push(parsed);
    }),
  );
  return messages;
}

describe('cutting the microphone into frames', () => {
  it('makes 10 ms messages of the contract from 128-sample quanta, numbered, with nothing lost between them', () => {
    const ramp = Float32Array.from({ length: 15 * 128 }, (_, i) => i / 32_767);
    const messages = frames((framer) => {
      for (let i = 0; i < 15; i += 1) framer.push(ramp.subarray(i * 128, (i + 1) * 128), false);
    });
    expect(messages.map((message) => ('sequence' in message ? message.sequence : null))).toEqual([0, 1, 2, 3]);
    const samples = messages.flatMap((message) => ('samples' in message ? [...message.samples] : []));
    expect(samples).toEqual(Array.from({ length: 4 * pcmFrameSamples }, (_, i) => i));
  });

  it('sends silence while muted', () => {
    const messages = frames((framer) => framer.push(new Float32Array(pcmFrameSamples).fill(0.5), true));
    expect(messages).toHaveLength(1);
    expect(messages.flatMap((message) => ('samples' in message ? [...new Set(message.samples)] : []))).toEqual([0]);
  });

  it('clips what is louder than full scale instead of wrapping it round', () => {
    const loud = Float32Array.from({ length: pcmFrameSamples }, (_, i) => (i % 2 === 0 ? 1.7 : -1.7));
    const [message] = frames((framer) => framer.push(loud, false));
    expect(message).toMatchObject({ kind: 'capture' });
    const samples = message !== undefined && 'samples' in message ? message.samples : new Int16Array();
    expect([...new Set(samples)]).toEqual([32_767, -32_767]);
  });
});

describe('the level meter', () => {
  it('tells RMS and peak of a sine, and starts anew each time', () => {
    const meter = new LevelMeter();
    meter.add(Float32Array.from({ length: 4_800 }, (_, i) => 0.8 * Math.sin((2 * Math.PI * i * 100) / 48_000)));
    const level = meter.take();
    expect(level.rms).toBeCloseTo(0.8 / Math.SQRT2, 3);
    expect(level.peak).toBeCloseTo(0.8, 3);
    expect(meter.take()).toEqual({ rms: 0, peak: 0 });
  });

  it('stays within full scale', () => {
    const meter = new LevelMeter();
    meter.add(Float32Array.of(3, -3));
    expect(meter.take()).toEqual({ rms: 1, peak: 1 });
  });
});

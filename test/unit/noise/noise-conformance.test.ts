import { describe, expect, test } from 'vitest';
import {
  createNoiseSuppressor,
  noiseDelaySamples,
  noiseFrameSamples,
  NoiseSuppressionError,
  type NoiseBuild,
} from '../../../native-shims/noise/index.ts';
import { inNoise, segmentalSnrDb, suppressed } from '../../lab/noisy-speech.ts';
import { synthSpeech } from '../media/synth-speech.ts';

const speech = synthSpeech(4, 3);
const rms = (samples: Int16Array): number => Math.sqrt(samples.reduce((sum, sample) => sum + sample ** 2, 0) / samples.length);

describe.each(['simd', 'plain'] satisfies NoiseBuild[])('RNNoise, %s', (build) => {
  test('takes noise away where nobody speaks, and says that nobody does', () => {
    const noise = inNoise(speech, 10).map((sample, i) => sample - (speech[i] ?? 0));
    const suppressor = createNoiseSuppressor(build);
    const out = suppressed(noise, suppressor);
    // It takes half a second to learn what the noise is.
    const settled = 24_000;
    expect(rms(out.subarray(settled))).toBeLessThan(rms(noise.subarray(settled)) / 5);
    expect(suppressor.voice).toBeLessThan(0.5);
    suppressor.free();
  });

  test('leaves clean speech speech, one frame later', () => {
    const suppressor = createNoiseSuppressor(build);
    const out = suppressed(speech, suppressor);
    expect(segmentalSnrDb(speech, out, noiseDelaySamples)).toBeGreaterThan(segmentalSnrDb(speech, out, 0) + 3);
    expect(rms(out)).toBeGreaterThan(rms(speech) / 2);
    suppressor.free();
  });

  test('brings speech closer to what was said before the noise came', () => {
    const noisy = inNoise(speech, 5);
    const suppressor = createNoiseSuppressor(build);
    const gainDb = segmentalSnrDb(speech, suppressed(noisy, suppressor), noiseDelaySamples) - segmentalSnrDb(speech, noisy, 0);
    expect(gainDb).toBeGreaterThan(0.5);
    suppressor.free();
  });

  test('writes each frame into the same array', () => {
    const suppressor = createNoiseSuppressor(build);
    const frame = speech.subarray(0, noiseFrameSamples);
    expect(suppressor.process(frame)).toBe(suppressor.process(frame));
    suppressor.free();
  });

  test('refuses frames of another length, and work after it was freed', () => {
    const suppressor = createNoiseSuppressor(build);
    expect(() => suppressor.process(new Int16Array(960))).toThrow(RangeError);
    suppressor.free();
    suppressor.free();
    expect(() => suppressor.process(new Int16Array(noiseFrameSamples))).toThrow(NoiseSuppressionError);
  });
});

test('both builds do the same, but for rounding', () => {
  const noisy = inNoise(speech, 10);
  const [a, b] = [createNoiseSuppressor('simd'), createNoiseSuppressor('plain')];
  expect(segmentalSnrDb(suppressed(noisy, a), suppressed(noisy, b), 0)).toBeGreaterThan(30);
  a.free();
  b.free();
});

test('two streams do not hear each other', () => {
  const [alone, beside, other] = [createNoiseSuppressor(), createNoiseSuppressor(), createNoiseSuppressor()];
  const frames = Array.from({ length: 50 }, (_, i) => speech.subarray(i * noiseFrameSamples, (i + 1) * noiseFrameSamples));
  const expected = frames.map((frame) => alone.process(frame).slice());
  const found = frames.map((frame, i) => {
    other.process(frames[frames.length - 1 - i] ?? frame);
    return beside.process(frame).slice();
  });
  expect(found).toEqual(expected);
  for (const suppressor of [alone, beside, other]) suppressor.free();
});

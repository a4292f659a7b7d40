import { expect, test } from 'vitest';
import { measureVoice, type MeasuredVoice } from '../../quality/meter/index.ts';
import { mulberry32, synthSpeech } from '../media/synth-speech.ts';

const sampleRate = 48_000;
const ms = (milliseconds: number): number => Math.round((milliseconds * sampleRate) / 1000);
const speech = synthSpeech(8, 11);

function later(samples: Int16Array, milliseconds: number): Int16Array {
  const out = new Int16Array(samples.length + ms(milliseconds));
  out.set(samples, ms(milliseconds));
  return out;
}

function measured(recorded: Int16Array | Float32Array, reference: Int16Array | Float32Array = speech): MeasuredVoice {
  const result = measureVoice({ reference, recorded, sampleRate });
  if (!result.valid) throw new Error(`not measured: ${result.reason}`);
  return result;
}

const rootMeanSquare = (samples: Int16Array): number =>
  Math.sqrt(samples.reduce((sum, sample) => sum + sample * sample, 0) / samples.length);

function withNoise(samples: Int16Array, snrDb: number): Int16Array {
  const random = mulberry32(5);
  // Uniform noise of peak p has a power of p² / 3.
  const peak = rootMeanSquare(samples) * 10 ** (-snrDb / 20) * Math.sqrt(3);
  return samples.map((sample) => Math.max(-32_768, Math.min(32_767, sample + (random() * 2 - 1) * peak)));
}

/** Frames of 20 ms are silenced at random. */
function withLoss(samples: Int16Array, share: number): Int16Array {
  const random = mulberry32(7);
  const out = Int16Array.from(samples);
  for (let at = 0; at < out.length; at += ms(20)) if (random() < share) out.fill(0, at, at + ms(20));
  return out;
}

test('a recording that is what was spoken is perfect and not late', () => {
  const result = measured(speech);
  expect(result.estoi).toBeGreaterThan(0.999);
  expect(result.stoi).toBeGreaterThan(0.999);
  expect(result.delayMs.p50).toBeCloseTo(0, 1);
  expect(result).toMatchObject({ gaps: 0, concealed: 0, clipped: 0, inverted: false, measuredMs: 8000 });
  expect(result.gainDb).toBeCloseTo(0, 2);
  expect(result.levelDb).toBeCloseTo(result.referenceLevelDb, 2);
});

test('a delay is measured to a fraction of a millisecond', () => {
  const { delayMs, driftMs, estoi } = measured(later(speech, 137.25));
  for (const value of Object.values(delayMs)) expect(value).toBeCloseTo(137.25, 1);
  expect(driftMs).toBeCloseTo(0, 1);
  expect(estoi).toBeGreaterThan(0.999);
});

test('samples as floating point and as integers measure the same', () => {
  const recorded = withNoise(later(speech, 40), 15);
  const asFloat = measured(
    Float32Array.from(recorded, (sample) => sample / 32_768),
    Float32Array.from(speech, (sample) => sample / 32_768),
  );
  expect(asFloat).toEqual(measured(recorded));
});

test.each([150, 600])('a delay that grows by %i ms and comes back is followed', (stepMs) => {
  const [from, back] = [ms(2500), ms(5500)];
  const recorded = later(speech, 80);
  recorded.fill(0, ms(80) + from);
  recorded.set(speech.subarray(from, back), ms(80 + stepMs) + from);
  recorded.set(speech.subarray(back), ms(80) + back);

  const { delayOverTime, delayMs, estoi } = measured(recorded);

  expect(delayMs.min).toBeCloseTo(80, 0);
  expect(delayMs.max).toBeCloseTo(80 + stepMs, 0);
  // What was said last before the delay fell was overwritten; a window is 320 ms long.
  const during = delayOverTime.filter(({ atMs }) => atMs > 2500 + 200 && atMs < 5500 - stepMs - 200);
  const outside = delayOverTime.filter(({ atMs }) => atMs < 2500 - 200 || atMs > 5500 + 200);
  expect(during.length).toBeGreaterThan(10);
  expect(outside.length).toBeGreaterThan(20);
  for (const point of during) expect(point.delayMs).toBeCloseTo(80 + stepMs, 0);
  for (const point of outside) expect(point.delayMs).toBeCloseTo(80, 0);
  expect(estoi).toBeGreaterThan(0.85);
});

test('a player whose clock is off by 200 ppm is told by the drift of the delay', () => {
  const recorded = later(speech, 50);
  const skewed = recorded.map((_, i) => recorded[Math.round(i * (1 - 200e-6))] ?? 0);
  const { driftPpm, driftMs, estoi } = measured(skewed);
  expect(driftPpm).toBeGreaterThan(180);
  expect(driftPpm).toBeLessThan(220);
  expect(driftMs).toBeGreaterThan(1);
  expect(estoi).toBeGreaterThan(0.98);
});

test('the noisier, the less can be understood', () => {
  const scores = [30, 20, 10, 0].map((snrDb) => measured(withNoise(later(speech, 60), snrDb)).estoi ?? Number.NaN);
  expect(scores.toSorted((a, b) => b - a)).toEqual(scores);
  expect(scores[0]).toBeGreaterThan(0.8);
  expect(scores[3]).toBeLessThan(0.7);
});

test('the more frames are lost, the less can be understood, and the delay is still found', () => {
  const results = [0, 0.05, 0.1, 0.2, 0.4].map((share) => measured(withLoss(later(speech, 90), share)));
  const scores = results.map(({ estoi }) => estoi ?? Number.NaN);
  expect(scores.toSorted((a, b) => b - a)).toEqual(scores);
  const gapped = results.map(({ gapMs }) => gapMs);
  expect(gapped.toSorted((a, b) => a - b)).toEqual(gapped);
  for (const { delayMs } of results) {
    expect(delayMs.min).toBeCloseTo(90, 0);
    expect(delayMs.max).toBeCloseTo(90, 0);
  }
});

test('each silence in the middle of speech is one gap of its length, and counted as speech that left the reference', () => {
  // A steady voice: no pause in which a gap would not be heard.
  const voice = Int16Array.from({ length: ms(6000) }, (_, i) => {
    const seconds = i / sampleRate;
    const phase = 2 * Math.PI * (140 * seconds + 8 * Math.sin(2 * Math.PI * 0.7 * seconds));
    let sum = 0;
    for (let harmonic = 1; harmonic <= 20; harmonic += 1) {
      sum += Math.sin(harmonic * phase) * (0.4 + 0.3 * Math.sin(harmonic + 5 * seconds));
    }
    return Math.round(sum * 1500);
  });
  const recorded = later(voice, 30);
  for (const [atMs, lengthMs] of [
    [1000, 20],
    [2500, 60],
    [4000, 120],
  ] as const) {
    recorded.fill(0, ms(30 + atMs), ms(30 + atMs + lengthMs));
  }

  const result = measured(recorded, voice);

  expect(result.gaps).toBe(3);
  for (const [index, [atMs, lengthMs]] of [
    [1000, 20],
    [2500, 60],
    [4000, 120],
  ].entries()) {
    expect(Math.abs((result.gapList[index]?.atMs ?? 0) - (atMs ?? 0))).toBeLessThanOrEqual(4);
    expect(Math.abs((result.gapList[index]?.lengthMs ?? 0) - (lengthMs ?? 0))).toBeLessThanOrEqual(6);
  }
  expect(Math.abs(result.longestGapMs - 120)).toBeLessThanOrEqual(6);
  expect(result.concealed).toBe(3);
  expect(result.concealedMs).toBeGreaterThanOrEqual(150);
});

test('a quieter recording is no worse, and its gain is told', () => {
  const { gainDb, estoi, gaps } = measured(later(speech, 20).map((sample) => sample / 4));
  expect(gainDb).toBeCloseTo(-12, 0);
  expect(estoi).toBeGreaterThan(0.99);
  expect(gaps).toBe(0);
});

test('a recording with its polarity turned over is recognised', () => {
  const { inverted, estoi, delayMs } = measured(later(speech, 25).map((sample) => -sample));
  expect(inverted).toBe(true);
  expect(estoi).toBeGreaterThan(0.999);
  expect(delayMs.p50).toBeCloseTo(25, 1);
});

test('samples that were cut off at full scale are counted', () => {
  expect(measured(later(speech, 20).map((sample) => Math.max(-32_768, Math.min(32_767, sample * 8)))).clipped).toBeGreaterThan(
    100,
  );
});

test('a recording that ends early is measured as far as it goes', () => {
  const result = measured(later(speech, 100).subarray(0, ms(5000)));
  expect(result.measuredMs).toBeCloseTo(4900, 0);
  expect(result.gaps).toBe(0);
  expect(result.estoi).toBeGreaterThan(0.999);
});

test('looped speech is found at the delay within reach', () => {
  const loop = synthSpeech(3, 21);
  const looped = Int16Array.from({ length: loop.length * 3 }, (_, i) => loop[i % loop.length] ?? 0);
  const result = measureVoice({
    reference: looped,
    recorded: later(looped, 200),
    sampleRate,
    delayRangeMs: { fromMs: 0, toMs: 2000 },
  });
  expect(result).toMatchObject({ valid: true, delayMs: { p50: expect.closeTo(200, 1), max: expect.closeTo(200, 1) } });
});

test.each([
  ['other speech', synthSpeech(8, 99), speech, 'unrelated'],
  ['silence', new Int16Array(ms(8000)), speech, 'recording-silent'],
  ['hardly anything', speech.subarray(0, ms(100)), speech, 'recording-too-short'],
  ['nothing', new Int16Array(0), speech, 'recording-too-short'],
  ['something, where nobody spoke', speech, new Int16Array(ms(8000)), 'reference-without-speech'],
] as const)('%s is not taken for what was spoken', (_, recorded, reference, reason) => {
  expect(measureVoice({ reference, recorded, sampleRate })).toEqual({ valid: false, reason });
});

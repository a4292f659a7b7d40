import { describe, expect, it } from 'vitest';
import { pluck } from '../../../renderer/audio/plucked-string.ts';
import { renderSound, scores, soundPeak, type ScoreName } from '../../../renderer/audio/sounds.ts';

const rate = 48_000;
const power = (samples: Float32Array): number => samples.reduce((sum, sample) => sum + sample * sample, 0) / samples.length;

/** Share of the power that one frequency has (Goertzel). */
function strength(samples: Float32Array, frequencyHz: number): number {
  const step = 2 * Math.cos((2 * Math.PI * frequencyHz) / rate);
  let [before, last] = [0, 0];
  for (const sample of samples) [before, last] = [last, sample + step * last - before];
  return (2 * (before ** 2 + last ** 2 - step * before * last)) / samples.length ** 2 / power(samples);
}

describe('a plucked string', () => {
  it.each([146.83, 220, 293.66, 440, 587.33, 739.99, 880])('of %f Hz is in tune within 3 cents', (frequencyHz) => {
    const tone = pluck({ frequencyHz, decayS: 4, brightness: 0.3 }, 2, rate).subarray(rate / 4);
    const cents = Array.from({ length: 41 }, (_, i) => i - 20);
    const strengths = cents.map((offset) => strength(tone, frequencyHz * 2 ** (offset / 1_200)));
    const best = cents[strengths.indexOf(Math.max(...strengths))] ?? Number.NaN;
    expect(Math.abs(best)).toBeLessThanOrEqual(3);
  });

  it('dies away, and about as fast as it was told', () => {
    const tone = pluck({ frequencyHz: 220, decayS: 1, brightness: 0.2 }, 1.2, rate);
    const start = power(tone.subarray(0, rate / 10));
    const end = power(tone.subarray(rate, rate * 1.1));
    expect(10 * Math.log10(end / start)).toBeLessThan(-50);
  });

  it('sounds the same each time', () => {
    const string = { frequencyHz: 440, decayS: 1, brightness: 0.5 };
    expect(pluck(string, 0.1, rate)).toEqual(pluck(string, 0.1, rate));
  });
});

describe.each(Object.keys(scores) as ScoreName[])('the sound "%s"', (name) => {
  const samples = renderSound(name, rate);
  const { lengthS, everyS } = scores[name];

  it('peaks at -12 dBFS', () => {
    expect(samples.reduce((most, sample) => Math.max(most, Math.abs(sample)), 0)).toBeCloseTo(soundPeak, 5);
  });

  it('is as long as one turn, and ends in silence without a click', () => {
    expect(samples.length).toBe(Math.round((everyS ?? lengthS) * rate));
    expect(Math.abs(samples.at(-1) ?? 1)).toBeLessThan(0.001);
    const tail = samples.subarray(Math.round(lengthS * rate) - 20, Math.round(lengthS * rate));
    expect(tail.every((sample) => Math.abs(sample) < 0.03)).toBe(true);
  });
});

it('the ring rises from D4 over A4 and D5 to F sharp 5, one every 0.3 s', () => {
  const ring = renderSound('ring', rate);
  const notes = [293.66, 440, 587.33, 739.99];
  const loudness = (frequencyHz: number, beat: number): number => {
    const heard = ring.subarray(Math.round((0.3 * beat + 0.02) * rate), Math.round((0.3 * beat + 0.28) * rate));
    return strength(heard, frequencyHz) * power(heard);
  };
  for (const beat of [1, 2, 3]) {
    const note = notes[beat] ?? Number.NaN;
    expect(loudness(note, beat)).toBeGreaterThan(5 * loudness(note, beat - 1));
  }
  expect(loudness(notes[0] ?? Number.NaN, 0)).toBeGreaterThan(5 * loudness(notes[1] ?? Number.NaN, 0));
});

import { expect, test } from 'vitest';
import { measureRecovery, measureVoice, type MeasuredVoice } from '../../quality/meter/index.ts';
import { synthSpeech } from '../media/synth-speech.ts';

const sampleRate = 48_000;
const ms = (milliseconds: number): number => Math.round((milliseconds * sampleRate) / 1000);
const speech = synthSpeech(12, 31);
const usualMs = 100;

/** Speech that is heard `usualMs` late, nothing from 4 s to 5.5 s, then `extraMs` later than usual, and from `calmAtMs` on as before. */
function heard(extraMs: number, calmAtMs: number): MeasuredVoice {
  const recorded = new Int16Array(speech.length + ms(1500));
  recorded.set(speech, ms(usualMs));
  recorded.fill(0, ms(4000), ms(5500));
  const late = speech.subarray(ms(5500 - usualMs - extraMs), ms(calmAtMs - usualMs - extraMs));
  recorded.set(late, ms(5500));
  const measured = measureVoice({ reference: speech, recorded, sampleRate });
  if (!measured.valid) throw new Error(measured.reason);
  return measured;
}

const outage = { fromMs: 4000, soundPossibleAtMs: 5500, delayPossibleAtMs: 5500 };

test('a call that goes on at once after an outage recovers in no time', () => {
  const recovery = measureRecovery(heard(0, 6000), outage);
  expect(recovery?.soundBackMs).toBeLessThan(60);
  expect(recovery?.delayBackMs).toBe(0);
});

test('delay that stays after an outage is counted until it is gone', () => {
  const recovery = measureRecovery(heard(300, 8500), outage);
  expect(recovery?.soundBackMs).toBeLessThan(60);
  // Windows of 320 ms: the last that is late lies up to so far before the end of the delay.
  expect(recovery?.delayBackMs).toBeGreaterThan(3000 - 500);
  expect(recovery?.delayBackMs).toBeLessThan(3000 + 200);
});

test('delay that comes again after seconds in time is another matter', () => {
  const measured = heard(0, 6000);
  const windowAt = (spokenMs: number, delayMs: number) => ({ atMs: spokenMs, delayMs, likeness: 1 });
  const along = (delayAt: (spokenMs: number) => number): MeasuredVoice => ({
    ...measured,
    delayOverTime: Array.from({ length: 150 }, (_, at) => windowAt(at * 80, delayAt(at * 80))),
  });
  const relapse = (fromMs: number): MeasuredVoice =>
    along((spokenMs) => usualMs + (spokenMs < 4000 || (spokenMs > 6000 && spokenMs < fromMs) ? 0 : 150));
  expect(measureRecovery(relapse(9000), outage)?.delayBackMs).toBeCloseTo(6000 + 250 - 5500, -2);
  // After a second and a half it had not been over.
  expect(measureRecovery(relapse(7500), outage)?.delayBackMs).toBeGreaterThan(5000);
});

test('silence after the network is back is counted until sound is back', () => {
  const early = { fromMs: 4000, soundPossibleAtMs: 4700, delayPossibleAtMs: 4700 };
  const recovery = measureRecovery(heard(0, 6000), early);
  // What the speaker said last before 5.5 s and was missed; they may have paused for a quarter of a second.
  expect(recovery?.soundBackMs).toBeGreaterThan(800 - 250);
  expect(recovery?.soundBackMs).toBeLessThan(800 + 60);
});

test('nothing is said about a call of which nothing was heard before', () => {
  expect(measureRecovery(heard(0, 6000), { ...outage, fromMs: 0 })).toBeNull();
});

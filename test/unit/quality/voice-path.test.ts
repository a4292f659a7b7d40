import { describe, expect, test } from 'vitest';
import { measureVoice, type MeasuredVoice } from '../../quality/meter/index.ts';
import { cleanLink, type LinkConditions } from '../../quality/simulation/link.ts';
import { speakOver } from '../../quality/simulation/voice-path.ts';
import { mulberry32, synthSpeech } from '../media/synth-speech.ts';

const speech = synthSpeech(14, 5);

function heardOver(conditions: Partial<LinkConditions>, redundancy = true) {
  const seed = 3;
  const run = speakOver({ speech, conditions: { ...cleanLink, ...conditions }, random: mulberry32(seed), redundancy });
  const measured = measureVoice({ reference: run.spoken, recorded: run.heard, sampleRate: 48_000 });
  if (!measured.valid) throw new Error(`nothing to measure: ${measured.reason}`);
  return { ...run, measured, estoi: measured.estoi ?? 0 };
}

const lagMs = ({ delayMs }: MeasuredVoice): number => delayMs.p50;

describe('a voice over a simulated cable, with our sender, our receiver and their feedback', () => {
  const clean = heardOver({});

  test('is what was said where nothing happens to it, after the cable, a frame and little more', () => {
    expect(clean.estoi).toBeGreaterThan(0.9);
    expect(lagMs(clean.measured)).toBeGreaterThan(70);
    expect(lagMs(clean.measured)).toBeLessThan(100);
    expect(clean.sender.copies).toBe(0);
  });

  test.each([
    ['10 % lost', { loss: 0.1 }, 120, 0.5],
    ['20 % lost', { loss: 0.2 }, 120, 0.5],
    ['40 % lost', { loss: 0.4 }, 250, 0.5],
    ['bursts', { burst: { enter: 0.02, leave: 0.25, lossInBad: 0.8 } }, 250, 0.7],
    ['20 % lost and jitter', { loss: 0.2, jitterMs: 40 }, 160, 0.5],
  ] as const)('%s: copies bring back much of what would have to be guessed', (_name, conditions, mostMs, share) => {
    const without = heardOver(conditions, false);
    const mended = heardOver(conditions);
    expect(mended.sender.copies).toBeGreaterThan(0);
    // In-band FEC is half a guess: it is what there is without copies.
    const guessedMs = without.receiver.concealedMs + without.receiver.recoveredMs / 2;
    expect(mended.receiver.concealedMs + mended.receiver.recoveredMs / 2).toBeLessThan(guessedMs * share);
    expect(mended.estoi).toBeGreaterThan(without.estoi);
    expect(lagMs(mended.measured) - lagMs(clean.measured)).toBeLessThan(mostMs);
  });

  test('jitter alone costs its own width of delay and next to nothing of the voice', () => {
    const { measured, estoi, receiver } = heardOver({ jitterMs: 30 });
    expect(lagMs(measured) - lagMs(clean.measured)).toBeLessThan(60);
    expect(clean.estoi - estoi).toBeLessThan(0.03);
    expect(receiver.skippedMs).toBe(0);
  });

  test('an uplink of 32 kbit/s with a deep queue is understood, and not drowned in its queue', () => {
    const { measured, estoi, sender } = heardOver({ rateBps: 32_000, queueMs: 300 });
    // Some 10 kbit/s are left for the voice.
    expect(estoi).toBeGreaterThan(clean.estoi - 0.3);
    expect(sender.bitrateBps).toBeLessThan(24_000);
    expect(lagMs(measured) - lagMs(clean.measured)).toBeLessThan(200);
  });
});

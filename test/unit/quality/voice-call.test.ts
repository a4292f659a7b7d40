import { describe, expect, test } from 'vitest';
import { measureRecovery, measureVoice, type MeasuredVoice } from '../../quality/meter/index.ts';
import { cleanLink, type LinkConditions } from '../../quality/simulation/link.ts';
import { callOver } from '../../quality/simulation/voice-call.ts';
import { synthSpeech } from '../media/synth-speech.ts';

const seconds = 14;
const speech = [synthSpeech(seconds, 5), synthSpeech(seconds, 6)] as const;

/** What the first end says, heard at the second, over such uplinks at both; judged from `fromMs` on. What is understood is the mean of both ways. */
function heardOver(conditions: Partial<LinkConditions>, redundancy = true, greedyFromMs: number | null = null, fromMs = 0) {
  const ways = callOver({
    speech,
    seed: 1,
    conditions: [{ fromMs: 0, link: { ...cleanLink, ...conditions } }],
    redundancy,
    greedyFromMs,
  });
  const from = fromMs * 48;
  const [said, back] = ways.map((way) => {
    const measured = measureVoice({
      reference: way.spoken.subarray(from),
      recorded: way.heard.subarray(from),
      sampleRate: 48_000,
    });
    if (!measured.valid) throw new Error(`nothing to measure: ${measured.reason}`);
    return { ...way, measured };
  });
  if (said === undefined || back === undefined) throw new Error('two ways');
  return { ...said, estoi: ((said.measured.estoi ?? 0) + (back.measured.estoi ?? 0)) / 2 };
}

const lagMs = ({ delayMs }: MeasuredVoice): number => delayMs.p50;

describe('a voice over a simulated cable, with our sender, our receiver and their feedback', () => {
  const clean = heardOver({});

  test('is what was said where nothing happens to it, after the cable, a frame, the page and little more', () => {
    expect(clean.estoi).toBeGreaterThan(0.9);
    expect(lagMs(clean.measured)).toBeGreaterThan(100);
    expect(lagMs(clean.measured)).toBeLessThan(135);
    expect(clean.sender).toMatchObject({ copies: 0, frameMs: 20, bitrateBps: 64_000 });
    // Voice, five feedback messages a second, and two reports.
    expect(clean.packets / seconds).toBeLessThan(50 + 5 + 2);
  });

  test('goes in frames of 10 ms where the way is short and stays calm', () => {
    const { sender, estoi } = heardOver({ delayMs: 3 });
    expect(sender).toMatchObject({ frameMs: 10, bitrateBps: 64_000 });
    expect(estoi).toBeGreaterThan(clean.estoi - 0.005);
  });

  test('goes in frames of 20 ms again at the first loss', () => {
    const { moments } = heardOver({ delayMs: 3, loss: 0.002 });
    expect(moments.every(({ sender }) => sender.frameMs === 20 || sender.lossShare === 0)).toBe(true);
  });

  test.each([
    ['10 % lost', { loss: 0.1 }, 120, 0.5],
    ['20 % lost', { loss: 0.2 }, 120, 0.5],
    ['40 % lost', { loss: 0.4 }, 250, 0.5],
    ['bursts', { burst: { enter: 0.05, leave: 0.25, lossInBad: 0.9 } }, 250, 0.7],
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

  test('a network that was gone for 1.5 s leaves nothing behind: whole words at once, and no later than before', () => {
    const goneAtMs = 6_000;
    const backAtMs = 7_500;
    const ways = callOver({
      speech,
      seed: 2,
      conditions: [
        { fromMs: 0, link: cleanLink },
        { fromMs: goneAtMs, link: { ...cleanLink, loss: 1 } },
        { fromMs: backAtMs, link: cleanLink },
      ],
    });
    for (const { spoken, heard, moments } of ways) {
      const possibleMs = backAtMs + cleanLink.delayMs;
      const measured = measureVoice({ reference: spoken, recorded: heard, sampleRate: 48_000 });
      if (!measured.valid) throw new Error(`nothing to measure: ${measured.reason}`);
      const times = { fromMs: goneAtMs, soundPossibleAtMs: possibleMs, delayPossibleAtMs: possibleMs };
      const recovery = measureRecovery(measured, times);
      expect(recovery?.soundBackMs).toBeLessThan(300);
      expect(recovery?.delayBackMs).toBeLessThan(500);
      // The sender goes on as it was: no copies, and no spare packing for a queue that isn't there.
      expect(moments.every(({ sender }) => sender.copies === 0 && sender.bitrateBps >= 32_000)).toBe(true);
    }
  });

  test('a way that becomes 150 ms longer is no queue, and costs the voice no bits', () => {
    const ways = callOver({
      speech,
      seed: 2,
      conditions: [
        { fromMs: 0, link: cleanLink },
        { fromMs: 7_000, link: { ...cleanLink, delayMs: cleanLink.delayMs + 150 } },
      ],
    });
    for (const { moments } of ways) expect(moments.every(({ sender }) => sender.bitrateBps >= 32_000)).toBe(true);
  });

  test('jitter alone costs its own width of delay and next to nothing of the voice', () => {
    const { measured, estoi, receiver } = heardOver({ jitterMs: 30 });
    expect(lagMs(measured) - lagMs(clean.measured)).toBeLessThan(60);
    expect(clean.estoi - estoi).toBeLessThan(0.03);
    expect(receiver.skippedMs).toBe(0);
  });

  test('beside greedy TCP flows on both uplinks of 1 Mbit/s it stays intelligible, and is not starved', () => {
    const { estoi, moments } = heardOver({ rateBps: 1_000_000, queueMs: 300 }, true, 0);
    expect(estoi).toBeGreaterThan(clean.estoi - 0.05);
    const starved = moments.filter(({ sender }) => sender.bitrateBps < 15_000).length;
    expect(starved).toBeLessThan(0.1 * moments.length);
  });

  test('an uplink of 32 kbit/s with a deep queue is understood, and not drowned in its queue, once it is known', () => {
    const { measured, estoi, sender } = heardOver({ rateBps: 32_000, queueMs: 300 }, true, null, 5_000);
    // Some 10 kbit/s are left for the voice.
    expect(estoi).toBeGreaterThan(clean.estoi - 0.3);
    expect(sender.bitrateBps).toBeLessThan(24_000);
    expect(lagMs(measured) - lagMs(clean.measured)).toBeLessThan(200);
  });

  test('an uplink of 32 kbit/s that its application uses, too, is left to it as far as need be', () => {
    const ways = callOver({
      speech,
      seed: 2,
      beside: true,
      conditions: [
        { fromMs: 0, link: cleanLink },
        { fromMs: 1_000, link: { ...cleanLink, rateBps: 32_000, queueMs: 300 } },
      ],
    });
    for (const { moments } of ways) {
      const settled = moments.filter(({ atMs }) => atMs >= 5_000);
      const queuedMs = settled.reduce((sum, moment) => sum + moment.queuedMs, 0) / settled.length;
      expect(queuedMs).toBeLessThan(50);
    }
  });
});

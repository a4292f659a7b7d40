/** Two media processes, one call: what is played into one comes out of the other. */
import { mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, describe, expect, test } from 'vitest';
import { decodeWav, encodeWav } from '../../main/media/index.ts';
import { bothUp, connectSides, startMedia, waitFor, type MediaSide } from '../unit/media/media-pair.ts';
import { median, synthSpeech, windowByWindow } from '../unit/media/synth-speech.ts';

const dir = mkdtempSync(join(tmpdir(), 'lilliput-media-'));
afterAll(() => rmSync(dir, { recursive: true, force: true }));

const running: MediaSide[] = [];
afterEach(async () => {
  await Promise.all(running.splice(0).map((side) => side.process.stop()));
});
const start = (): MediaSide => {
  const side = startMedia();
  running.push(side);
  return side;
};

const rate = 48;
/** Sound in real time: a computer that is starved while it plays damages what it plays, and is given another try. */
const realTime = { timeout: 90_000, retry: 2 };

describe('a call between two media processes', () => {
  test('what one says in five seconds the other records, nothing lost, soon after', realTime, async () => {
    const speech = synthSpeech(5, 11);
    const spokenPath = join(dir, 'spoken.wav');
    const heardPath = join(dir, 'heard.wav');
    writeFileSync(spokenPath, encodeWav(speech));
    const [caller, callee] = [start(), start()];
    await caller.client.useFiles({ playPath: spokenPath, recordPath: null, echo: false });
    await callee.client.useFiles({ playPath: null, recordPath: heardPath, echo: false });
    const callId = connectSides(caller, callee);
    await bothUp(caller, callee);
    expect([...caller.events, ...callee.events].map(({ type }) => type)).not.toContain('stats');

    callee.client.startAudio(callId);
    caller.client.startAudio(callId);
    await waitFor(() => expect(caller.last('stats')?.stats.sentPackets).toBeGreaterThan(265), 15_000);
    caller.client.close(callId);
    callee.client.close(callId);
    await callee.process.stop();

    const spokenAt = caller.deviceEvents.find(({ type }) => type === 'capture-started')?.atMonotonicMs ?? Number.NaN;
    const recordedAt = callee.deviceEvents.find(({ type }) => type === 'record-started')?.atMonotonicMs ?? Number.NaN;
    const heard = decodeWav(readFileSync(heardPath));
    const windows = windowByWindow(speech, heard, 800 * rate);
    const mouthToEarMs = median(windows.map(({ lag }) => lag)) / rate + recordedAt - spokenAt;
    const stats = callee.last('stats')?.stats;
    expect(windows.length).toBeGreaterThan(10);
    expect(median(windows.map(({ correlation }) => correlation))).toBeGreaterThan(0.8);
    expect(stats?.lostPackets).toBe(0);
    expect(mouthToEarMs).toBeGreaterThan(20);
    expect(mouthToEarMs).toBeLessThan(400);
    expect(callee.last('first-audio')).toBeDefined();
    const spoken = (side: MediaSide): number[] =>
      side.events.flatMap((event) => (event.type === 'stats' ? [event.stats.speakingFraction] : []));
    expect(Math.max(...spoken(caller))).toBeGreaterThan(0.5);
    expect(Math.max(...spoken(callee))).toBe(0);
  });
});

test('an echo says again what was said to it', realTime, async () => {
  const [caller, echo] = [start(), start()];
  const spoken = join(dir, 'say.wav');
  const heard = join(dir, 'echoed.wav');
  const speech = synthSpeech(1.5, 33);
  const padded = new Int16Array(speech.length + 48_000);
  padded.set(speech, 48_000);
  writeFileSync(spoken, encodeWav(padded));
  await caller.client.useFiles({ playPath: spoken, recordPath: heard, echo: false });
  await echo.client.useFiles({ playPath: null, recordPath: null, echo: true });
  const callId = connectSides(caller, echo);
  await bothUp(caller, echo);
  caller.client.startAudio(callId);
  echo.client.startAudio(callId);
  // Two bytes a sample: the echo begins about four seconds in and lasts as long as what was said.
  await waitFor(() => expect(statSync(heard).size).toBeGreaterThan(2 * 7 * 48_000), 20_000);
  const recording = decodeWav(readFileSync(heard));
  const windows = windowByWindow(speech, recording.subarray(3 * 48_000), 3 * 48_000);
  expect(median(windows.map(({ correlation }) => correlation))).toBeGreaterThan(0.8);
});

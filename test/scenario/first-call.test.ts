/** The whole path, headless, in real processes: what `lab:call` measures, here for its truths. */
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, it } from 'vitest';
import { decodeWav, encodeWav } from '../../main/media/index.ts';
import { measureCall } from '../lab/measured-call.ts';
import { speechLike } from '../lab/speech-like.ts';

const home = mkdtempSync(join(tmpdir(), 'lilliput-first-call-'));
afterAll(() => rmSync(home, { recursive: true, force: true }));

it('two people who have only usernames call, and what one says the other hears', { timeout: 180_000 }, async () => {
  const speech = join(home, 'speech.wav');
  const outDir = join(home, 'out');
  mkdirSync(outDir);
  writeFileSync(speech, encodeWav(speechLike(8, 5)));

  const call = await measureCall({ home, speech, outDir, seconds: null });

  // Other speech stays below 0.3; a crowded machine's stretched and concealed moments cost the rest.
  expect(call.correlation).toBeGreaterThan(0.5);
  expect(call.lostPackets).toBeLessThanOrEqual(call.sentPackets * 0.02);
  expect(call.sentPackets).toBeGreaterThan(300);
  expect(call.mouthToEarMs.p50).toBeGreaterThan(0);
  expect(decodeWav(readFileSync(call.recording)).length).toBeGreaterThan(7 * 48_000);
});

import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { chromium } from 'playwright-core';
import { expect, it } from 'vitest';
import { createCallRecorder, createRecordingFile } from '../../main/media/recording/index.ts';

const executablePath = process.env['LILLIPUT_CHROMIUM'];
const seconds = 3;

/** 10 ms of a tone, or of silence. */
const frame = (frequencyHz: number, index: number, speaks: boolean): Int16Array =>
  Int16Array.from({ length: 480 }, (_, i) =>
    speaks ? Math.round(12_000 * Math.sin((2 * Math.PI * frequencyHz * (index * 480 + i)) / 48_000)) : 0,
  );

it.skipIf(executablePath === undefined)(
  'a recording plays elsewhere: a browser hears us left and them right, to the sample',
  async () => {
    const folder = await mkdtemp(join(tmpdir(), 'lilliput-plays-'));
    const browser = await chromium.launch({ executablePath, args: ['--headless', '--no-sandbox', '--disable-gpu'] });
    try {
      const path = join(folder, 'call.opus');
      const faults: string[] = [];
      const recorder = createCallRecorder({
        title: 'Call with wren',
        serial: 1,
        file: createRecordingFile(path, (fault) => faults.push(fault)),
        onTooLong: () => faults.push('too-long'),
      });
      for (let index = 0; index < seconds * 100; index += 1) {
        recorder.spoken(frame(440, index, index < 100));
        recorder.heard(frame(880, index, index >= 200));
      }
      await recorder.stop();
      expect(faults).toEqual([]);
      const page = await browser.newPage();
      const heard = await page.evaluate(
        async (base64) => {
          const bytes = Uint8Array.from(atob(base64), (letter) => letter.codePointAt(0) ?? 0);
          const sound = await new OfflineAudioContext(2, 48_000, 48_000).decodeAudioData(bytes.buffer);
          const rms = (channel: number, fromS: number): number => {
            const samples = sound.getChannelData(channel).slice((fromS + 0.1) * 48_000, (fromS + 0.9) * 48_000);
            return Math.sqrt(samples.reduce((sum, sample) => sum + sample * sample, 0) / samples.length);
          };
          return { samples: sound.length, left: [rms(0, 0), rms(0, 1), rms(0, 2)], right: [rms(1, 0), rms(1, 1), rms(1, 2)] };
        },
        (await readFile(path)).toString('base64'),
      );
      expect(heard.samples).toBe(seconds * 48_000);
      const speaks = (levels: readonly number[]): readonly string[] =>
        levels.map((level) => (level > 0.2 ? 'loud' : level < 0.001 ? 'silent' : `leaks ${level}`));
      expect([speaks(heard.left), speaks(heard.right)]).toEqual([
        ['loud', 'silent', 'silent'],
        ['silent', 'silent', 'loud'],
      ]);
    } finally {
      await browser.close();
      await rm(folder, { recursive: true });
    }
  },
);

/** Codes in a real browser: shown on one page, read by another's camera and from a picture file. */
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { encodeQR } from 'qr';
import type { Browser, Page } from 'playwright-core';
import { afterAll, describe, expect, it } from 'vitest';
import { writeInvitation, writeSafetyScan } from '../../preload/contract/index.ts';
import { keyOf } from './fixtures/page/cast.ts';
import { withPicturePage } from './picture-page.ts';

const chromium = process.env['LILLIPUT_CHROMIUM'];
const dir = mkdtempSync(join(tmpdir(), 'lilliput-codes-'));
afterAll(() => rmSync(dir, { recursive: true, force: true }));

/** What a camera sees that is held before this code: a film of one picture (YUV4MPEG2). */
function film(text: string): string {
  const [width, height, each] = [640, 480, 6];
  const rows = encodeQR(text, 'raw', { ecc: 'medium', border: 4 });
  const luma = Buffer.alloc(width * height, 200);
  const [left, top] = [Math.floor((width - rows.length * each) / 2), Math.floor((height - rows.length * each) / 2)];
  for (const [y, row] of rows.entries())
    for (const [x, isDark] of row.entries())
      for (let line = 0; line < each; line += 1) {
        const at = (top + y * each + line) * width + left + x * each;
        luma.fill(isDark ? 25 : 230, at, at + each);
      }
  const frame = Buffer.concat([Buffer.from('FRAME\n'), luma, Buffer.alloc((width * height) / 2, 128)]);
  const path = join(dir, 'film.y4m');
  writeFileSync(path, Buffer.concat([Buffer.from(`YUV4MPEG2 W${width} H${height} F10:1 Ip A1:1 C420jpeg\n`), frame, frame]));
  return path;
}

const camera = (path: string): string[] => [
  '--use-fake-ui-for-media-stream',
  '--use-fake-device-for-media-stream',
  `--use-file-for-fake-video-capture=${path}`,
];

/** The page with its people, and a note of every track a camera was opened for. */
async function openPage(page: Page, address: string): Promise<void> {
  await page.addInitScript(() => {
    const tracks: MediaStreamTrack[] = [];
    Object.assign(window, { tracks });
    const { mediaDevices } = navigator;
    const open = mediaDevices.getUserMedia.bind(mediaDevices);
    mediaDevices.getUserMedia = async (wish) => {
      const stream = await open(wish);
      tracks.push(...stream.getTracks());
      return stream;
    };
  });
  await page.goto(`${address}?scene=full`);
  await page.getByRole('tab', { name: 'People' }).waitFor();
}

async function openCodes(browser: Browser, address: string): Promise<Page> {
  const page = await browser.newPage();
  await openPage(page, address);
  await page.getByRole('button', { name: 'Add someone' }).click();
  await page.getByRole('button', { name: 'By code' }).click();
  return page;
}

const tracksOf = (page: Page): Promise<string[]> =>
  page.evaluate(() =>
    (window as unknown as { tracks: MediaStreamTrack[] }).tracks.map((track) => `${track.kind} ${track.readyState}`),
  );

describe.skipIf(chromium === undefined)('A code', () => {
  it('held before the camera finds whose invitation it is, and the camera is off then', async () => {
    const link = writeInvitation({ name: 'tern', accountKey: keyOf('tern'), via: ['203.0.113.7:49737'] });
    await withPicturePage(
      chromium ?? '',
      async (browser, address) => {
        const page = await openCodes(browser, address);
        await page.getByRole('button', { name: 'Use the camera' }).click();
        await page.getByText('This link can only mean tern').waitFor();
        expect(await tracksOf(page)).toEqual(['video ended']);
      },
      camera(film(link)),
    );
  });

  it('of a safety number that matches is marked, and one of somebody in between takes the mark away', async () => {
    const scanning = async (text: string, see: (page: Page) => Promise<void>): Promise<void> =>
      withPicturePage(
        chromium ?? '',
        async (browser, address) => {
          const page = await browser.newPage();
          await openPage(page, address);
          await page.getByRole('tab', { name: 'People' }).click();
          await page.evaluate(() => window.fixture.backend.dress());
          await page
            .locator('[data-row]')
            .and(page.getByRole('button', { name: /^wren/u }))
            .click();
          await page.getByRole('button', { name: 'Open the profile of wren' }).click();
          await page.getByRole('button', { name: 'Scan their code' }).click();
          await page.getByRole('button', { name: 'Use the camera' }).click();
          await see(page);
        },
        camera(film(text)),
      );
    await scanning(writeSafetyScan({ from: keyOf('wren'), to: keyOf('juniper') }), async (page) => {
      await page.getByText('It matches. This is wren').waitFor();
      expect(await tracksOf(page)).toEqual(['video ended']);
    });
    await scanning(writeSafetyScan({ from: keyOf('mallory'), to: keyOf('juniper') }), async (page) => {
      await page.getByText('This code is not the one of wren').waitFor();
      await page.keyboard.press('Escape');
      await page.getByText('Not checked yet').waitFor();
      expect(await tracksOf(page)).toEqual(['video ended']);
    });
  });

  it('is looked for no longer when the dialog closes', async () => {
    await withPicturePage(
      chromium ?? '',
      async (browser, address) => {
        const page = await openCodes(browser, address);
        await page.getByRole('button', { name: 'Use the camera' }).click();
        await page.getByRole('button', { name: 'Stop the camera' }).waitFor();
        expect(await tracksOf(page)).toEqual(['video live']);
        await page.keyboard.press('Escape');
        await page.getByRole('dialog').waitFor({ state: 'detached' });
        expect(await tracksOf(page)).toEqual(['video ended']);
      },
      // The browser's own picture of a ticking pie: no code in it.
      ['--use-fake-ui-for-media-stream', '--use-fake-device-for-media-stream'],
    );
  });

  it('is read from a picture file as it was shown; another picture, or no picture, is said to be none', async () => {
    await withPicturePage(chromium ?? '', async (browser, address) => {
      const page = await openCodes(browser, address);
      const download = page.waitForEvent('download');
      await page.getByRole('button', { name: 'Save image' }).click();
      const saved = await (await download).path();
      const file = page.locator('input[type=file]');
      await file.setInputFiles({ name: 'notes.png', mimeType: 'image/png', buffer: Buffer.from('no picture') });
      await page.getByText('That file is no picture').waitFor();
      const blank = await page.evaluate(() => document.createElement('canvas').toDataURL('image/png').split(',')[1] ?? '');
      await file.setInputFiles({ name: 'wall.png', mimeType: 'image/png', buffer: Buffer.from(blank, 'base64') });
      await page.getByText('There is no code in that picture').waitFor();
      await file.setInputFiles({ name: 'code.png', mimeType: 'image/png', buffer: readFileSync(saved) });
      await page.getByText('juniper is you').waitFor();
      expect(await tracksOf(page)).toEqual([]);
    });
  });

  it('and a camera that is not allowed says what to do', async () => {
    await withPicturePage(
      chromium ?? '',
      async (browser, address) => {
        const page = await openCodes(browser, address);
        await page.getByRole('button', { name: 'Use the camera' }).click();
        await page.getByText('The camera is not allowed').waitFor();
        expect(await tracksOf(page)).toEqual([]);
      },
      ['--use-fake-device-for-media-stream', '--deny-permission-prompts'],
    );
  });
});

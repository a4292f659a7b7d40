/** The page's sound in a real Chromium, under the page's security policy, with Chromium's fake devices. */
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { chromium, type Browser, type Page } from 'playwright-core';
import { build } from 'vite';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test, vi } from 'vitest';
import { WebSocketServer } from 'ws';
import { heardBy, installEar } from './rig/ear.ts';
import { EchoLine } from './rig/echo-line.ts';

const executablePath = process.env['LILLIPUT_CHROMIUM'];
const policy = "default-src 'none'; script-src 'self'; worker-src 'self'; connect-src 'self'";
const types: Readonly<Record<string, string>> = { '.html': 'text/html', '.js': 'text/javascript' };
const fakeDevices = '--use-fake-device-for-media-stream';
const allow = '--use-fake-ui-for-media-stream';
/** Of 10 ms: 200 ms. */
const longestGapFrames = 20;
/** Longer than a gap may be: a page that lets go of one microphone before it has the other leaves one. */
const slowMicrophoneMs = 400;

let folder: string;
let server: Server;
let address: string;
let browser: Browser;
let page: Page;
let echo: EchoLine;

const until = (check: () => void | Promise<void>): Promise<void> => vi.waitFor(check, { timeout: 15_000, interval: 20 });
const launch = (...args: readonly string[]): Promise<Browser> =>
  chromium.launch({
    ...(executablePath === undefined ? {} : { executablePath }),
    args: ['--autoplay-policy=no-user-gesture-required', '--no-sandbox', '--disable-gpu', ...args],
  });

async function open(on: Browser, line: 'port' | 'socket' = 'socket', memory: 'shared' | 'own' = 'shared'): Promise<Page> {
  const context = await on.newContext();
  await installEar(context);
  const opened = await context.newPage();
  await opened.goto(`${address}/page.html?line=${line}${memory === 'shared' ? '&alone' : ''}`);
  expect(await opened.evaluate(() => globalThis.crossOriginIsolated)).toBe(memory === 'shared');
  return opened;
}

/** So many more frames from the microphone, and a sound among them: Chromium's fake ones beep twice a second. */
async function hearMore(frames: number): Promise<void> {
  const { captured, loud } = echo;
  await until(() => {
    expect(echo.captured).toBeGreaterThan(captured + frames);
    expect(echo.loud).toBeGreaterThan(loud);
  });
}

const microphone = (): Promise<string | undefined> => page.evaluate(() => globalThis.audio.captureState()?.label);
const openMicrophones = (): Promise<number> => page.evaluate(() => globalThis.plugs.openMicrophones());
const problems = (): Promise<(string | null)[]> => page.evaluate(() => globalThis.heard.problems);
/** Neither the system's choice nor the first. */
const lastDevices = async () => {
  const { microphones, speakers } = await page.evaluate(() => globalThis.audio.listDevices());
  const [mic, speaker] = [microphones.at(-1), speakers.at(-1)];
  if (mic === undefined || speaker === undefined) throw new Error('Chromium has no fake devices');
  return { mic, speaker };
};

async function serve(): Promise<void> {
  server = createServer((request, response) => {
    const { pathname: name, searchParams: params } = new URL(request.url ?? '/', 'http://x');
    readFile(path.join(folder, name)).then(
      (body) =>
        response
          .writeHead(200, {
            'content-security-policy': policy,
            'content-type': types[path.extname(name)] ?? 'text/plain',
            'cross-origin-embedder-policy': 'require-corp',
            // Without it the page is not isolated, and shares no memory with its audio thread.
            'cross-origin-opener-policy': params.has('alone') ? 'same-origin' : 'unsafe-none',
          })
          .end(body),
      () => response.writeHead(404).end(),
    );
  });
  new WebSocketServer({ server }).on('connection', (socket) => echo.join(socket));
  await new Promise<void>((resolve) => {
    server.listen(0, '127.0.0.1', resolve);
  });
  const { port } = server.address() as AddressInfo;
  address = `http://127.0.0.1:${port}`;
}

describe.skipIf(executablePath === undefined)('the sound of a page', () => {
  beforeAll(async () => {
    folder = await mkdtemp(path.join(tmpdir(), 'page-sound-'));
    const root = path.join(import.meta.dirname, 'fixtures/page-sound');
    await build({
      root,
      configFile: false,
      logLevel: 'warn',
      build: {
        outDir: folder,
        emptyOutDir: true,
        target: 'chrome130',
        assetsInlineLimit: 0,
        rolldownOptions: { input: path.join(root, 'page.html') },
      },
    });
    await serve();
    browser = await launch(allow, fakeDevices);
  });
  afterAll(async () => {
    await browser.close();
    server.closeAllConnections();
    server.close();
    await rm(folder, { recursive: true });
  });
  beforeEach(() => {
    echo = new EchoLine();
  });
  afterEach(async () => {
    await page.context().close();
  });

  test.each([
    ['port', 'shared'],
    ['socket', 'shared'],
    ['socket', 'own'],
  ] as const)(
    'over a %s, with %s memory: both sides are heard, a mute is silence, and the call lets go of the microphone',
    async (line, memory) => {
      page = await open(browser, line, memory);
      await page.evaluate(() => globalThis.audio.startCall());
      await hearMore(50);
      await until(async () => {
        const levels = await page.evaluate(() => globalThis.heard.levels);
        for (const side of ['local', 'remote'] as const)
          expect(Math.max(0, ...levels.map((level) => level[side]))).toBeGreaterThan(0.01);
      });
      await page.evaluate(() => globalThis.audio.setMuted(true));
      const { captured } = echo;
      // What was on its way when the mute came.
      await until(() => expect(echo.captured).toBeGreaterThan(captured + 20));
      const { loud } = echo;
      await until(() => expect(echo.captured).toBeGreaterThan(captured + 150));
      expect(echo.loud).toBe(loud);
      await page.evaluate(() => globalThis.audio.stopCall());
      await until(async () => expect(await openMicrophones()).toBe(0));
      expect(await problems()).toEqual([null]);
    },
  );

  test('other devices in the middle of a call leave no gap of 200 ms', async () => {
    page = await open(browser);
    await page.evaluate(() => globalThis.audio.startCall());
    await hearMore(50);
    const { mic, speaker } = await lastDevices();
    expect(await microphone()).not.toBe(mic.label);
    await page.evaluate((ms) => globalThis.plugs.openMicrophonesAfter(ms), slowMicrophoneMs);
    echo.watch();
    await page.evaluate((chosen) => globalThis.audio.setDevices(chosen), {
      microphone: mic,
      speaker: null,
      noiseSuppression: true,
    });
    await until(async () => expect(await microphone()).toBe(mic.label));
    await hearMore(50);
    expect(await openMicrophones()).toBe(1);
    await page.evaluate((chosen) => globalThis.audio.setDevices(chosen), { microphone: mic, speaker, noiseSuppression: true });
    await until(async () => expect(await page.evaluate(() => globalThis.plugs.speaker())).toBe(speaker.id));
    const { asked } = echo;
    await until(() => expect(echo.asked).toBeGreaterThan(asked + 50));
    expect(echo.longest.withoutCapture).toBeLessThanOrEqual(longestGapFrames);
    expect(echo.longest.withoutPlay).toBeLessThanOrEqual(longestGapFrames);
  });

  test('the chosen microphone is taken when it is plugged in, and another when it is pulled out', async () => {
    page = await open(browser);
    const { mic } = await lastDevices();
    await page.evaluate(({ label }) => globalThis.plugs.without([label]), mic);
    await page.evaluate((chosen) => globalThis.audio.setDevices(chosen), {
      microphone: mic,
      speaker: null,
      noiseSuppression: true,
    });
    await page.evaluate(() => globalThis.audio.startCall());
    await hearMore(50);
    const standIn = await microphone();
    expect(standIn).not.toBe(mic.label);
    echo.watch();
    await page.evaluate(() => globalThis.plugs.without([]));
    await until(async () => expect(await microphone()).toBe(mic.label));
    await hearMore(50);
    expect(echo.longest.withoutCapture).toBeLessThanOrEqual(longestGapFrames);
    expect(await problems()).not.toContain('unplugged');
    await page.evaluate(({ label }) => globalThis.plugs.without([label]), mic);
    await until(async () => expect(await microphone()).toBe(standIn));
    await hearMore(50);
    expect((await problems()).slice(-2)).toEqual(['unplugged', null]);
  });

  test('the chosen speaker plays while it is there, else the system’s choice', async () => {
    page = await open(browser);
    const { speaker } = await lastDevices();
    await page.evaluate((chosen) => globalThis.audio.setDevices(chosen), {
      microphone: null,
      speaker,
      noiseSuppression: true,
    });
    await page.evaluate(() => globalThis.audio.startCall());
    const playsOn = (id: string): Promise<void> =>
      until(async () => expect(await page.evaluate(() => globalThis.plugs.speaker())).toBe(id));
    await playsOn(speaker.id);
    await page.evaluate(({ label }) => globalThis.plugs.without([label]), speaker);
    await playsOn('');
    const { asked } = echo;
    await until(() => expect(echo.asked).toBeGreaterThan(asked + 50));
    await page.evaluate(() => globalThis.plugs.without([]));
    await playsOn(speaker.id);
  });

  test('the sound of the speaker test comes out, with its level', async () => {
    page = await open(browser);
    const loudestLevel = await page.evaluate(
      () =>
        new Promise<number>((resolve) => {
          const levels = [0];
          globalThis.audio.testSpeaker(
            (level) => levels.push(level),
            () => resolve(Math.max(...levels)),
          );
        }),
    );
    const sound = await heardBy(page);
    expect(sound.reduce((most, sample) => Math.max(most, Math.abs(sample)), 0) / 32_768).toBeGreaterThan(loudestLevel);
    expect(loudestLevel).toBeGreaterThan(0.01);
  });

  test('the microphone check hears, and lets go of the microphone', async () => {
    page = await open(browser);
    const told = await page.evaluate(
      () =>
        new Promise<string>((resolve) => {
          const running = globalThis.audio.micCheck(
            (level) => {
              if (level < 0.01) return;
              running.stop();
              resolve('heard');
            },
            (problem) => resolve(problem),
          );
        }),
    );
    expect(told).toBe('heard');
    expect(await openMicrophones()).toBe(0);
  });

  test.each([
    ['denied', ['--deny-permission-prompts', fakeDevices]],
    ['none', [allow]],
  ] as const)('a microphone that is %s is told, and the other side is still heard', async (problem, args) => {
    const other = await launch(...args);
    try {
      page = await open(other);
      for (let i = 0; i < 500; i += 1) echo.frames.push(new Int16Array(480).fill(8_000));
      await page.evaluate(() => globalThis.audio.startCall());
      await until(async () => expect(await problems()).toEqual([problem]));
      await until(async () => {
        const levels = await page.evaluate(() => globalThis.heard.levels);
        expect(Math.max(0, ...levels.map(({ remote }) => remote))).toBeGreaterThan(0.1);
      });
    } finally {
      await other.close();
    }
  });
});

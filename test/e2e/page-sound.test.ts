/**
 * The page's audio in a real Chromium, under the page's security policy, with Chromium's fake microphone: run by hand,
 * `node test/unit/audio/page/run.ts`. Prints one line per check and exits with 1 if one failed.
 */
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { chromium, type Browser, type Page } from 'playwright-core';
import { build } from 'vite';
import { WebSocketServer, type WebSocket } from 'ws';
import { pcmFrameBytes, pcmKind, PcmReader, writePcmHeader } from '../../../../preload/contract/pcm.ts';

const policy = "default-src 'none'; script-src 'self'; worker-src 'self'; connect-src 'self'";
const types: Readonly<Record<string, string>> = { '.html': 'text/html', '.js': 'text/javascript' };

/** What the media process would be: gives back what it hears, one frame per credit. */
class Echo {
  frames: Int16Array[] = [];
  captured = 0;
  loud = 0;
  ended = 0;
  closed = 0;
  isStalled = false;
  /** The longest time without a frame of the microphone, and without the player asking, since `watch`. */
  longest = { captureMs: 0, playMs: 0 };
  #last = { captureMs: 0, playMs: 0 };
  #owed = 0;

  watch(): void {
    const nowMs = performance.now();
    this.longest = { captureMs: 0, playMs: 0 };
    this.#last = { captureMs: nowMs, playMs: nowMs };
  }

  #saw(what: 'captureMs' | 'playMs'): void {
    const nowMs = performance.now();
    this.longest[what] = Math.max(this.longest[what], Math.round(nowMs - this.#last[what]));
    this.#last[what] = nowMs;
  }

  join(socket: WebSocket): void {
    const reader = new PcmReader();
    socket.on('close', () => (this.closed += 1));
    socket.on('message', (data: Buffer) => {
      const kind = reader.read(data);
      if (kind === null) throw new Error('the page sent something else than the contract says');
      if (kind === 'capture-ended') this.ended += 1;
      if (kind === 'capture') {
        this.#saw('captureMs');
        this.captured += 2;
        const { first, second } = reader.captured;
        if (second.some((sample) => Math.abs(sample) > 300)) this.loud += 1;
        this.frames.push(first.slice(), second.slice());
      }
      if (kind === 'credit') {
        this.#saw('playMs');
        this.#owed += reader.value;
      }
      if (!this.isStalled) this.#pay(socket);
    });
  }

  #pay(socket: WebSocket): void {
    for (; this.#owed > 0; this.#owed -= 1) {
      const message = new ArrayBuffer(pcmFrameBytes);
      writePcmHeader(new DataView(message), pcmKind.playout, 0);
      const frame = this.frames.shift();
      if (frame !== undefined) new Int16Array(message, 8).set(frame);
      socket.send(message);
    }
  }
}

async function serve(folder: string, echo: Echo): Promise<Server> {
  const server = createServer((request, response) => {
    const name = new URL(request.url ?? '/', 'http://x').pathname;
    readFile(path.join(folder, name)).then(
      (body) =>
        response
          .writeHead(200, { 'content-security-policy': policy, 'content-type': types[path.extname(name)] ?? 'text/plain' })
          .end(body),
      () => response.writeHead(404).end(),
    );
  });
  const sockets = new WebSocketServer({ server });
  sockets.on('connection', (socket) => echo.join(socket));
  await new Promise<void>((resolve) => {
    server.listen(0, '127.0.0.1', resolve);
  });
  return server;
}

let failures = 0;
function check(what: string, ok: boolean, figures: unknown): void {
  if (!ok) failures += 1;
  console.log(`${ok ? 'ok  ' : 'FAIL'} ${what}: ${JSON.stringify(figures)}`);
}

const lastLevels = (page: Page) => page.evaluate(() => globalThis.heard.levels.slice(-40));
const loudest = (levels: readonly { local: number; remote: number }[], side: 'local' | 'remote'): number =>
  Math.max(0, ...levels.map((level) => level[side]));

async function checkCall(browser: Browser, address: string, echo: Echo, line: string): Promise<void> {
  const context = await browser.newContext({ permissions: ['microphone'] });
  const page = await context.newPage();
  page.on('console', (message) => console.log(`  page: ${message.text()}`));
  page.on('pageerror', (error) => check('no error in the page', false, String(error)));
  await page.goto(`${address}/page.html?line=${line}`);
  const openedMs = await page.evaluate(async () => {
    const from = performance.now();
    await globalThis.audio.startCall();
    return Math.round(performance.now() - from);
  });
  await sleep(500);
  const before = echo.captured;
  await sleep(3_000);
  const rate = (echo.captured - before) / 3;
  check(`${line}: 100 frames a second from the microphone`, Math.abs(rate - 100) < 4, { rate, openedMs });
  const talking = await lastLevels(page);
  check(`${line}: 10 levels a second`, Math.abs((await page.evaluate(() => globalThis.heard.levels.length)) - 35) < 7, {
    levels: await page.evaluate(() => globalThis.heard.levels.length),
  });
  check(`${line}: both sides are heard`, loudest(talking, 'local') > 0.01 && loudest(talking, 'remote') > 0.01, {
    local: loudest(talking, 'local'),
    remote: loudest(talking, 'remote'),
  });
  const calm = await page.evaluate(() => globalThis.audio.playoutHealth());
  check(`${line}: few gaps`, calm !== null && calm.gaps <= 3, calm);

  echo.isStalled = true;
  await sleep(300);
  echo.isStalled = false;
  await sleep(1_500);
  const stalled = await page.evaluate(() => globalThis.audio.playoutHealth());
  check(
    `${line}: a stall is one gap or two, and the target stays small`,
    stalled !== null && calm !== null && stalled.gaps > calm.gaps && stalled.gaps <= calm.gaps + 3 && stalled.targetMs <= 80,
    stalled,
  );

  const jank = await page.evaluate(async () => {
    const gapsBefore = globalThis.audio.playoutHealth()?.gaps ?? 0;
    for (let i = 0; i < 20; i += 1) {
      const until = performance.now() + 80;
      while (performance.now() < until);
      await new Promise((resolve) => setTimeout(resolve, 20));
    }
    await new Promise((resolve) => setTimeout(resolve, 100));
    const { gaps, targetMs } = globalThis.audio.playoutHealth() ?? { gaps: 0, targetMs: 0 };
    return { gaps: gaps - gapsBefore, targetMs };
  });
  check(`${line}: a page that is busy for 80 of every 100 ms`, line === 'port' || jank.gaps <= 1, jank);

  echo.watch();
  const chosen = await page.evaluate(async () => {
    const { microphones, speakers } = await globalThis.audio.listDevices();
    const [microphone, speaker] = [microphones.at(-1) ?? null, speakers.at(-1) ?? null];
    const first = globalThis.audio.captureState()?.label;
    globalThis.audio.setDevices({ microphone, speaker, noiseSuppression: true });
    await new Promise((resolve) => setTimeout(resolve, 1_500));
    return { first, second: globalThis.audio.captureState()?.label };
  });
  const { captureMs, playMs } = echo.longest;
  check(
    `${line}: other devices in the middle of a call, without a gap of 200 ms`,
    chosen.first !== chosen.second && captureMs < 200 && playMs < 200,
    { ...chosen, captureMs, playMs },
  );

  await page.evaluate(() => globalThis.audio.setMuted(true));
  await sleep(200);
  const loudBefore = echo.loud;
  const capturedBefore = echo.captured;
  await sleep(1_500);
  check(`${line}: muted, frames go on and are silent`, echo.loud === loudBefore && echo.captured > capturedBefore + 100, {
    loud: echo.loud - loudBefore,
    frames: echo.captured - capturedBefore,
  });

  await page.evaluate(() => globalThis.audio.stopCall());
  await sleep(300);
  const stoppedAt = echo.captured;
  await sleep(300);
  check(`${line}: after the call nothing is captured`, echo.captured === stoppedAt, { after: echo.captured - stoppedAt });
  check(
    `${line}: the microphone had no problem`,
    (await page.evaluate(() => JSON.stringify(globalThis.heard.problems))) === '[null,null]',
    null,
  );

  const mic = await page.evaluate(async () => {
    const levels: number[] = [];
    const problems: string[] = [];
    const running = globalThis.audio.micCheck(
      (level) => levels.push(level),
      (problem) => problems.push(problem),
    );
    await new Promise((resolve) => setTimeout(resolve, 2_500));
    running.stop();
    const counted = levels.length;
    await new Promise((resolve) => setTimeout(resolve, 300));
    return { counted, after: levels.length - counted, loudest: Math.max(...levels), problems };
  });
  check(`${line}: the microphone check hears`, mic.loudest > 0.01 && mic.after === 0 && mic.problems.length === 0, mic);

  const sounds = await page.evaluate(async () => {
    for (const name of ['ring', 'ringback', 'connect', 'end', 'message', 'reconnecting'] as const)
      globalThis.audio.playSound(name);
    await new Promise((resolve) => setTimeout(resolve, 700));
    globalThis.audio.stopSound('ring');
    globalThis.audio.stopSound('ringback');
    const devices = await globalThis.audio.listDevices();
    return { microphones: devices.microphones.length, speakers: devices.speakers.length };
  });
  check(`${line}: all sounds play, devices are listed`, sounds.microphones > 0, sounds);
  await context.close();
}

/** The call goes on, listening: our frames come out although no microphone goes in. */
async function checkWithout(browser: Browser, address: string, echo: Echo, problem: string): Promise<void> {
  const page = await browser.newPage();
  await page.goto(`${address}/page.html?line=socket`);
  echo.frames = Array.from({ length: 500 }, () => new Int16Array(480).fill(8_000));
  await page.evaluate(() => globalThis.audio.startCall());
  await sleep(1_500);
  const levels = await lastLevels(page);
  const problems = await page.evaluate(() => JSON.stringify(globalThis.heard.problems));
  check(
    `microphone ${problem}: the call says so and goes on, listening`,
    problems === `["${problem}"]` && loudest(levels, 'remote') > 0.1,
    {
      problems,
      remote: loudest(levels, 'remote'),
    },
  );
  await page.close();
  echo.frames = [];
}

/** A microphone that ends (as one that is pulled out does) is told, and the system's next choice takes over. */
async function checkUnplugged(browser: Browser, address: string, echo: Echo): Promise<void> {
  const page = await browser.newPage();
  await page.goto(`${address}/page.html?line=socket`);
  await page.evaluate(async () => {
    const real = navigator.mediaDevices.getUserMedia.bind(navigator.mediaDevices);
    navigator.mediaDevices.getUserMedia = async (constraints) => {
      const stream = await real(constraints);
      setTimeout(
        () => stream.getAudioTracks()[0]?.dispatchEvent(new Event('ended')),
        globalThis.heard.problems.length === 0 ? 700 : 1e6,
      );
      return stream;
    };
    await globalThis.audio.startCall();
  });
  await sleep(2_000);
  const before = echo.captured;
  await sleep(500);
  const problems = await page.evaluate(() => JSON.stringify(globalThis.heard.problems));
  check(
    'unplugged: said, and the next microphone takes over',
    problems === '[null,"unplugged",null]' && echo.captured > before + 30,
    {
      problems,
      frames: echo.captured - before,
      captureEnded: echo.ended,
    },
  );
  await page.close();
}

const folder = await mkdtemp(path.join(tmpdir(), 'page-audio-'));
await build({
  root: import.meta.dirname,
  configFile: false,
  logLevel: 'warn',
  build: {
    outDir: folder,
    emptyOutDir: true,
    target: 'chrome130',
    assetsInlineLimit: 0,
    rolldownOptions: { input: path.join(import.meta.dirname, 'page.html') },
  },
});
const echo = new Echo();
const server = await serve(folder, echo);
const { port } = server.address() as AddressInfo;
const address = `http://127.0.0.1:${port}`;
const fakeDevice = '--use-fake-device-for-media-stream';
const allow = '--use-fake-ui-for-media-stream';

async function withBrowser(args: readonly string[], run: (browser: Browser) => Promise<void>): Promise<void> {
  const browser = await chromium.launch({
    executablePath: process.env['CHROMIUM'] ?? '/usr/bin/chromium',
    args: ['--autoplay-policy=no-user-gesture-required', '--no-sandbox', ...args],
  });
  try {
    await run(browser);
  } finally {
    await browser.close();
  }
}

try {
  await withBrowser([allow, fakeDevice], async (browser) => {
    for (const line of ['port', 'socket']) await checkCall(browser, address, echo, line);
    await checkUnplugged(browser, address, echo);
  });
  await withBrowser(['--deny-permission-prompts', fakeDevice], (browser) => checkWithout(browser, address, echo, 'denied'));
  await withBrowser([allow], (browser) => checkWithout(browser, address, echo, 'none'));
} finally {
  server.closeAllConnections();
  server.close();
  await rm(folder, { recursive: true });
}
process.exitCode = failures === 0 ? 0 : 1;

import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { WebSocket } from 'ws';
import type { Clock } from '../../../main/ports/clock.ts';
import { silentLogger } from '../../../main/ports/logger.ts';
import {
  browserArguments,
  browserCandidates,
  findBrowser,
  hasDisplay,
  startBrowserShell,
} from '../../../main/shell/browser/index.ts';
import { parseAppOptions, watchWake, type Profile, type Surroundings } from '../../../main/shell/index.ts';
import { eventually } from './support.ts';

const linux: Surroundings = {
  platform: 'linux',
  env: { PATH: '/usr/local/bin:/usr/bin' },
  homeDir: '/home/wren',
  tempDir: '/tmp',
  uid: 1000,
};

/** A clock that stands still until told; timers run when their time has come. */
function handClock() {
  let now = 1_000_000;
  const timers = new Set<{ at: number; run: () => void }>();
  const clock: Clock = {
    nowMs: () => now,
    monotonicMs: () => now,
    setTimer(delayMs, run) {
      const timer = { at: now + delayMs, run };
      timers.add(timer);
      return {
        cancel: () => timers.delete(timer),
        restart() {
          timer.at = now + delayMs;
          timers.add(timer);
        },
      };
    },
  };
  const fire = (): void => {
    for (const timer of timers) {
      if (timer.at <= now && timers.delete(timer)) timer.run();
    }
  };
  return {
    clock,
    pending: () => timers.size,
    advance(ms: number) {
      now += ms;
      fire();
    },
  };
}

async function openPage(shell: { origin: string; show(): string | null }): Promise<WebSocket> {
  const entrance = await fetch(shell.show() ?? '');
  const cookie = entrance.headers.get('set-cookie')?.split(';')[0] ?? '';
  const page = new WebSocket(`${shell.origin.replace('http', 'ws')}/bridge`, { headers: { origin: shell.origin, cookie } });
  await new Promise((resolve) => page.once('open', resolve));
  return page;
}

describe('finding a browser', () => {
  it('takes the first of the Chromium family on the path', () => {
    expect(findBrowser(linux, (path) => path === '/usr/bin/google-chrome')).toBe('/usr/bin/google-chrome');
    expect(findBrowser(linux, () => false)).toBeNull();
  });

  it('looks where macOS and Windows keep programs', () => {
    expect(browserCandidates({ ...linux, platform: 'darwin' })).toContain('/Applications/Chromium.app/Contents/MacOS/Chromium');
    expect(browserCandidates({ ...linux, platform: 'win32', env: { PROGRAMFILES: 'C:\\Program Files' } })).toContain(
      'C:\\Program Files\\Microsoft\\Edge\\Application\\msedge.exe',
    );
  });

  it('takes what LILLIPUT_BROWSER names', () => {
    expect(browserCandidates({ ...linux, env: { LILLIPUT_BROWSER: '/opt/x' } })).toEqual(['/opt/x']);
  });

  it('keeps the sandbox for everybody but root', () => {
    expect(browserArguments('file:///s', '/d', false)).not.toContain('--no-sandbox');
    expect(browserArguments('file:///s', '/d', true)).toContain('--no-sandbox');
  });

  it('knows when there is no display', () => {
    expect(hasDisplay(linux)).toBe(false);
    expect(hasDisplay({ ...linux, env: { WAYLAND_DISPLAY: 'wayland-0' } })).toBe(true);
    expect(hasDisplay({ ...linux, platform: 'darwin' })).toBe(true);
  });
});

describe('the browser shell', () => {
  let dir = '';
  let profile: Profile = { name: 'default', dir: '', socketPath: '' };
  beforeEach(() => {
    dir = mkdtempSync(join(tmpdir(), 'lilliput-browser-'));
    profile = { name: 'default', dir, socketPath: join(dir, 'app.sock') };
  });
  afterEach(() => rmSync(dir, { recursive: true, force: true }));

  const start = async (keepRunning: boolean, around: Surroundings = linux) => {
    const hand = handClock();
    const state = { ended: 0 };
    const shell = await startBrowserShell({
      profile,
      around,
      files: new Map(),
      clock: hand.clock,
      logger: silentLogger,
      open: true,
      keepRunning,
      isReady: () => true,
      onPage() {},
      onLastPageGone: () => (state.ended += 1),
    });
    return { hand, state, shell };
  };
  it('prints the address where there is no display, and keeps its port for the next time', async () => {
    const { shell } = await start(false);
    expect(shell.show()).toMatch(/^http:\/\/127\.0\.0\.1:\d+\/enter\/[\w-]{43}$/u);
    await shell.close();
    const again = await start(false);
    expect(again.shell.origin).toBe(shell.origin);
    await again.shell.close();
  });

  it('ends ten seconds after the last page went, and not on a reload', async () => {
    const { hand, state, shell } = await start(false);
    hand.advance(60_000);
    expect(state.ended).toBe(0);
    const first = await openPage(shell);
    first.close();
    await eventually(hand.pending, (count) => count === 1);
    hand.advance(9_000);
    const second = await openPage(shell);
    await eventually(hand.pending, (count) => count === 0);
    hand.advance(60_000);
    expect(state.ended).toBe(0);
    second.close();
    await eventually(hand.pending, (count) => count === 1);
    hand.advance(10_000);
    expect(state.ended).toBe(1);
    await shell.close();
  });

  it('goes on without a page when told to', async () => {
    const { hand, state, shell } = await start(true);
    const page = await openPage(shell);
    const gone = new Promise((resolve) => page.once('close', resolve));
    page.close();
    await gone;
    hand.advance(60_000);
    expect([state.ended, hand.pending()]).toEqual([0, 0]);
    await shell.close();
  });

  it('opens a window without telling the token to everybody who lists processes', async () => {
    // A stand-in for the browser's executable: writes down what it was started with.
    const program = join(dir, 'browser.sh');
    const written = join(dir, 'arguments');
    writeFileSync(program, `#!/bin/sh\nprintf '%s\\n' "$@" > ${written}.part && mv ${written}.part ${written}\n`, {
      mode: 0o755,
    });
    const { shell } = await start(false, { ...linux, env: { DISPLAY: ':0', LILLIPUT_BROWSER: program } });
    expect(shell.show()).toBeNull();
    await eventually(
      () => readdirSync(dir),
      (names) => names.includes('arguments'),
    );
    const given = readFileSync(written, 'utf8');
    expect(given).toContain(`--user-data-dir=${join(dir, 'browser')}`);
    expect(given).not.toContain('/enter/');
    const startPage = join(dir, 'browser', 'start.html');
    expect(statSync(startPage).mode & 0o777).toBe(0o600);
    expect(readFileSync(startPage, 'utf8')).toContain(`${shell.origin}/enter/`);
    await shell.close();
  });
});

describe('noticing sleep', () => {
  it('tells of a gap in wall time and not of a late timer', () => {
    const hand = handClock();
    let woke = 0;
    const watch = watchWake(hand.clock, () => (woke += 1));
    for (let index = 0; index < 5; index += 1) hand.advance(5_000);
    hand.advance(12_000);
    expect(woke).toBe(0);
    hand.advance(60_000);
    expect(woke).toBe(1);
    hand.advance(5_000);
    expect(woke).toBe(1);
    watch.stop();
    expect(hand.pending()).toBe(0);
  });
});

describe('the options of the app', () => {
  it('have defaults', () => {
    const { bitTorrentRouters, ...options } = parseAppOptions([], false);
    expect(bitTorrentRouters.length).toBeGreaterThan(0);
    expect(options).toEqual({
      invited: [],
      profile: 'default',
      home: null,
      bootstrap: [],
      gateways: [],
      listen: { host: '0.0.0.0', port: 0 },
      mdns: true,
      open: true,
      background: false,
      keepRunning: false,
      logLevel: 'info',
    });
  });

  it('are read', () => {
    const given =
      '--profile two --home /srv --bootstrap 127.0.0.1:49737 --bootstrap [::1]:2 --no-mdns --no-bittorrent --no-open --keep-running --verbose';
    expect(parseAppOptions(given.split(' '), false)).toMatchObject({
      profile: 'two',
      home: '/srv',
      bootstrap: [
        { host: '127.0.0.1', port: 49_737 },
        { host: '::1', port: 2 },
      ],
      mdns: false,
      bitTorrentRouters: [],
      open: false,
      keepRunning: true,
      logLevel: 'debug',
    });
  });

  it.each([['--frobnicate'], ['--bootstrap', 'nowhere'], ['--listen', '1.2.3.4:99999'], ['word']])('refuses %s %s', (...argv) => {
    expect(() => parseAppOptions(argv, false)).toThrow(expect.objectContaining({ code: 'BAD_INPUT', reason: 'usage' }));
  });

  it('leave the switches of Electron alone', () => {
    expect(parseAppOptions(['.', '--no-sandbox', '--disable-gpu', '--lang=de', '--profile', 'two'], true).profile).toBe('two');
  });
});

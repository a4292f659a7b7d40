import { execFile } from 'node:child_process';
import { mkdirSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import type { ElectronApplication, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { processHostCases } from '../../unit/shell/process-host-suite.ts';
import { connectBridge, connectLocal } from '../../../main/shell/index.ts';
import type { Probe } from './fixtures/page/probe-window.ts';
import { launchElectron } from '../rig/launch-electron.ts';
import { buildApp, electronSwitches, type BuiltApp } from './electron-rig.ts';

const testElectron = process.env['LILLIPUT_TEST_ELECTRON'] ?? '';

describe.skipIf(testElectron === '')('processes as Electron utility processes', () => {
  it('conform to the same suite as worker threads', async () => {
    const app = await buildApp(
      { main: 'test/e2e/shell/fixtures/conformance-main.ts', engine: 'test/unit/shell/fixtures/echo-fixture.ts' },
      testElectron,
    );
    try {
      const output = await new Promise<string>((resolve, reject) => {
        execFile(app.electron, electronSwitches, { timeout: 120_000 }, (error, stdout, stderr) => {
          if (error === null) resolve(stdout);
          else reject(new Error(`${error.message}\n${stdout}\n${stderr}`));
        });
      });
      const results: unknown = output
        .split('\n')
        .filter((line) => line.startsWith('{'))
        .map((line) => JSON.parse(line));
      expect(results).toEqual(processHostCases.map(({ name }) => ({ name, failure: null })));
    } finally {
      app.remove();
    }
  });
});

describe.skipIf(testElectron === '')('the Electron shell', () => {
  let built: BuiltApp;
  let app: ElectronApplication;
  let page: Page;
  /** Stands for the system's own settings. */
  const systemProxy = '--proxy-server=office.example:3128';
  const profileArguments = (): string[] => ['--home', built.home, '--profile', 'e2e'];

  beforeAll(async () => {
    built = await buildApp(
      {
        main: 'main/main.ts',
        engine: 'test/unit/shell/fixtures/engine-fixture.ts',
        media: 'test/unit/shell/fixtures/media-fixture.ts',
        preload: 'preload/preload.ts',
        page: 'test/e2e/shell/fixtures/page',
      },
      testElectron,
    );
    mkdirSync(join(built.home, 'e2e'), { recursive: true });
    ({ app, page } = await launchElectron(built.electron, [...electronSwitches, ...profileArguments(), systemProxy]));
    await page.waitForFunction(() => document.title === 'connected');
  });
  afterAll(async () => {
    await app?.close();
    built?.remove();
  });

  it('shows the page under an origin of its own, isolated, without Node', async () => {
    expect(page.url()).toBe('app://lilliput/');
    const seen = await page.evaluate(() => ({
      origin: window.location.origin,
      secure: window.isSecureContext,
      // Its threads of sound share memory.
      alone: window.crossOriginIsolated,
      process: 'process' in window,
      require: 'require' in window,
      frozen: Object.isFrozen(window.lilliput) && Object.isFrozen(window.lilliput?.windowControls),
      keys: Object.keys(window.lilliput ?? {}).toSorted(),
    }));
    expect(seen).toEqual({
      origin: 'app://lilliput',
      secure: true,
      alone: true,
      process: false,
      require: false,
      frozen: true,
      keys: ['notice', 'onLifecycle', 'onNoticeAct', 'onShellAct', 'platform', 'requestPort', 'shell', 'windowControls'],
    });
  });

  it('carries commands, errors and subscriptions to the engine', async () => {
    const answers = await page.evaluate(async () => {
      const client = window.probe?.bridge.client;
      const taken: unknown = await client?.account.checkName({ name: 'taken' }).catch((error: unknown) => error);
      const quit: unknown = await client?.app.quit({}).catch((error: unknown) => error);
      for await (const view of (await client?.app.watch()) ?? [])
        return { taken: Object(taken).code, quit: Object(quit).code, view };
      return null;
    });
    expect(answers).toMatchObject({ taken: 'NAME_TAKEN', quit: 'NOT_ALLOWED_HERE', view: { restarts: [] } });
  });

  it('tells the engine which HTTP proxy the system has', async () => {
    const profile = () =>
      page.evaluate(async () => {
        for await (const view of (await window.probe?.bridge.client.app.watch()) ?? []) return view.profile;
        return '';
      });
    await expect.poll(profile, { timeout: 30_000 }).toMatch(/, proxy PROXY office\.example:3128$/u);
  });

  it('carries sound to the media process over a port of its own', async () => {
    const echoed = await page.evaluate(async () => {
      const line = await window.probe?.bridge.openPcm();
      if (line?.kind !== 'port') throw new Error('Electron gave no port');
      const answer = new Promise<number[]>((resolve) => {
        line.port.addEventListener('message', ({ data }: MessageEvent<ArrayBuffer>) => resolve([...new Uint8Array(data)]));
        line.port.start();
      });
      // oxlint-disable-next-line unicorn/require-post-message-target-origin -- a port has no origin
      line.port.postMessage(new Uint8Array([1, 2, 3]).buffer);
      return answer;
    });
    expect(echoed).toEqual([1, 2, 3]);
  });

  it('refuses to navigate, to open windows, to load or run what is not its own', async () => {
    const tried = await page.evaluate(async () => {
      const opened = window.open('http://127.0.0.1:1/');
      window.location.href = 'http://127.0.0.1:1/';
      const fetched = await fetch('http://127.0.0.1:1/').then(
        () => 'fetched',
        () => 'refused',
      );
      const inline = document.createElement('script');
      inline.textContent = "document.body.dataset.ran = 'yes'";
      document.body.append(inline);
      const outside = await fetch('app://lilliput/../package.json').then((answer) => answer.status);
      return {
        opened: opened === null,
        fetched,
        ranInline: document.body.dataset['ran'] === 'yes',
        outside,
        notifications: await Notification.requestPermission(),
      };
    });
    expect(tried).toEqual({
      opened: true,
      fetched: 'refused',
      ranInline: false,
      outside: 404,
      notifications: 'denied',
    });
    expect(page.url()).toBe('app://lilliput/');
  });

  it.each<[MediaStreamConstraints, string]>([
    [{ audio: true }, 'granted'],
    [{ video: true }, 'granted'],
    [{ audio: true, video: true }, 'NotAllowedError'],
  ])('answers a wish for %o with %s', async (wish, answer) => {
    const granted = await page.evaluate(
      (constraints) =>
        navigator.mediaDevices.getUserMedia(constraints).then(
          () => 'granted',
          (error: unknown) => (error instanceof DOMException ? error.name : 'failed'),
        ),
      wish,
    );
    expect(granted).toBe(answer);
  });

  it('shows outside of the window what the page asks for, counts, and tells the page what people do with it', async () => {
    // No service for notifications runs where tests do: what was to be shown is kept, and pressed by hand.
    await app.evaluate(({ Notification, app: electron }) => {
      const kept: Electron.Notification[] = [];
      const counts: number[] = [];
      Object.assign(globalThis, { kept, counts });
      Notification.isSupported = () => true;
      Notification.prototype.show = function show() {
        kept.push(this);
      };
      electron.setBadgeCount = (count = 0) => counts.push(count) > 0;
    });
    const acts = await page.evaluate(async () => {
      const api = window.lilliput;
      const seen: unknown[] = [];
      Object.assign(window, { seen });
      api?.onNoticeAct((act) => seen.push(act));
      const notice = { title: 'wren', body: 'hello', urgent: false, reply: 'Message wren', actions: [], caller: null };
      api?.notice({ kind: 'show', notice: { ...notice, tag: 'messages:1' } });
      api?.notice({
        kind: 'show',
        notice: { ...notice, tag: 'incoming:1', urgent: true, reply: null, actions: [{ id: 'decline', label: 'Decline' }] },
      });
      // What is not as agreed is not shown.
      api?.notice({ kind: 'show', notice: { ...notice, tag: 'x'.repeat(200) } });
      api?.notice({ kind: 'badge', badge: { count: 4, picture: null } });
      return seen;
    });
    expect(acts).toEqual([]);
    const shown = () =>
      app.evaluate(() => {
        const { kept, counts } = globalThis as unknown as { kept: Electron.Notification[]; counts: number[] };
        return { shown: kept.map(({ title, body, silent }) => ({ title, body, silent })), counts };
      });
    await expect.poll(async () => (await shown()).counts).toEqual([4]);
    expect((await shown()).shown).toEqual([
      { title: 'wren', body: 'hello', silent: true },
      { title: 'wren', body: 'hello', silent: true },
    ]);
    await app.evaluate(() => {
      const { kept } = globalThis as unknown as { kept: Electron.Notification[] };
      kept[0]?.emit('click', {});
      kept[0]?.emit('reply', {}, 'soon');
      kept[1]?.emit('action', {}, 0);
    });
    await expect
      .poll(() => page.evaluate(() => (window as unknown as { seen: unknown[] }).seen))
      .toEqual([
        { kind: 'open', tag: 'messages:1' },
        { kind: 'reply', tag: 'messages:1', text: 'soon' },
        { kind: 'action', tag: 'incoming:1', id: 'decline' },
      ]);
  });

  it('brings its window to the front when the page asks for it', async () => {
    await app.evaluate(({ BrowserWindow }) => BrowserWindow.getAllWindows()[0]?.hide());
    await page.evaluate(() => window.lilliput?.notice({ kind: 'raise' }));
    await expect.poll(() => app.evaluate(({ BrowserWindow }) => BrowserWindow.getAllWindows()[0]?.isVisible())).toBe(true);
  });

  it('becomes small and stays above others for a call, and is as it was again', async () => {
    const state = () =>
      app.evaluate(({ BrowserWindow }) => {
        const window = BrowserWindow.getAllWindows()[0];
        return { size: window?.getSize(), minimum: window?.getMinimumSize(), onTop: window?.isAlwaysOnTop() };
      });
    const before = await state();
    await page.evaluate(() => window.lilliput?.notice({ kind: 'mini', on: true }));
    await expect.poll(state).toEqual({ size: [372, 216], minimum: [372, 216], onTop: true });
    await page.evaluate(() => window.lilliput?.notice({ kind: 'mini', on: false }));
    await expect.poll(state).toEqual(before);
  });

  it('reconnects the page when the engine is killed, and says so', async () => {
    const generation = await page.evaluate(() => window.probe?.bridge.generation());
    const seenBefore: Probe['seen'] = (await page.evaluate(() => window.probe?.seen)) ?? [];
    expect(seenBefore).toEqual(['up']);
    await app.evaluate(({ app: electron }) => {
      const engine = electron
        .getAppMetrics()
        .find((metric) => metric.serviceName?.includes('engine') || metric.name?.includes('engine'));
      if (engine === undefined) throw new Error('no engine process');
      process.kill(engine.pid, 'SIGKILL');
    });
    await page.waitForFunction((before) => (window.probe?.bridge.generation() ?? 0) > (before ?? 0), generation);
    const after = await page.evaluate(async () => {
      for await (const view of (await window.probe?.bridge.client.app.watch()) ?? []) return { view, seen: window.probe?.seen };
      return null;
    });
    expect(after?.seen).toEqual(['up', 'engine-down', 'up']);
    expect(after?.view.restarts).toMatchObject([{ process: 'engine' }]);
  });

  it('lets a command line attach, and a second start bring its window to the front', async () => {
    const port = await connectLocal(join(built.home, 'e2e', 'app.sock'));
    if (port === null) throw new Error('nobody listens');
    expect(await connectBridge(port).account.checkName({ name: 'wren' })).toMatchObject({ verdict: 'free' });
    port.close();
    await app.evaluate(({ BrowserWindow }) => BrowserWindow.getAllWindows()[0]?.hide());
    const code = await new Promise<number | string | null | undefined>((resolve) => {
      execFile(built.electron, [...electronSwitches, ...profileArguments()], { timeout: 60_000 }, (error) =>
        resolve(error?.code ?? 0),
      );
    });
    expect(code).toBe(0);
    expect(await app.evaluate(({ BrowserWindow }) => BrowserWindow.getAllWindows()[0]?.isVisible())).toBe(true);
  });

  it('ends in good order when its window is closed', async () => {
    const ended = new Promise<void>((resolve) => app.once('close', () => resolve()));
    // Not within the evaluation: its answer would find no page to come from.
    await page.evaluate(() => void setTimeout(() => window.lilliput?.windowControls?.close(), 0));
    await ended;
    expect(readdirSync(join(built.home, 'e2e'))).not.toEqual(expect.arrayContaining(['lock']));
    expect(await connectLocal(join(built.home, 'e2e', 'app.sock'))).toBeNull();
  });
});

import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { request } from 'node:http';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { WebSocket } from 'ws';
import type { Port } from '../../../main/ports/message-port.ts';
import { closeCodes, servePage, type PageServer } from '../../../main/shell/browser/index.ts';
import { listPageFiles } from '../../../main/shell/index.ts';
import { eventually } from './support.ts';

let dir = '';
let server: PageServer | null = null;
let pages: Port[] = [];
let counts: number[] = [];
let ready = true;

beforeEach(() => {
  dir = mkdtempSync(join(tmpdir(), 'lilliput-page-'));
  mkdirSync(join(dir, 'page', 'assets'), { recursive: true });
  writeFileSync(join(dir, 'page', 'index.html'), '<p>Lilliput</p>');
  writeFileSync(join(dir, 'page', 'assets', 'app.js'), 'let a = 1');
  writeFileSync(join(dir, 'secret.txt'), 'swordfish');
  pages = [];
  counts = [];
  ready = true;
});
afterEach(async () => {
  await server?.close();
  server = null;
  rmSync(dir, { recursive: true, force: true });
});

async function serve(port = 0): Promise<PageServer> {
  // A page of the test before may still be closing: it counts there, not here.
  const [ourPages, ourCounts] = [pages, counts];
  server = await servePage({
    files: listPageFiles(join(dir, 'page')),
    port,
    isReady: () => ready,
    onPage: (page) => ourPages.push(page),
    onCount: (count) => ourCounts.push(count),
  });
  return server;
}

interface Answer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string | string[] | undefined>>;
  readonly text: string;
}

/** Raw HTTP: `fetch` would tidy up paths and refuse to forge a Host. */
function get(origin: string, path: string, headers: Record<string, string> = {}, method = 'GET'): Promise<Answer> {
  const { hostname, port } = new URL(origin);
  return new Promise((resolve, reject) => {
    const asking = request({ hostname, port, path, method, headers }, (answer) => {
      let text = '';
      answer.on('data', (part) => (text += String(part)));
      answer.on('end', () => resolve({ status: answer.statusCode ?? 0, headers: answer.headers, text }));
    });
    asking.on('error', reject);
    asking.end();
  });
}

async function enter(running: PageServer): Promise<string> {
  const answer = await get(running.origin, new URL(running.entranceUrl()).pathname);
  return String(answer.headers['set-cookie']).split(';')[0] ?? '';
}

function connectPage(origin: string, headers: Record<string, string>, path = '/bridge'): Promise<WebSocket | number> {
  return new Promise((resolve) => {
    const socket = new WebSocket(`${origin.replace('http', 'ws')}${path}`, { headers });
    socket.on('open', () => resolve(socket));
    socket.on('unexpected-response', (_, answer) => resolve(answer.statusCode ?? 0));
    socket.on('error', () => undefined);
  });
}

async function openPage(running: PageServer, cookie: string): Promise<WebSocket> {
  const socket = await connectPage(running.origin, { origin: running.origin, cookie });
  if (typeof socket === 'number') throw new Error(`refused: ${socket}`);
  return socket;
}

const closeCodeOf = (socket: WebSocket): Promise<number> => new Promise((resolve) => socket.on('close', resolve));

describe('the page server', () => {
  it('lets the token in once, and its cookie from then on', async () => {
    const running = await serve();
    const path = new URL(running.entranceUrl()).pathname;
    const first = await get(running.origin, path);
    expect(first.status).toBe(200);
    expect(String(first.headers['set-cookie'])).toMatch(/^lilliput-\d+=[\w-]{43}; Path=\/; HttpOnly; SameSite=Strict$/u);
    expect((await get(running.origin, path)).status).toBe(403);
    const cookie = String(first.headers['set-cookie']).split(';')[0] ?? '';
    expect(await get(running.origin, '/', { cookie })).toMatchObject({ status: 200, text: '<p>Lilliput</p>' });
    expect((await get(running.origin, '/assets/app.js', { cookie })).headers['content-type']).toContain('text/javascript');
  });

  it('kills a token by making a new one', async () => {
    const running = await serve();
    const first = new URL(running.entranceUrl()).pathname;
    const second = new URL(running.entranceUrl()).pathname;
    expect((await get(running.origin, first)).status).toBe(403);
    expect((await get(running.origin, second)).status).toBe(200);
  });

  it.each(['/', '/index.html', '/assets/app.js', '/enter/', '/enter/guess'])(
    'shows %s to nobody without the cookie',
    async (path) => {
      const running = await serve();
      running.entranceUrl();
      expect((await get(running.origin, path)).status).toBe(403);
      expect((await get(running.origin, path, { cookie: `lilliput-${new URL(running.origin).port}=guess` })).status).toBe(403);
    },
  );

  it.each([
    '/../secret.txt',
    '/assets/../../secret.txt',
    '/%2e%2e/secret.txt',
    '/..%2fsecret.txt',
    '/assets/..\\..\\secret.txt',
    '//etc/passwd',
  ])('has nothing at %s', async (path) => {
    const running = await serve();
    const answer = await get(running.origin, path, { cookie: await enter(running) });
    expect(answer.status).toBe(404);
    expect(answer.text).not.toContain('swordfish');
  });

  it('refuses another Host (DNS rebinding) and other methods', async () => {
    const running = await serve();
    const cookie = await enter(running);
    expect((await get(running.origin, '/', { cookie, host: 'evil.example' })).status).toBe(421);
    expect((await get(running.origin, '/', { cookie }, 'POST')).status).toBe(405);
  });

  it('sends a strict content security policy with everything', async () => {
    const running = await serve();
    for (const path of ['/', '/nothing']) {
      const policy = String((await get(running.origin, path)).headers['content-security-policy']);
      expect(policy).toContain("default-src 'none'; script-src 'self' 'wasm-unsafe-eval';");
      expect(policy).toContain("frame-ancestors 'none'");
    }
  });

  it('opens the bridge to our own page only', async () => {
    const running = await serve();
    const { origin } = running;
    const cookie = await enter(running);
    expect(await connectPage(origin, { origin })).toBe(403);
    expect(await connectPage(origin, { cookie })).toBe(403);
    expect(await connectPage(origin, { origin: 'http://evil.example', cookie })).toBe(403);
    expect(await connectPage(origin, { origin, cookie, host: 'evil.example' })).toBe(403);
    expect(await connectPage(origin, { origin, cookie }, '/other')).toBe(403);
    expect(pages).toHaveLength(0);
    (await openPage(running, cookie)).close();
    expect(pages).toHaveLength(1);
  });

  it('carries text both ways and counts the pages', async () => {
    const running = await serve();
    const page = await openPage(running, await enter(running));
    const heard = new Promise((resolve) => pages[0]?.onMessage(resolve));
    page.send('question');
    expect(await heard).toBe('question');
    const answered = new Promise((resolve) => page.on('message', (data) => resolve(Buffer.isBuffer(data) && data.toString())));
    pages[0]?.post('answer');
    expect(await answered).toBe('answer');
    page.close();
    expect(
      await eventually(
        () => counts,
        (seen) => seen.length === 2,
      ),
    ).toEqual([1, 0]);
  });

  it('tells a page why it was closed: moved to another window, engine gone, app ended', async () => {
    const running = await serve();
    const cookie = await enter(running);
    const first = await openPage(running, cookie);
    const moved = closeCodeOf(first);
    const second = await openPage(running, cookie);
    expect(await moved).toBe(closeCodes.moved);
    const engineGone = closeCodeOf(second);
    pages[1]?.close();
    expect(await engineGone).toBe(closeCodes.engineGone);
    const ended = closeCodeOf(await openPage(running, cookie));
    await running.close();
    expect(await ended).toBe(closeCodes.appEnded);
  });

  it('asks pages to come back later while the engine restarts', async () => {
    const running = await serve();
    const { origin } = running;
    const cookie = await enter(running);
    ready = false;
    expect(await connectPage(origin, { origin, cookie })).toBe(403);
    ready = true;
    (await openPage(running, cookie)).close();
    expect(pages).toHaveLength(1);
  });

  it('outlives visitors that knock at the bridge and hang up at once', async () => {
    const running = await serve();
    const { hostname, port } = new URL(running.origin);
    const hangUp = (): Promise<void> =>
      new Promise((resolve) => {
        const socket = connect(Number(port), hostname, () => {
          const knock = 'GET /bridge HTTP/1.1\r\nHost: x\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n\r\n';
          socket.write(knock, () => setImmediate(() => socket.resetAndDestroy()));
        });
        socket.on('close', () => resolve());
      });
    // An error that nobody listens to fails the run, and would have ended the shell.
    for (let visit = 0; visit < 40; visit += 1) await hangUp();
    expect((await get(running.origin, '/')).status).toBe(403);
  });

  it('says so when a file of the page has gone', async () => {
    const running = await serve();
    const cookie = await enter(running);
    rmSync(join(dir, 'page', 'assets', 'app.js'));
    expect((await get(running.origin, '/assets/app.js', { cookie })).status).toBe(503);
    expect((await get(running.origin, '/', { cookie })).status).toBe(200);
  });

  it('takes another port when the wanted one is taken', async () => {
    const first = await serve();
    const second = await servePage({
      files: new Map(),
      port: Number(new URL(first.origin).port),
      isReady: () => true,
      onPage() {},
      onCount() {},
    });
    expect(second.origin).not.toBe(first.origin);
    await second.close();
  });
});

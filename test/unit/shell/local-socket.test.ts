import { mkdtempSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { request } from 'node:http';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { WebSocket } from 'ws';
import { silentLogger } from '../../../main/ports/logger.ts';
import type { Port } from '../../../main/ports/message-port.ts';
import {
  connectBridge,
  connectLocal,
  createNodeChannel,
  joinPorts,
  listenLocal,
  maxClients,
  maxFrameBytes,
  requestFocus,
  serveBridge,
  type LocalSocket,
} from '../../../main/shell/index.ts';
import { baseView, sliceRouter, type Subscriptions } from './fixtures/slice-router.ts';
import { closed, eventually } from './support.ts';

let dir = '';
let path = '';
let listening: LocalSocket | null = null;
let subscriptions: Subscriptions = { opened: 0, ended: 0 };
let focused = 0;
let handed: unknown[] = [];

/** An engine behind the socket, as the composition roots wire it: socket ↔ port ↔ bridge. */
async function listen(): Promise<void> {
  listening = await listenLocal(
    path,
    (client) => {
      const { near, far } = createNodeChannel();
      serveBridge(
        far,
        sliceRouter({ subscriptions, view: () => baseView, quit: () => undefined, endpoint: () => null }),
        { trust: 'local' },
        silentLogger,
      );
      joinPorts(client, near);
    },
    (opened) => {
      handed.push(opened);
      focused += 1;
      return focused === 1 ? null : 'http://127.0.0.1:1/enter/x';
    },
  );
}

async function connected(): Promise<Port> {
  const port = await connectLocal(path);
  if (port === null) throw new Error('nobody listens');
  return port;
}

beforeEach(() => {
  dir = mkdtempSync(join(tmpdir(), 'lilliput-socket-'));
  path = join(dir, 'app.sock');
  subscriptions = { opened: 0, ended: 0 };
  focused = 0;
  handed = [];
});
afterEach(async () => {
  await listening?.close();
  listening = null;
  rmSync(dir, { recursive: true, force: true });
});

describe('the local socket', () => {
  it('lets a command line talk to the engine of a running app', async () => {
    await listen();
    const port = await connected();
    const client = connectBridge(port);
    expect(await client.account.checkName({ name: 'wren' })).toEqual({ verdict: 'free', name: 'wren' });
    expect(await client.account.checkName({ name: 'taken' }).catch((thrown: unknown) => thrown)).toMatchObject({
      code: 'NAME_TAKEN',
    });
    port.close();
  });

  it('ends the subscriptions of a command line that went away', async () => {
    await listen();
    const port = await connected();
    const changes = await connectBridge(port).app.watch();
    await changes.next();
    const next = changes.next().catch((thrown: unknown) => thrown);
    port.close();
    expect(await next).toMatchObject({ code: 'CANCELLED', reason: 'bridge-closed' });
    expect(
      await eventually(
        () => subscriptions.ended,
        (ended) => ended === 1,
      ),
    ).toBe(1);
  });

  it('belongs to its owner only', async () => {
    await listen();
    expect(statSync(path).mode & 0o777).toBe(0o600);
  });

  it('finds nobody where nobody listens, and takes over a dead file', async () => {
    expect(await connectLocal(path)).toBeNull();
    expect(await requestFocus(path, null)).toBeNull();
    writeFileSync(path, '');
    expect(await connectLocal(path)).toBeNull();
    await listen();
    (await connected()).close();
  });

  it('lets a second start bring the window to the front', async () => {
    await listen();
    expect(await requestFocus(path, null)).toBe('');
    expect(await requestFocus(path, null)).toBe('http://127.0.0.1:1/enter/x');
    expect(focused).toBe(2);
  });

  it('takes the link of a second start, and nothing else in its place', async () => {
    await listen();
    const invitation = { kind: 'invitation', link: `lilliput:wren?key=${'ab'.repeat(32)}` } as const;
    await requestFocus(path, invitation);
    await requestFocus(path, { kind: 'refused', reason: 'broken' });
    const raw = (body: string): Promise<number | null> =>
      new Promise((resolve) => {
        const asking = request({ socketPath: path, path: '/focus', method: 'POST' }, (answer) => resolve(answer.statusCode ?? 0));
        asking.once('error', () => resolve(null));
        asking.end(body);
      });
    for (const body of ['{', '{"kind":"invitation","link":"file:///etc/passwd"}', '"x"'])
      // oxlint-disable-next-line no-await-in-loop -- told apart by their order
      expect(await raw(body)).toBe(200);
    expect(await raw('x'.repeat(1_000_000))).toBeNull();
    expect(handed).toEqual([invitation, { kind: 'refused', reason: 'broken' }, null, null, null]);
  });

  it('tells the attached that the app ends', async () => {
    await listen();
    const gone = closed(await connected());
    await listening?.close();
    await expect(gone).resolves.toBeUndefined();
  });

  it('refuses more clients than it serves', async () => {
    await listen();
    const ports = await Promise.all(Array.from({ length: maxClients }, () => connected()));
    await expect(connectLocal(path)).rejects.toMatchObject({ code: 'TOO_MANY', context: { most: maxClients } });
    ports[0]?.close();
    const again = await eventually(
      () => connectLocal(path).catch(() => null),
      (port) => port !== null,
    );
    expect(again).not.toBeNull();
    again?.close();
    for (const port of ports) port.close();
  });

  it.each<[string, string | Buffer]>([
    ['a frame over the limit', 'x'.repeat(maxFrameBytes + 1)],
    ['bytes', Buffer.from([1, 2, 3])],
    ['text that is no frame', 'hello'],
  ])('hangs up on %s', async (_, frame) => {
    await listen();
    const socket = new WebSocket('ws://lilliput/', { createConnection: () => connect(path) });
    const gone = new Promise<number>((resolve) => socket.on('close', resolve));
    socket.on('open', () => socket.send(frame));
    expect(await gone).toBeGreaterThan(1000);
  });
});

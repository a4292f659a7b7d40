import { spawn, type ChildProcessWithoutNullStreams } from 'node:child_process';
import { createSocket } from 'node:dgram';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { trialServers } from '../../../main/engine/check-ticket.ts';
import { systemRandom } from '../../../main/ports/random.ts';
import { channelHeaderBytes } from '../../../main/stun/index.ts';
import { TurnCaller } from '../../unit/relay/turn-caller.ts';
import { buildApp, electronSwitches, type BuiltApp } from './electron-rig.ts';

const testElectron = process.env['LILLIPUT_TEST_ELECTRON'] ?? '';

/** The app's own, as `npm run build` makes it: with what it takes from node_modules. */
const entry = fileURLToPath(new URL('../../../out/main/relay-process.js', import.meta.url));
const here = '127.0.0.1';
const elsewhere = '127.0.0.2';

interface Listening {
  readonly points: readonly { readonly transport: string; readonly port: number }[];
  readonly key: string;
  readonly pin: string;
}

describe.skipIf(testElectron === '')('the relay as a utility process of Electron', () => {
  let built: BuiltApp;
  let app: ChildProcessWithoutNullStreams;
  const lines: string[] = [];
  let log = '';

  /** What it said when it began for the nth time. */
  async function listening(time: number): Promise<Listening> {
    const said = (): readonly string[] => lines.filter((line) => line.includes('"relay-listening"'));
    await expect.poll(() => said().length, { timeout: 60_000 }).toBe(time);
    // What the fixture prints.
    return JSON.parse(said().at(-1) ?? '') as Listening;
  }

  /** Of the relay's process that began last, as its log says. */
  const lastPid = (): number => Number([...log.matchAll(/"event":"listening".*"pid":(\d+)/gu)].at(-1)?.[1]);

  beforeAll(async () => {
    built = await buildApp(
      { main: 'test/e2e/shell/fixtures/relay-main.ts', engine: 'test/unit/shell/fixtures/echo-fixture.ts' },
      testElectron,
    );
    app = spawn(built.electron, [...electronSwitches, `--relay-entry=${entry}`]);
    createInterface({ input: app.stdout }).on('line', (line) => lines.push(line));
    app.stderr.on('data', (bytes: Buffer) => (log += bytes.toString()));
  });
  afterAll(async () => {
    if (app.exitCode === null) {
      app.stdin.end();
      await once(app, 'exit');
    }
    built.remove();
  });

  it('carries a call for those who have a ticket, counts it, and does so in batches where the system can', async () => {
    await callThrough(await listening(1));
    await expect
      .poll(() => lines.some((line) => line.includes('"relay-counts"') && line.includes('"packets":2')), { timeout: 10_000 })
      .toBe(true);
    expect(log).toContain(process.platform === 'linux' ? 'batched' : 'portable');
  });

  it('is there again after it was killed, and ends with the app', async () => {
    await listening(1);
    process.kill(lastPid(), 'SIGKILL');
    await callThrough(await listening(2));
    app.stdin.end();
    await once(app, 'exit');
    await expect.poll(() => isAlive(lastPid()), { timeout: 10_000 }).toBe(false);
  });
});

/** An allocation for a ticket of two devices, and a packet through it and back. */
async function callThrough({ points, key, pin }: Listening): Promise<void> {
  const portOf = (transport: string): number => points.find((point) => point.transport === transport)?.port ?? 0;
  const relay = {
    host4: here,
    host6: null,
    udp: portOf('udp'),
    tcp: portOf('tcp'),
    tls: portOf('tls'),
    key: bytesOf(key),
    pin: bytesOf(pin),
  };
  const [servers] = trialServers([{ relay, rttMs: null, clockOffsetMs: 0 }], systemRandom, Date.now());
  const server = servers?.find(({ kind, transport }) => kind === 'turn' && transport === 'udp');
  const { username, credential } = server ?? {};
  if (username === undefined || credential === undefined) throw new Error('no way to it');
  const caller = await TurnCaller.open(
    { host: here, port: relay.udp },
    { username, password: credential },
    { host: here, port: 0 },
  );
  const peer = createSocket('udp4');
  peer.on('message', (bytes, from) => peer.send(`${bytes.toString()} yourself`, from.port, from.address));
  peer.bind(0, elsewhere);
  await once(peer, 'listening');
  try {
    expect((await caller.allocate()).relayed).toHaveLength(1);
    await caller.bind(0x4000, { family: 4, host: elsewhere, port: peer.address().port });
    caller.sendChannel(0x4000, Buffer.from('hello'));
    await expect.poll(() => caller.got.map((bytes) => bytes.toString('utf8', channelHeaderBytes))).toEqual(['hello yourself']);
  } finally {
    await caller.close();
    peer.close();
  }
}

const bytesOf = (hex: string): Uint8Array => Uint8Array.from(Buffer.from(hex, 'hex'));

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
}

import { spawn, type ChildProcess } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { connect, createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import type { IceServer } from '../../main/calls/index.ts';
import { createTlsIdentity, type TlsIdentity } from '../../main/identity/index.ts';
import { silentLogger } from '../../main/ports/logger.ts';
import { systemRandom } from '../../main/ports/random.ts';
import { systemClock } from '../../main/ports/system-clock.ts';
import { defaultLimits, startRelay, type Relay } from '../../main/relay/index.ts';
import { createTransportPair } from '../unit/media/transport-pair.ts';

/** Whole media paths (ICE, DTLS, SRTP) of two ends that hide their addresses: everything goes through the relay under test. */
const hasCoturn = process.env['LILLIPUT_TURN_CLIENT'] !== undefined;
const account = { username: 'ada', credential: 'analytical' };
const transports = ['udp', 'tcp', 'tls'] as const;
type Transport = (typeof transports)[number];

const pinOf = ({ pin }: TlsIdentity): string => Buffer.from(pin).toString('base64url');

/** @returns how many of 50 packets came, there and back */
async function relayed(server: IceServer): Promise<readonly [number, number]> {
  const pair = await createTransportPair({ servers: [server], policy: { relayOnly: true } });
  try {
    pair.open();
    const { offerer, answerer } = pair;
    await vi.waitFor(() => expect([offerer.log, answerer.log]).toEqual([['up'], ['up']]), { timeout: 15_000, interval: 10 });
    for (let number = 0; number < 50; number += 1) {
      offerer.transport.send(Buffer.from(`there ${number}`), number * 960, false, false);
      answerer.transport.send(Buffer.from(`back ${number}`), number * 960, false, false);
    }
    await vi.waitFor(
      () => {
        expect(answerer.received.map(({ payload }) => payload)).toContain('there 49');
        expect(offerer.received.map(({ payload }) => payload)).toContain('back 49');
      },
      { timeout: 10_000, interval: 10 },
    );
    expect([offerer.paths, answerer.paths]).toEqual([['relay'], ['relay']]);
    const hidden = [...offerer.descriptions, ...answerer.descriptions].flatMap(
      ({ sdp }) => sdp.match(/typ (?:host|srflx)/gu) ?? [],
    );
    expect(hidden).toEqual([]);
    return [answerer.received.length, offerer.received.length];
  } finally {
    await pair.close();
  }
}

describe.skipIf(!hasCoturn)('our client at coturn', () => {
  const dir = mkdtempSync(join(tmpdir(), 'lilliput-coturn-'));
  let coturn: ChildProcess;
  let ports: readonly [plain: number, tls: number];
  let identity: TlsIdentity;

  beforeAll(async () => {
    identity = await createTlsIdentity(systemRandom, systemClock.nowMs());
    const [key, cert] = [join(dir, 'key.pem'), join(dir, 'cert.pem')];
    writeFileSync(key, identity.key, { mode: 0o600 });
    writeFileSync(cert, identity.cert);
    ports = [await freePort(), await freePort()];
    const common = ['-n', '-L', '127.0.0.1', '-E', '127.0.0.1', '-a', '-u', 'ada:analytical', '-r', 'lilliput'];
    const rest = ['--allow-loopback-peers', '--no-cli', '--log-file', 'stdout', '--pidfile', join(dir, 'pid')];
    const at = ['-p', String(ports[0]), '--tls-listening-port', String(ports[1]), '--cert', cert, '--pkey', key];
    coturn = spawn('turnserver', [...common, ...at, ...rest], { stdio: 'ignore' });
    await vi.waitFor(() => isListening(ports[0]), { timeout: 15_000, interval: 50 });
  });

  afterAll(() => {
    coturn.kill();
    rmSync(dir, { recursive: true, force: true });
  });

  it.each(transports)('carries a call over %s', async (transport) => {
    const [plain, tls] = ports;
    const port = transport === 'tls' ? tls : plain;
    const server = { kind: 'turn', transport, address: '127.0.0.1', port, ...account, tlsPin: pinOf(identity) } as const;
    expect(await relayed(server)).toEqual([50, 50]);
  });
});

describe('our client at our own relay', () => {
  let relay: Relay;
  let identity: TlsIdentity;

  beforeAll(async () => {
    identity = await createTlsIdentity(systemRandom, systemClock.nowMs());
    relay = await startRelay({
      listen: transports.map((transport) => ({ transport, host: '127.0.0.1', port: 0 })),
      tls: identity,
      relayHosts: { 4: '127.0.0.1' },
      verifier: { check: (name) => (name === account.username ? { device: name, password: account.credential } : null) },
      limits: defaultLimits,
      allowLoopback: true,
      clock: systemClock,
      random: systemRandom,
      logger: silentLogger,
    });
  });

  afterAll(() => relay.stop());

  const serverOf = (transport: Transport): IceServer => {
    const port = relay.points.find((point) => point.transport === transport)?.port ?? 0;
    return { kind: 'turn', transport, address: '127.0.0.1', port, ...account, tlsPin: pinOf(identity) };
  };

  it.each(transports)('carries a call over %s, and gives its allocations back', async (transport) => {
    const before = relay.counts().packets;
    expect(await relayed(serverOf(transport))).toEqual([50, 50]);
    expect(relay.counts().packets - before).toBeGreaterThan(200);
    await vi.waitFor(() => expect(relay.counts().allocations).toBe(0), { timeout: 5_000, interval: 20 });
  });

  it('is not spoken to when it shows another certificate than was pinned', async () => {
    const { pin } = await createTlsIdentity(systemRandom, systemClock.nowMs());
    const other = { ...serverOf('tls'), tlsPin: Buffer.from(pin).toString('base64url') };
    const pair = await createTransportPair({ servers: [other], policy: { relayOnly: true } });
    pair.open();
    await vi.waitFor(() => expect(pair.answerer.descriptions.length).toBe(1), { timeout: 5_000, interval: 10 });
    expect(await relayed(serverOf('tls'))).toEqual([50, 50]);
    expect([...pair.offerer.log, ...pair.answerer.log]).toEqual([]);
    expect([...pair.offerer.paths, ...pair.answerer.paths]).toEqual([]);
    await pair.close();
  });
});

function freePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const server = createServer();
    server.once('error', reject);
    server.listen(0, '127.0.0.1', () => {
      const address = server.address();
      server.close(() => resolve(typeof address === 'object' && address !== null ? address.port : 0));
    });
  });
}

/** @throws Error if nobody listens */
function isListening(port: number): Promise<void> {
  return new Promise<void>((resolve, reject) => {
    const socket = connect(port, '127.0.0.1');
    socket.once('error', reject);
    socket.once('connect', () => {
      socket.destroy();
      resolve();
    });
  });
}

import { execFile, execFileSync, spawn, type ChildProcess } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { defaultLimits, startRelay, type Relay } from '../../main/relay/index.ts';
import { silentLogger } from '../../main/ports/logger.ts';
import { systemRandom } from '../../main/ports/random.ts';
import { systemClock } from '../../main/ports/system-clock.ts';

/** Coturn's own client and peer against our relay. The relay has 127.0.0.2 (and ::1) for its public address, the peer 127.0.0.1. */
const program = process.env['LILLIPUT_TURN_CLIENT'];
const peerPort = 34_811;
const run = promisify(execFile);

const plenty = { perSecond: 10_000, burst: 10_000 };

describe.skipIf(program === undefined)("coturn's client", { timeout: 60_000 }, () => {
  const dir = mkdtempSync(join(tmpdir(), 'lilliput-relay-'));
  let relay: Relay;
  let peer: ChildProcess;

  beforeAll(async () => {
    const [key, cert] = [join(dir, 'key.pem'), join(dir, 'cert.pem')];
    const subject = ['-subj', '/CN=relay', '-days', '2', '-keyout', key, '-out', cert];
    execFileSync('openssl', ['req', '-x509', '-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1', '-nodes', ...subject], {
      stdio: 'ignore',
    });
    relay = await startRelay({
      listen: [
        ...(['udp', 'tcp', 'tls'] as const).map((transport) => ({ transport, host: '127.0.0.2', port: 0 })),
        { transport: 'udp', host: '::1', port: 0 },
      ],
      tls: { key: readFileSync(key, 'utf8'), cert: readFileSync(cert, 'utf8') },
      relayHosts: { 4: '127.0.0.2', 6: '::1' },
      // There is one IPv6 loopback only: under another name the relay's own address is not the peer's.
      publicHosts: { 6: '2606:4700::9' },
      verifier: { check: (username) => (username === 'ada' ? { device: 'ada', password: 'analytical' } : null) },
      limits: {
        ...defaultLimits,
        // The other's client sends as fast as it can.
        bytesPerSecond: 128_000,
        totalBytesPerSecond: 10_000_000,
        allocationsPerDevice: 64,
        allocationsPerNetwork: 64,
        strangers: { perNetwork: plenty, total: plenty },
        requests: plenty,
      },
      allowLoopback: true,
      clock: systemClock,
      random: systemRandom,
      logger: silentLogger,
    });
    peer = spawn('turnutils_peer', ['-L', '127.0.0.1', '-L', '::1', '-p', String(peerPort)], { stdio: 'ignore' });
  });

  afterAll(async () => {
    peer.kill();
    await relay.stop();
    rmSync(dir, { recursive: true, force: true });
  });

  /** @returns how many messages came back of how many that were sent */
  async function exchange(
    transport: 'udp' | 'tcp' | 'tls',
    ...given: (string | { readonly server: string })[]
  ): Promise<readonly [received: number, sent: number]> {
    const port = relay.points.find((point) => point.transport === transport)?.port;
    const args = given.filter((entry) => typeof entry === 'string');
    const server = given.find((entry) => typeof entry !== 'string')?.server ?? '127.0.0.2';
    const how = { udp: [], tcp: ['-t'], tls: ['-t', '-S'] }[transport];
    const account = ['-u', 'ada', '-w', 'analytical'];
    const common = [
      '-n',
      '20',
      '-m',
      '2',
      '-l',
      '171',
      '-L',
      '127.0.0.1',
      '-p',
      String(port),
      '-e',
      '127.0.0.1',
      '-r',
      String(peerPort),
    ];
    const { stdout } = await run(program ?? '', [...how, ...account, ...common, ...args, server]);
    const found = [...stdout.matchAll(/tot_send_msgs=(\d+), tot_recv_msgs=(\d+)/gu)].at(-1);
    return [Number(found?.[2]), Number(found?.[1])];
  }

  const toIpv6 = ['-x', '-e', '::1'];
  const forms = {
    'with an IPv4 address asked for': ['-X'],
    'with packets that are never cut to pieces': ['-g'],
    'from IPv4 to a peer in IPv6': toIpv6,
    'through channels': [],
    'with Send and Data': ['-s'],
    'between two of its own clients': ['-y'],
    'with every request asked twice': ['-G'],
  } as const;
  // A run takes the client 5 s: the forms differ above the transport, so one transport has them all.
  it.each([
    ['udp', 'through channels'],
    ['udp', 'with Send and Data'],
    ['udp', 'between two of its own clients'],
    ['udp', 'with every request asked twice'],
    ['udp', 'with an IPv4 address asked for'],
    ['udp', 'with packets that are never cut to pieces'],
    ['udp', 'from IPv4 to a peer in IPv6'],
    ['tcp', 'through channels'],
    ['tcp', 'between two of its own clients'],
    ['tls', 'through channels'],
  ] as const)('over %s %s gets every message back', async (transport, form) => {
    const before = relay.counts().packets;
    const [received, sent] = await exchange(transport, ...forms[form]);
    expect(sent).toBeGreaterThanOrEqual(40);
    expect(relay.counts().packets - before).toBeGreaterThanOrEqual(2 * sent);
    expect(received).toBe(sent);
  });

  it('over IPv6 gets every message back from a peer in IPv6', async () => {
    const port = relay.points.find(({ host }) => host === '::1')?.port;
    const [received, sent] = await exchange('udp', ...toIpv6, '-L', '::1', '-p', String(port), { server: '::1' });
    expect([received, sent >= 40]).toEqual([sent, true]);
  });

  it('with a wrong password gets no allocation', async () => {
    const before = relay.counts().packets;
    await expect(exchange('udp', '-w', 'difference')).rejects.toThrow('Command failed');
    expect(relay.counts().packets).toBe(before);
  });
});

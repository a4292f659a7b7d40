import { createSocket, type Socket as UdpSocket } from 'node:dgram';
import { once } from 'node:events';
import { connect as connectTcp, type Socket } from 'node:net';
import { connect as connectTls } from 'node:tls';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { createTlsIdentity } from '../../main/identity/index.ts';
import { silentLogger } from '../../main/ports/logger.ts';
import { systemRandom } from '../../main/ports/random.ts';
import { systemClock } from '../../main/ports/system-clock.ts';
import { defaultLimits, startRelay, type Relay } from '../../main/relay/index.ts';
import { attribute, method, StunWriter } from '../../main/stun/index.ts';
import { TurnCaller } from '../unit/relay/turn-caller.ts';

/** A relay on real sockets, and people who mean it ill. Whoever is there with a ticket goes on being served. */

const host = '127.0.0.1';
const ada = { username: 'ada', password: 'analytical' };
const megabyte = 1e6;

let relay: Relay;
const opened: { close(): unknown }[] = [];

beforeEach(async () => {
  relay = await startRelay({
    listen: (['udp', 'tcp', 'tls'] as const).map((transport) => ({ transport, host, port: 0 })),
    tls: await createTlsIdentity(systemRandom, systemClock.nowMs()),
    relayHosts: { 4: host },
    verifier: { check: (username) => (username === ada.username ? { device: username, password: ada.password } : null) },
    limits: { ...defaultLimits, connections: { atOnce: 40, perNetwork: 8, idleMs: 300, patienceMs: 900 } },
    allowLoopback: true,
    clock: systemClock,
    random: systemRandom,
    logger: silentLogger,
  });
});

afterEach(async () => {
  await Promise.all(opened.splice(0).map((entry) => entry.close()));
  await relay.stop();
});

const portOf = (transport: 'udp' | 'tcp' | 'tls'): number =>
  relay.points.find((point) => point.transport === transport)?.port ?? 0;

async function openUdp(from: string): Promise<UdpSocket> {
  const socket = createSocket('udp4');
  socket.bind(0, from);
  await once(socket, 'listening');
  opened.push({ close: () => new Promise<void>((resolve) => socket.close(() => resolve())) });
  return socket;
}

function allocateAs(username: string, transaction: number): Buffer {
  const bytes = Buffer.alloc(400);
  const id = Buffer.alloc(12);
  id.writeUInt32BE(transaction, 0);
  const writer = new StunWriter(bytes, method.allocate, 'request', id);
  writer.number(attribute.requestedTransport, 17 << 24);
  writer.text(attribute.username, username);
  writer.text(attribute.realm, 'lilliput');
  writer.text(attribute.nonce, 'obMatJos2gAAAAAAAAAAAAAAAAA');
  return bytes.subarray(0, writer.finish({ key: Buffer.alloc(16), kind: 'sha1' }, true));
}

/** A friend from another network, who has an allocation and hears itself through a second one. */
async function openFriend(): Promise<() => Promise<void>> {
  const server = { host, port: portOf('udp') };
  const [a, b] = [
    await TurnCaller.open(server, ada, { host: '127.9.9.9', port: 0 }),
    await TurnCaller.open(server, ada, { host: '127.9.9.9', port: 0 }),
  ];
  opened.push(a, b);
  const [[aAt], [bAt]] = [(await a.allocate()).relayed, (await b.allocate()).relayed];
  if (aAt === undefined || bAt === undefined) throw new Error('no allocation');
  await a.bind(0x4000, bAt);
  await b.bind(0x4000, aAt);
  return async () => {
    const before = b.got.length;
    a.sendChannel(0x4000, Buffer.from('are you there?'));
    await expect.poll(() => b.got.length, { timeout: 5_000 }).toBe(before + 1);
  };
}

/** A connection that says `first` and notes when it is closed. */
function openStream(transport: 'tcp' | 'tls', first: Uint8Array): { readonly socket: Socket; readonly closed: Promise<unknown> } {
  // Elsewhere: from its own address comes the gateway.
  const at = { host, port: portOf(transport), localAddress: '127.5.5.5' };
  const socket = transport === 'tcp' ? connectTcp(at) : connectTls({ ...at, rejectUnauthorized: false });
  socket.on('error', () => undefined);
  socket.once(transport === 'tcp' ? 'connect' : 'secureConnect', () => socket.write(first));
  opened.push({ close: () => socket.destroy() });
  return { socket, closed: new Promise((resolve) => socket.once('close', resolve)) };
}

describe('a flood of allocations', () => {
  it('from one network and from many opens nothing, is answered with no more than it sent, and keeps no memory', async () => {
    const isServed = await openFriend();
    const sources = await Promise.all(Array.from({ length: 60 }, (_, index) => openUdp(`127.${1 + index}.0.1`)));
    let [sent, received] = [0, 0];
    for (const socket of sources) socket.on('message', (bytes) => void (received += bytes.length));
    const flood = (count: number): void => {
      for (let index = 0; index < count; index += 1) {
        const bytes = allocateAs(`stranger${index}`, index);
        sent += bytes.length;
        sources[index % sources.length]?.send(bytes, portOf('udp'), host);
      }
    };
    flood(2_000);
    await isServed();
    const before = process.memoryUsage().rss;
    for (let round = 0; round < 10; round += 1) {
      flood(2_000);
      // oxlint-disable-next-line no-await-in-loop -- between the waves somebody wants to talk
      await isServed();
    }
    expect(relay.counts()).toMatchObject({ allocations: 2 });
    expect(received).toBeLessThanOrEqual(sent);
    expect((process.memoryUsage().rss - before) / megabyte).toBeLessThan(100);
  });

  it('by somebody with a ticket ends at the quota of a device', async () => {
    const codes: (number | null)[] = [];
    for (let index = 0; index < 6; index += 1) {
      const server = { host, port: portOf('udp') };
      // oxlint-disable no-await-in-loop -- the order is what is told
      const caller = await TurnCaller.open(server, ada, { host: `127.${1 + index}.0.1`, port: 0 });
      opened.push(caller);
      codes.push((await caller.allocate()).code);
      // oxlint-enable no-await-in-loop
    }
    expect(codes).toEqual([null, null, null, null, 486, 486]);
  });
});

describe('a flood of data', () => {
  it('by somebody with a ticket gets 64 kbit/s through and no more, and others are served', { timeout: 60_000 }, async () => {
    const isServed = await openFriend();
    const server = { host, port: portOf('udp') };
    const [from, to] = [
      await TurnCaller.open(server, ada, { host: '127.21.0.1', port: 0 }),
      await TurnCaller.open(server, ada, { host: '127.22.0.1', port: 0 }),
    ];
    opened.push(from, to);
    const [[fromAt], [toAt]] = [(await from.allocate()).relayed, (await to.allocate()).relayed];
    if (fromAt === undefined || toAt === undefined) throw new Error('no allocation');
    await from.bind(0x4000, toAt);
    await to.bind(0x4000, fromAt);
    const startMs = systemClock.monotonicMs();
    for (let round = 0; round < 20; round += 1) {
      for (let packet = 0; packet < 100; packet += 1) from.sendChannel(0x4000, Buffer.alloc(1_000));
      // oxlint-disable-next-line no-await-in-loop -- between the waves somebody wants to talk
      await isServed();
    }
    const seconds = (systemClock.monotonicMs() - startMs) / 1_000;
    const carried = to.got.reduce((sum, { length }) => sum + length - 4, 0);
    // Two seconds' worth at once, and one more for what is on its way.
    expect(carried).toBeLessThanOrEqual(defaultLimits.bytesPerSecond * (seconds + 3));
    expect(carried).toBeGreaterThan(0);
    expect(relay.counts().dropped).toBeGreaterThan(1_000);
  });
});

describe.each(['tcp', 'tls'] as const)('on a connection over %s', (transport) => {
  it.each([
    ['says nothing', new Uint8Array()],
    ['says what is no STUN', Buffer.from('GET / HTTP/1.1\r\nHost: relay\r\n\r\n')],
    ['wants a frame longer than any', Buffer.from([0x40, 0, 0xff, 0xff])],
    ['begins a message that it never ends', Buffer.from([0, 3, 0, 8, 0x21, 0x12, 0xa4])],
  ])('who %s is shown out', async (_what, first) => {
    const isServed = await openFriend();
    const { closed } = openStream(transport, first);
    await expect(closed).resolves.toBeDefined();
    await isServed();
  });

  it('who says a byte now and then is shown out all the same', async () => {
    const message = Buffer.alloc(200);
    message.set([0x40, 0, 0, 196]);
    const { socket, closed } = openStream(transport, new Uint8Array());
    let at = 0;
    const drip = setInterval(() => {
      if (socket.writable) socket.write(message.subarray(at, at + 1));
      at += 1;
    }, 50);
    await closed;
    clearInterval(drip);
    expect(at).toBeGreaterThan(0);
  });

  it('one network gets no more places than it may have', async () => {
    const isServed = await openFriend();
    const streams = Array.from({ length: 30 }, () => openStream(transport, new Uint8Array()));
    let closed = 0;
    for (const stream of streams) void stream.closed.then(() => void (closed += 1));
    await expect.poll(() => closed, { timeout: 5_000 }).toBeGreaterThanOrEqual(22);
    await isServed();
  });
});

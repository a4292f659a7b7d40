import { EventEmitter } from 'node:events';
import { expect, test } from 'vitest';
import { seedPair, signWithPair, type DhtNode, type SecretStream } from '../../../native-shims/hyperdht/index.ts';
import { decodeFrame, encodeFrame } from '../../../main/overlay/gateway/frames.ts';
import { GatewayHost } from '../../../main/overlay/gateway/gateway-host.ts';
import { encodePurpose, encodeRequest, listenProof } from '../../../main/overlay/gateway/requests.ts';
import { createNetworks } from '../../../main/overlay/networks.ts';
import { silentLogger } from '../../../main/ports/logger.ts';
import { systemRandom } from '../../../main/ports/random.ts';
import { VirtualClock } from '../virtual-clock.ts';

/** A gateway in no network, and what it did there. */
function openHost(bytesPerSecond: number | null = null) {
  const clock = new VirtualClock();
  const done = { announced: 0, searched: 0 };
  const node = {
    announceTopic: () => {
      done.announced += 1;
      return Promise.resolve();
    },
    // Of a node of the DHT a gateway that only announces uses nothing else.
  } as unknown as DhtNode;
  const host = new GatewayHost({
    node: () => node,
    directory: {
      get: () => {
        done.searched += 1;
        return Promise.resolve([]);
      },
      put: () => {
        throw new Error('nobody stores records');
      },
    },
    closest: () => Promise.resolve([]),
    networks: createNetworks({ privateAddressesCountPerNode: false }),
    keyPair: seedPair(systemRandom.bytes(32)),
    self: () => null,
    otherGateways: () => [],
    bytesPerSecond,
    clock,
    random: systemRandom,
    log: silentLogger,
  });
  const connect = (from: string) => {
    const answers: Buffer[] = [];
    const line = { isRead: true };
    const session = Object.assign(new EventEmitter(), {
      write: (bytes: Buffer) => answers.push(bytes) > 0,
      destroy: () => undefined,
      pause: () => void (line.isRead = false),
      resume: () => void (line.isRead = true),
      handshakeHash: Buffer.alloc(64, 7),
    });
    // A real one needs two ends and a line between them; a carrier uses these.
    host.serve(session as unknown as SecretStream, { host: from, port: 5_000 });
    return { session, line, kinds: () => answers.map((bytes) => decodeFrame(bytes)?.type) };
  };
  return { clock, done, host, connect };
}

const settle = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

test('a client that says again and again where it listens is announced once in five minutes', async () => {
  const { clock, done, host, connect } = openHost();
  const { session, kinds } = connect('81.2.69.1');
  const pair = seedPair(systemRandom.bytes(32));
  const signature = signWithPair(pair, listenProof(session.handshakeHash, pair.publicKey));
  for (let id = 1; id <= 20; id += 1) {
    const body = encodeRequest({ kind: 'listen', key: pair.publicKey, signature });
    session.emit('data', encodeFrame({ type: 'request', id, body }));
  }
  await settle();
  expect(kinds()).toEqual(Array.from({ length: 20 }, () => 'answer'));
  expect(done.announced).toBe(1);
  for (let second = 0; second < 310; second += 1) {
    session.emit('data', encodeFrame({ type: 'ping', id: 0 }));
    clock.advance(1_000);
  }
  expect(done.announced).toBe(2);
  await host.stop();
});

test('a network makes a gateway search no more than so often, with however many connections', async () => {
  const { done, host, connect } = openHost();
  for (let client = 1; client <= 24; client += 1) {
    const { session } = connect(`81.2.69.${client}`);
    for (let id = 1; id <= 50; id += 1) {
      session.emit(
        'data',
        encodeFrame({ type: 'request', id, body: encodeRequest({ kind: 'get', target: Buffer.alloc(32, id) }) }),
      );
    }
  }
  await settle();
  expect(done.searched).toBe(120);
  const other = connect('81.2.70.1');
  other.session.emit(
    'data',
    encodeFrame({ type: 'request', id: 1, body: encodeRequest({ kind: 'get', target: Buffer.alloc(32) }) }),
  );
  await settle();
  expect(other.kinds()).toEqual(['answer']);
  await host.stop();
});

test('what one client of a gateway says to another is counted once', async () => {
  const { host, connect } = openHost();
  const [left, right] = [connect('81.2.69.1'), connect('81.2.70.1')];
  const pair = seedPair(systemRandom.bytes(32));
  const signature = signWithPair(pair, listenProof(right.session.handshakeHash, pair.publicKey));
  const listen = encodeRequest({ kind: 'listen', key: pair.publicKey, signature });
  right.session.emit('data', encodeFrame({ type: 'request', id: 1, body: listen }));
  await settle();
  const dial = encodePurpose({ kind: 'dial', key: pair.publicKey });
  left.session.emit('data', encodeFrame({ type: 'open', id: 1, body: dial }));
  await settle();
  const before = host.bytes;
  const there = encodeFrame({ type: 'data', id: 1, body: Buffer.alloc(1_000) });
  left.session.emit('data', there);
  // The gateway numbers the pipes that it opens itself.
  const back = encodeFrame({ type: 'data', id: 2, body: Buffer.alloc(300) });
  right.session.emit('data', back);
  await settle();
  expect([left.kinds().at(-1), right.kinds().at(-1)]).toEqual(['data', 'data']);
  expect(host.bytes - before).toBe(there.byteLength + back.byteLength);
  await host.stop();
});

test('all clients of a gateway pass no more together than its owner gives, and who says little isn’t slowed down by others', async () => {
  const perSecond = 100_000;
  const { clock, host, connect } = openHost(perSecond);
  const crowd = Array.from({ length: 40 }, (_, index) => connect(`81.2.${index}.1`));
  const quiet = connect('81.3.1.1');
  const piece = encodeFrame({ type: 'data', id: 99, body: Buffer.alloc(16_000) });
  const ping = encodeFrame({ type: 'ping', id: 0 });
  const seconds = 60;
  // What comes while a line isn't read waits on the line.
  let unread = 0;
  for (let tick = 0; tick < seconds * 10; tick += 1) {
    for (const { session, line } of crowd) if (line.isRead) session.emit('data', piece);
    if (tick % 10 === 0) quiet.session.emit('data', ping);
    if (!quiet.line.isRead) unread += 1;
    clock.advance(100);
  }
  expect(unread).toBe(0);
  const passed = host.bytes;
  const atOnce = perSecond * 16 + crowd.length * piece.byteLength;
  expect(passed).toBeLessThanOrEqual(perSecond * seconds + atOnce);
  expect(passed).toBeGreaterThan(perSecond * seconds * 0.9);
  // Nobody is taken for silent because we didn't read.
  expect(host.clientCount).toBe(crowd.length + 1);
  await host.stop();
});

test('one client of a gateway passes no more than its own rate, however much is left for all', async () => {
  const { clock, host, connect } = openHost(10_000_000);
  const { session, line } = connect('81.2.69.1');
  const piece = encodeFrame({ type: 'data', id: 99, body: Buffer.alloc(16_000) });
  for (let tick = 0; tick < 300; tick += 1) {
    for (let each = 0; each < 10 && line.isRead; each += 1) session.emit('data', piece);
    clock.advance(100);
  }
  expect(host.bytes).toBeLessThanOrEqual(262_144 * 30 + 1_048_576 + piece.byteLength);
  expect(host.bytes).toBeGreaterThan(262_144 * 30 * 0.9);
  await host.stop();
});

import { connect, type Socket } from 'node:net';
import { connect as connectTls, type TLSSocket } from 'node:tls';
import { afterEach, describe, expect, test } from 'vitest';
import { WebSocket } from 'ws';
import { createTlsIdentity } from '../../main/identity/index.ts';
import { Carrier } from '../../main/overlay/gateway/carrier.ts';
import { connectGateway } from '../../main/overlay/gateway/client-edge.ts';
import { encodeFrame } from '../../main/overlay/gateway/frames.ts';
import { decodeRequest, encodeAnswer, encodePurpose, encodeRequest, listenProof } from '../../main/overlay/gateway/requests.ts';
import { GatewayServer } from '../../main/overlay/gateway/server-edge.ts';
import { gatewayPath, lineOf } from '../../main/overlay/gateway/web-line.ts';
import type { GatewayAddress, GatewayOptions } from '../../main/overlay/index.ts';
import { silentLogger } from '../../main/ports/logger.ts';
import { parseProxy } from '../../main/ports/proxy-connect.ts';
import { systemRandom } from '../../main/ports/random.ts';
import { systemClock } from '../../main/ports/system-clock.ts';
import {
  noiseWithAnybody,
  publicKeyOfSeed,
  seedPair,
  signWithPair,
  type SecretStream,
} from '../../native-shims/hyperdht/index.ts';
import { startConnectProxy } from '../unit/ports/connect-proxy.ts';
import { createClaim, createPerson, eventually, World, type WorldNode } from './world.ts';

let world = new World();
const stops: (() => unknown)[] = [];
afterEach(async () => {
  await Promise.all(stops.splice(0).map((stop) => stop()));
  await world.stop();
  world = new World();
});

const never = new AbortController().signal;
const gatewayOptions = (changes: Partial<GatewayOptions>): { readonly gateway: GatewayOptions } => ({
  gateway: { known: { load: () => [], save: () => undefined }, named: [], proxy: null, own: null, ...changes },
});

/** Below the range that the system gives out by itself. */
let nextPort = 30_000 + (process.pid % 2_000);

async function supernode(bootstrap: readonly WorldNode[]): Promise<WorldNode & { readonly gateway: GatewayAddress }> {
  const seed = systemRandom.bytes(32);
  nextPort += 1;
  const port = nextPort;
  const own = { seed, tls: () => createTlsIdentity(systemRandom, Date.now()), ports: [port] };
  const node = await world.add(
    bootstrap.map(({ at }) => at()),
    gatewayOptions({ own }),
  );
  return { ...node, gateway: { host: node.at().host, port, key: publicKeyOfSeed(seed) } };
}

/** Two, because one alone is no gateway to anywhere. */
async function honestGateway(): Promise<GatewayAddress> {
  const first = await supernode([]);
  const { gateway } = await supernode([first]);
  await eventually('it is open', () => reach(gateway));
  return gateway;
}

const reach = async (gateway: GatewayAddress): Promise<SecretStream | null> => {
  try {
    const stream = await connectGateway(gateway, null, systemRandom.bytes(32), never);
    stops.push(() => stream.destroy());
    return stream;
  } catch {
    return null;
  }
};

const ended = (stream: SecretStream): Promise<true> =>
  new Promise((resolve) => {
    // A stream that nobody reads doesn't see its end.
    stream.on('data', () => undefined);
    if (stream.destroyed) resolve(true);
    else stream.on('close', () => resolve(true));
  });

/** A gateway of somebody else's making. */
async function liar(
  events: Pick<ConstructorParameters<typeof Carrier>[0]['events'], 'onRequest' | 'onPipe'>,
): Promise<GatewayAddress> {
  nextPort += 1;
  const seed = systemRandom.bytes(32);
  const host = '127.77.7.1';
  const server = await GatewayServer.open(host, [nextPort], {
    keyPair: seedPair(seed),
    tls: await createTlsIdentity(systemRandom, Date.now()),
    limits: { connections: 8, perNetwork: 8 },
    clock: systemClock,
    log: silentLogger,
    onTurn: (socket) => socket.destroy(),
    onClient: (stream, remote) => {
      const carrier = new Carrier({
        stream,
        isClient: false,
        remote,
        pace: null,
        clock: systemClock,
        events: { ...events, onDead: () => undefined },
      });
      stops.push(() => carrier.close());
    },
  });
  stops.push(() => server.close());
  return { host, port: nextPort, key: publicKeyOfSeed(seed) };
}

const blocked = (named: readonly GatewayAddress[], changes: Partial<GatewayOptions> = {}): Promise<WorldNode> =>
  world.add([{ host: '127.99.99.1', port: 9 }], { supernodeMode: 'auto', ...gatewayOptions({ named, ...changes }) });

describe('a gateway that lies', () => {
  test('can’t make up a record where others tell the truth', async () => {
    const first = await supernode([]);
    const second = await supernode([first]);
    const third = await supernode([first, second]);
    const target = systemRandom.bytes(32);
    const [claim, invented] = [createClaim(systemRandom.bytes(32), target, 1), createClaim(systemRandom.bytes(32), target, 1)];
    await first.overlay.directory.put(target, claim, never);
    let asked = 0;
    const lying = await liar({
      onPipe: (pipe) => pipe.destroy(),
      onRequest: (body) => {
        const request = decodeRequest(body);
        if (request?.kind === 'known') return Promise.resolve(encodeAnswer('known', { nodes: [first.at()], gateways: [] }));
        if (request?.kind !== 'get') return Promise.resolve(null);
        asked += 1;
        const answers = Array.from({ length: 20 }, (_, index): [string, number] => [`127.1.${index}.0/24`, 0]);
        return Promise.resolve(encodeAnswer('get', { records: [invented], answers }));
      },
    });
    const node = await blocked([lying, first.gateway, second.gateway, third.gateway]);
    const answers = await eventually('all four are asked', async () => {
      const found = await node.overlay.directory.get(target, never).catch(() => []);
      return asked > 0 && found.length === 3 && found;
    });
    for (const { record } of answers) expect(Buffer.compare(record ?? Buffer.alloc(0), claim)).toBe(0);
  });

  test('that is the only one there says what it likes, and still can’t pose as a friend', async () => {
    const [ada, ben] = [createPerson(), createPerson()];
    let dialed = 0;
    const lying = await liar({
      onRequest: (body) =>
        Promise.resolve(
          decodeRequest(body)?.kind === 'known'
            ? encodeAnswer('known', { nodes: [{ host: '127.1.1.1', port: 1 }], gateways: [] })
            : encodeAnswer('listen', {}),
        ),
      onPipe: (pipe) => {
        dialed += 1;
        // Bytes back, but not of whom they were meant for.
        pipe.on('data', (bytes: Buffer) => pipe.write(bytes));
      },
    });
    const node = await blocked([lying]);
    const { people } = node.overlay;
    const wire = people.wire('lilliput/test/1', { maxMessageBytes: 1_000, maxMessagesPerSecond: 50 });
    const states: string[] = [];
    wire.onState((_peer, state) => states.push(state));
    people.setAdmission(() => true);
    await people.setIdentity(ada.identity, ada.listening);
    people.setWanted([{ account: ben.identity.account, address: ben.address }]);
    await eventually('it was dialed again and again', () => dialed >= 3);
    expect(states).toEqual([]);
  });
});

describe('somebody who stands where a gateway is known to be', () => {
  test('and has another key is left before anything is said', async () => {
    const gateway = await honestGateway();
    const known = { ...gateway, key: publicKeyOfSeed(systemRandom.bytes(32)) };
    await expect(connectGateway(known, null, systemRandom.bytes(32), never)).rejects.toMatchObject({
      code: 'NOT_REACHABLE',
      reason: 'another-key',
    });
  });
});

/** A WebSocket at a gateway, as a client opens it. */
async function openWeb({ host, port }: GatewayAddress): Promise<WebSocket> {
  const socket = new WebSocket(`wss://${host}:${port}${gatewayPath}`, { rejectUnauthorized: false, perMessageDeflate: false });
  stops.push(() => socket.terminate());
  await new Promise((resolve, reject) => socket.once('open', resolve).once('error', reject));
  return socket;
}

describe('a client that breaks the rules', () => {
  test('and says again what another said is nobody: the session’s keys are new each time', async () => {
    const gateway = await honestGateway();
    const socket = await openWeb(gateway);
    const overheard: Buffer[] = [];
    const line = lineOf(socket, gateway);
    const write = line.write.bind(line);
    line.write = (bytes: Buffer) => {
      overheard.push(Buffer.from(bytes));
      return write(bytes);
    };
    const stream = noiseWithAnybody(true, line, seedPair(systemRandom.bytes(32)));
    expect(await stream.opened).toBe(true);
    const answered = new Promise<void>((resolve) => void stream.on('data', () => resolve()));
    stream.write(encodeFrame({ type: 'request', id: 1, body: encodeRequest({ kind: 'known' }) }));
    await answered;
    expect(overheard.length).toBeGreaterThan(1);

    const replayed = await openWeb(gateway);
    let heard = 0;
    replayed.on('message', () => (heard += 1));
    const closed = new Promise<true>((resolve) => void replayed.once('close', () => resolve(true)));
    for (const bytes of overheard) replayed.send(bytes);
    expect(await closed).toBe(true);
    // Its part of the handshake, which it says to everybody, and no answer.
    expect(heard).toBeLessThanOrEqual(1);
    // The one whose words they were goes on.
    const again = new Promise<void>((resolve) => void stream.on('data', () => resolve()));
    stream.write(encodeFrame({ type: 'request', id: 2, body: encodeRequest({ kind: 'known' }) }));
    await again;
    stream.destroy();
  });

  test('and comes without end gets the places of one network, and others are let in', async () => {
    const gateway = await honestGateway();
    const from = (localAddress: string): TLSSocket => {
      const at = { host: gateway.host, port: gateway.port, localAddress };
      const socket = connectTls({ ...at, rejectUnauthorized: false });
      socket.on('error', () => undefined);
      stops.push(() => socket.destroy());
      return socket;
    };
    let [open, closed] = [0, 0];
    for (let count = 0; count < 80; count += 1) {
      const socket = from(`127.88.8.${1 + (count % 50)}`);
      socket.once('secureConnect', () => (open += 1)).once('close', () => (closed += 1));
    }
    await eventually('each was let in or not', () => open + closed >= 80);
    // Two more for each second that this takes.
    expect(open).toBeLessThanOrEqual(24);
    expect(open).toBeGreaterThan(0);
    expect(await reach(gateway)).not.toBeNull();
  });

  test('is cut off at garbage after the handshake', async () => {
    const stream = await reach(await honestGateway());
    stream?.write(systemRandom.bytes(500));
    expect(stream === null ? null : await ended(stream)).toBe(true);
  });

  test('is cut off at a frame that is too large, before its bytes are there', async () => {
    const stream = await reach(await honestGateway());
    stream?.write(new Uint8Array(200_000));
    expect(stream === null ? null : await ended(stream)).toBe(true);
  });

  test('is cut off where it opens a pipe a second time, or one of the other’s', async () => {
    const gateway = await honestGateway();
    const open = (id: number): Buffer =>
      encodeFrame({ type: 'open', id, body: encodePurpose({ kind: 'dial', key: systemRandom.bytes(32) }) });
    const twice = await reach(gateway);
    twice?.write(open(1));
    twice?.write(open(1));
    expect(twice === null ? null : await ended(twice)).toBe(true);
    const theirs = await reach(gateway);
    theirs?.write(open(2));
    expect(theirs === null ? null : await ended(theirs)).toBe(true);
  });

  test('gets nobody else’s key: the proof is the key’s, and for this very connection', async () => {
    const gateway = await honestGateway();
    const [first, second] = [await reach(gateway), await reach(gateway)];
    if (first === null || second === null) throw new Error('not reached');
    const ask = async (stream: SecretStream, body: Uint8Array): Promise<boolean> => {
      const carrier = new Carrier({
        stream,
        isClient: true,
        remote: gateway,
        pace: null,
        clock: systemClock,
        events: { onRequest: () => Promise.resolve(null), onPipe: (pipe) => pipe.destroy(), onDead: () => undefined },
      });
      stops.push(() => carrier.close());
      return (await carrier.request(body, 5_000)) !== null;
    };
    const pair = seedPair(systemRandom.bytes(32));
    const proof = signWithPair(pair, listenProof(first.handshakeHash, pair.publicKey));
    const request = encodeRequest({ kind: 'listen', key: pair.publicKey, signature: proof });
    expect(await ask(second, request)).toBe(false);
    expect(await ask(first, request)).toBe(true);
  });

  test('that trickles, or says nothing, is not waited for', async () => {
    const gateway = await honestGateway();
    const closed = (socket: Socket): Promise<true> =>
      new Promise((resolve) => {
        socket.on('error', () => undefined);
        socket.on('close', () => resolve(true));
      });
    const silent = connect({ host: gateway.host, port: gateway.port });
    const slow = connectTls({ host: gateway.host, port: gateway.port, rejectUnauthorized: false });
    slow.on('secureConnect', () => slow.write('GET / HTTP/1.1\r\nHost: x\r\nX-'));
    expect(await Promise.all([closed(silent), closed(slow)])).toEqual([true, true]);
  });
});

describe('who stops', () => {
  test('leaves its gateways, and looks for no other', async () => {
    let connections = 0;
    const known = encodeAnswer('known', { nodes: [{ host: '127.1.1.1', port: 1 }], gateways: [] });
    const gateway = await liar({
      onPipe: (pipe) => pipe.destroy(),
      onRequest: () => {
        connections += 1;
        return Promise.resolve(known);
      },
    });
    const node = await blocked([gateway]);
    await eventually('it is carried', () => node.overlay.health().gateway !== null);
    const before = connections;
    await node.overlay.stop();
    // Somebody who comes after it is served, so there was time for it to come back.
    const stream = await reach(gateway);
    if (stream === null) throw new Error('not reached');
    const carrier = new Carrier({
      stream,
      isClient: true,
      remote: gateway,
      pace: null,
      clock: systemClock,
      events: { onRequest: () => Promise.resolve(null), onPipe: (pipe) => pipe.destroy(), onDead: () => undefined },
    });
    await carrier.request(encodeRequest({ kind: 'known' }), 5_000);
    carrier.close();
    expect(connections).toBe(before + 1);
  });
});

describe('a network with nothing but an HTTP proxy', () => {
  test('is left through it', async () => {
    const gateway = await honestGateway();
    const proxy = await startConnectProxy();
    stops.push(() => proxy.close());
    const node = await blocked([gateway], { proxy: parseProxy(`127.0.0.1:${proxy.port}`) });
    await eventually('it is carried', () => node.overlay.health().gateway !== null);
    expect(proxy.asked).toContain(`${gateway.host}:${gateway.port}`);
  });

  test('that somebody names later is used from then on', async () => {
    const gateway = await honestGateway();
    // Nothing but the proxy knows the way.
    const far = { ...gateway, host: '127.99.99.2' };
    const proxy = await startConnectProxy({ route: ({ port }) => ({ host: gateway.host, port }) });
    stops.push(() => proxy.close());
    const node = await blocked([far]);
    expect(node.overlay.health().gateway).toBeNull();
    node.overlay.setProxy(parseProxy(`127.0.0.1:${proxy.port}`));
    await eventually('it is carried', () => node.overlay.health().gateway?.host === far.host);
  });
});

import { EventEmitter } from 'node:events';
import { describe, expect, test } from 'vitest';
import { seedPair, type DhtNode, type NodeAddress, type SecretStream } from '../../../native-shims/hyperdht/index.ts';
import type { BlindRelay, BlindRelays } from '../../../main/overlay/blind-relay/blind-relay-book.ts';
import { createNetworks } from '../../../main/overlay/networks.ts';
import { listenOn } from '../../../main/overlay/people/listener.ts';
import { systemRandom } from '../../../main/ports/random.ts';
import { VirtualClock } from '../virtual-clock.ts';

type ServerOptions = Parameters<DhtNode['createServer']>[0];

const relay: BlindRelay = { key: systemRandom.bytes(32), at: { host: '203.0.113.9', port: 4_000 }, rttMs: 20 };

/** One relay is known; which connections go through it is noted. */
class TestRelays implements BlindRelays {
  looked = 0;
  readonly noted: BlindRelay[] = [];

  known(): readonly BlindRelay[] {
    return [relay];
  }

  find(key: Uint8Array): BlindRelay | null {
    return Buffer.compare(key, relay.key) === 0 ? relay : null;
  }

  look(): void {
    this.looked += 1;
  }

  noteRoute(_stream: SecretStream, route: BlindRelay): void {
    this.noted.push(route);
  }

  isRelayed(): boolean {
    return false;
  }
}

interface Bench {
  readonly clock: VirtualClock;
  readonly relays: TestRelays;
  readonly options: ServerOptions;
  readonly server: EventEmitter;
}

async function listen(): Promise<Bench> {
  const clock = new VirtualClock();
  const relays = new TestRelays();
  const server = Object.assign(new EventEmitter(), { listen: () => Promise.resolve(), relayAddresses: [] });
  let asked: ServerOptions | null = null;
  const createServer = (options: ServerOptions): unknown => {
    asked = options;
    return server;
  };
  // Of the node only this is used here.
  const node = { createServer } as unknown as DhtNode;
  await listenOn(node, seedPair(systemRandom.bytes(32)), {
    clock,
    networks: createNetworks({ privateAddressesCountPerNode: false }),
    perNetwork: { perSecond: 1, burst: 3 },
    total: { perSecond: 100, burst: 200 },
    relays,
    onStream: () => undefined,
  });
  if (asked === null) throw new Error('no server was made');
  return { clock, relays, options: asked, server };
}

const at = (host: string): NodeAddress => ({ host, port: 5_000 });
const someNode = at('192.0.2.1');
const dialerKey = (): Buffer => Buffer.from(systemRandom.bytes(32));

/** So many of them are looked at at all. */
const admitted = ({ options }: Bench, from: readonly NodeAddress[], via = someNode): number =>
  from.filter((dialer) => options.admit(dialer, via)).length;

describe('handshakes', () => {
  test('of one network are counted before anything is computed for them', async () => {
    const bench = await listen();
    const flood = Array.from({ length: 50 }, (_, index) => at(`198.51.100.${index}`));
    expect(admitted(bench, flood)).toBe(3);
    expect(admitted(bench, [at('203.0.113.7')])).toBe(1);
    bench.clock.advance(2_000);
    expect(admitted(bench, flood)).toBe(2);
  });

  test('with invented senders are counted by the node that hands them on', async () => {
    const bench = await listen();
    const invented = Array.from({ length: 200 }, (_, index) => at(`10.0.${index}.1`));
    expect(admitted(bench, invented)).toBe(30);
    expect(admitted(bench, [at('203.0.113.7')], at('192.0.3.1'))).toBe(1);
  });

  test('that ask to be met at a relay we don’t know are refused, and make us look for relays', async () => {
    const { options, relays } = await listen();
    const theirs = { relayThrough: { publicKey: dialerKey() } };
    expect(options.firewall(dialerKey(), theirs, someNode)).toBe(true);
    expect(relays.looked).toBe(1);
    expect(options.firewall(dialerKey(), { relayThrough: { publicKey: Buffer.from(relay.key) } }, someNode)).toBe(false);
    expect(options.firewall(dialerKey(), { relayThrough: null }, someNode)).toBe(false);
  });

  test('that asked for a relay are remembered by their key, once', async () => {
    const { options, relays, server } = await listen();
    const remotePublicKey = dialerKey();
    options.firewall(remotePublicKey, { relayThrough: { publicKey: Buffer.from(relay.key) } }, someNode);
    server.emit('connection', { remotePublicKey: dialerKey() });
    expect(relays.noted).toEqual([]);
    server.emit('connection', { remotePublicKey });
    server.emit('connection', { remotePublicKey });
    expect(relays.noted).toEqual([relay]);
  });
});

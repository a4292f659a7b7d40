import { EventEmitter } from 'node:events';
import { describe, expect, test } from 'vitest';
import type { PairMessage, RelayStream, UdxSocket } from '../../../native-shims/hyperdht/index.ts';
import {
  defaultPairingLimits,
  Pairings,
  type PairingLimits,
  type RelayClient,
} from '../../../main/overlay/blind-relay/pairings.ts';
import { VirtualClock } from '../virtual-clock.ts';

type Firewall = (socket: UdxSocket, port: number, host: string) => boolean;

/** A stream of packets that only notes what is done with it. */
class TestStream extends EventEmitter implements RelayStream {
  readonly firewall: Firewall;
  readonly id: number;
  bytesReceived = 0;
  relayedTo: RelayStream | null = null;
  connectedTo: readonly [number, number, string] | null = null;
  isDestroyed = false;

  constructor(id: number, firewall: Firewall) {
    super();
    this.id = id;
    this.firewall = firewall;
  }

  connect(_socket: UdxSocket, remoteId: number, port: number, host: string): void {
    this.connectedTo = [remoteId, port, host];
  }

  relayTo(other: RelayStream): void {
    this.relayedTo = other;
  }

  destroy(): void {
    if (this.isDestroyed) return;
    this.isDestroyed = true;
    this.emit('close');
  }
}

interface TestClient extends RelayClient {
  readonly told: PairMessage[];
}

const client = (network: string, port = 5_000): TestClient => {
  const told: PairMessage[] = [];
  return { network: `${network}.0/24`, host: `${network}.1`, port, told, send: (message) => told.push(message) };
};

const token = (digit: number): Buffer => Buffer.alloc(32, digit);
const wish = (digit: number, isInitiator: boolean, id = digit): PairMessage => ({ isInitiator, token: token(digit), id });
// Never used by these streams.
const anySocket = {} as UdxSocket;

interface Bench {
  readonly clock: VirtualClock;
  readonly pairings: Pairings;
  readonly streams: TestStream[];
}

function createBench(limits: Partial<PairingLimits> = {}): Bench {
  const clock = new VirtualClock();
  const streams: TestStream[] = [];
  const pairings = new Pairings(clock, { ...defaultPairingLimits, ...limits }, (firewall) => {
    const stream = new TestStream(100 + streams.length, firewall);
    streams.push(stream);
    return stream;
  });
  return { clock, pairings, streams };
}

/** Two clients of different networks, brought together. */
function createPair(bench: Bench, digit = 1): readonly [TestClient, TestClient] {
  const clients = [client('198.51.100'), client('203.0.113')] as const;
  bench.pairings.pair(clients[0], wish(digit, true, 7));
  bench.pairings.pair(clients[1], wish(digit, false, 8));
  return clients;
}

describe('a blind relay', () => {
  test('brings those together who name the same token, and tells each the other’s stream', () => {
    const bench = createBench();
    const [initiator, other] = createPair(bench);
    const [forOther, forInitiator] = bench.streams;
    expect(initiator.told).toEqual([{ isInitiator: true, token: token(1), id: forInitiator?.id }]);
    expect(other.told).toEqual([{ isInitiator: false, token: token(1), id: forOther?.id }]);
    expect([forOther?.relayedTo, forInitiator?.relayedTo]).toEqual([forInitiator, forOther]);
    expect(bench.pairings.counters()).toMatchObject({ open: 1, waiting: 0, refused: 0 });
  });

  test('takes packets of a pair only from where its client’s connection comes from', () => {
    const bench = createBench();
    const [initiator] = createPair(bench);
    const stream = bench.streams[1];
    expect(stream?.firewall(anySocket, initiator.port, '192.0.2.9')).toBe(true);
    expect(stream?.firewall(anySocket, initiator.port + 1, initiator.host)).toBe(true);
    expect(stream?.connectedTo).toBeNull();
    expect(stream?.firewall(anySocket, initiator.port, initiator.host)).toBe(false);
    expect(stream?.connectedTo).toEqual([7, initiator.port, initiator.host]);
  });

  test('does not let a third one into a pair, nor end it', () => {
    const bench = createBench();
    createPair(bench);
    const third = client('192.0.2');
    bench.pairings.pair(third, wish(1, true));
    bench.pairings.unpair(third, token(1));
    expect([third.told, bench.pairings.counters().open, bench.streams.length]).toEqual([[], 1, 2]);
  });

  test('ends a pair when one side leaves, changes its mind, or its stream closes', () => {
    const bench = createBench();
    const [initiator] = createPair(bench, 1);
    const [, other] = createPair(bench, 2);
    createPair(bench, 3);
    bench.pairings.leave(initiator);
    bench.pairings.unpair(other, token(2));
    bench.streams[4]?.emit('close');
    expect(bench.pairings.counters()).toMatchObject({ open: 0, waiting: 0 });
    expect(bench.streams.map(({ isDestroyed }) => isDestroyed)).toEqual(bench.streams.map(() => true));
  });

  test('waits for the other side no longer than its clients do', () => {
    const bench = createBench();
    const early = client('198.51.100');
    bench.pairings.pair(early, wish(1, true));
    expect(bench.pairings.counters().waiting).toBe(1);
    bench.clock.advance(defaultPairingLimits.waitMs);
    expect(bench.pairings.counters().waiting).toBe(0);
    bench.pairings.pair(client('203.0.113'), wish(1, false));
    expect(bench.streams).toEqual([]);
  });

  test('takes so many of one connection, of one network, and in all', () => {
    const { pairings } = createBench({ perClient: 2, perNetwork: 3, total: 5 });
    const taken = (who: RelayClient, digit: number): boolean => pairings.pair(who, wish(digit, true));
    const [first, second] = [client('198.51.100', 1), client('198.51.100', 2)];
    expect([1, 2, 3].map((digit) => taken(first, digit))).toEqual([true, true, false]);
    expect([4, 5].map((digit) => taken(second, digit))).toEqual([true, false]);
    expect([6, 7, 8].map((digit) => taken(client(`192.0.${digit}`), digit))).toEqual([true, true, false]);
    expect(pairings.counters()).toMatchObject({ waiting: 5, refused: 3 });
  });

  test('counts what it carries, and ends a pair that sends far more than a call', () => {
    const bench = createBench();
    createPair(bench, 1);
    createPair(bench, 2);
    const [modest, , greedy] = bench.streams;
    for (let second = 0; second < 60; second++) {
      if (modest !== undefined) modest.bytesReceived += 30_000;
      if (greedy !== undefined && !greedy.isDestroyed) greedy.bytesReceived += 300_000;
      bench.clock.advance(1_000);
    }
    expect([modest?.isDestroyed, greedy?.isDestroyed]).toEqual([false, true]);
    expect(bench.pairings.counters()).toMatchObject({ open: 1 });
    expect(bench.pairings.counters().carriedBytes).toBeGreaterThan(60 * 30_000);
  });

  test('ends the busiest, one after the other, while all together send more than it gives', () => {
    const bench = createBench({ totalBytesPerSecond: 10_000, totalBurstBytes: 20_000 });
    createPair(bench, 1);
    createPair(bench, 2);
    createPair(bench, 3);
    const [quiet, , busy, , busiest] = bench.streams;
    const send = (): void => {
      for (const [stream, bytes] of [
        [quiet, 1_000],
        [busy, 8_000],
        [busiest, 20_000],
      ] as const)
        if (stream !== undefined && !stream.isDestroyed) stream.bytesReceived += bytes;
      bench.clock.advance(1_000);
    };
    send();
    expect(bench.pairings.counters()).toMatchObject({ open: 2, busy: 1 });
    for (let second = 0; second < 30; second++) send();
    expect([quiet?.isDestroyed, busy?.isDestroyed, busiest?.isDestroyed]).toEqual([false, false, true]);
  });

  test('begins nothing new when it gets ready to go, and goes on with what is open', () => {
    const bench = createBench();
    createPair(bench, 1);
    bench.pairings.refuseNew();
    expect(bench.pairings.pair(client('198.51.100'), wish(2, true))).toBe(false);
    expect(bench.pairings.counters()).toMatchObject({ open: 1, refused: 1 });
  });
});

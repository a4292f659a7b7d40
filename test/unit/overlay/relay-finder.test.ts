import { expect, it } from 'vitest';
import type { DhtReply, NodeAddress, RequestMessage } from '../../../native-shims/hyperdht/index.ts';
import { createNetworks } from '../../../main/overlay/networks.ts';
import { RelayFinder } from '../../../main/overlay/relays/relay-finder.ts';
import { silentLogger } from '../../../main/ports/logger.ts';
import { encodeRelayAnswer } from '../../../main/tickets/index.ts';
import { VirtualClock } from '../virtual-clock.ts';

const settled = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

interface FakeNode {
  readonly host: string;
  relays: boolean;
  rttMs: number | null;
  isSilent: boolean;
  /** Its clock, ahead of ours. */
  aheadS: number;
}

/** Nodes that exist only here, on port 1000 of different networks. */
function neighbourhood(count: number, change: (node: FakeNode, index: number) => void = () => undefined) {
  const clock = new VirtualClock();
  const nodes = Array.from({ length: count }, (_, index): FakeNode => {
    const node = { host: `5.${Math.floor(index / 2)}.${index}.1`, relays: true, rttMs: 10 + index, isSilent: false, aheadS: 0 };
    change(node, index);
    return node;
  });
  const asked: string[] = [];
  const at = ({ host }: { readonly host: string }): FakeNode | undefined => nodes.find((node) => node.host === host);
  const reply = (to: NodeAddress, changes: Partial<DhtReply>): DhtReply => ({
    from: { ...to, id: null },
    to: { host: '9.9.9.9', port: 1 },
    token: null,
    closerNodes: null,
    error: 0,
    value: null,
    rtt: 1,
    ...changes,
  });
  const request = ({ token }: RequestMessage, to: NodeAddress): Promise<DhtReply> => {
    const node = at(to);
    if (node === undefined || node.isSilent) return Promise.reject(new Error('timeout'));
    asked.push(node.host);
    if (!node.relays) return Promise.resolve(reply(to, { error: 1 }));
    if (token === null || token === undefined) return Promise.resolve(reply(to, { token: Buffer.alloc(32) }));
    const nowS = Math.floor(clock.nowMs() / 1000) + node.aheadS;
    const answer = {
      host6: null,
      udp: 3478,
      tcp: 3478,
      tls: 3479,
      key: new Uint8Array(32).fill(1),
      pin: new Uint8Array(32),
      nowS,
    };
    return Promise.resolve(reply(to, { value: Buffer.from(encodeRelayAnswer(answer)) }));
  };
  let ways: readonly (typeof request)[] = [request];
  const finder = new RelayFinder({
    node: () => ({
      heard: () => nodes.map(({ host }) => ({ host, port: 1000 })),
      ways: () => ways.map((way) => ({ request: way })),
    }),
    networks: createNetworks({ privateAddressesCountPerNode: true }),
    probe: (to) => Promise.resolve(to.port === 3478 ? (at(to)?.rttMs ?? null) : null),
    self: () => ({ host: '9.9.9.9', port: 1 }),
    clock,
    random: { bytes: (length) => new Uint8Array(length), fraction: () => 0.5 },
    log: silentLogger,
  });
  const pass = async (ms: number): Promise<void> => {
    for (let left = ms; left > 0; left -= 100) {
      clock.advance(Math.min(100, left));
      // oxlint-disable-next-line no-await-in-loop -- time passes step by step
      await settled();
    }
  };
  /** Carried by gateways: some tell what is so, one puts a relay of its own in everybody's place. */
  const beCarried = (honest: number): void => {
    const lie = {
      host6: null,
      udp: 6666,
      tcp: 6666,
      tls: 6666,
      key: new Uint8Array(32).fill(6),
      pin: new Uint8Array(32),
      nowS: 0,
    };
    const liar = ({ token }: RequestMessage, to: NodeAddress): Promise<DhtReply> =>
      Promise.resolve(
        reply(
          to,
          token === null || token === undefined ? { token: Buffer.alloc(32) } : { value: Buffer.from(encodeRelayAnswer(lie)) },
        ),
      );
    ways = [liar, ...Array.from({ length: honest }, () => request)];
  };
  return { clock, nodes, asked, finder, pass, beCarried, hosts: () => finder.known().map(({ relay }) => relay.host4) };
}

it('keeps the nearest relays, measured, with the address that they answered from', async () => {
  const { finder, pass } = neighbourhood(3, (node, index) => (node.rttMs = [30, 10, 20][index] ?? 0));
  finder.neighboursChanged();
  await pass(1_000);
  expect(finder.known().map(({ relay, rttMs }) => [relay.host4, relay.udp, rttMs])).toEqual([
    ['5.0.1.1', 3478, 10],
    ['5.1.2.1', 3478, 20],
    ['5.0.0.1', 3478, 30],
  ]);
});

it('asks at most twelve nodes in a round, keeps at most six relays, and at most two of a /16', async () => {
  const { finder, asked, pass, hosts } = neighbourhood(40, (node, index) => {
    if (index % 2 === 0) return;
    node.relays = false;
  });
  finder.neighboursChanged();
  await pass(1_000);
  expect(new Set(asked).size).toBe(12);
  expect(hosts().length).toBe(6);
});

it('one network gives one relay, however many it has', async () => {
  const { finder, nodes, pass, hosts } = neighbourhood(4);
  const same = nodes.map((node, index) => Object.assign(node, { host: `5.0.0.${index + 1}` }));
  finder.neighboursChanged();
  await pass(1_000);
  expect(hosts()).toEqual([same[0]?.host]);
});

it('a relay that falls silent is forgotten after its second silence, and found again when it is back', async () => {
  const { finder, nodes, pass, hosts } = neighbourhood(3);
  finder.neighboursChanged();
  await pass(1_000);
  const [first] = nodes;
  if (first === undefined) throw new Error('there are three');
  first.isSilent = true;
  await pass(120_000);
  expect(hosts().length).toBe(3);
  await pass(120_000);
  expect(hosts()).toEqual(['5.0.1.1', '5.1.2.1']);
  first.isSilent = false;
  await pass(120_000);
  expect(hosts().length).toBe(3);
});

it('while nobody relays it looks again, ever more seldom, and finds the first that begins', async () => {
  const { finder, nodes, asked, pass, hosts } = neighbourhood(1, (node) => (node.relays = false));
  finder.neighboursChanged();
  await pass(1_000);
  expect(asked.length).toBe(1);
  await pass(600_000);
  expect(asked.length).toBeLessThan(14);
  for (const node of nodes) node.relays = true;
  await pass(121_000);
  expect(hosts()).toEqual(['5.0.0.1']);
});

it('one relay is not enough for a call that is to outlive it: those that begin to relay a little later are found soon', async () => {
  const { finder, nodes, pass, hosts } = neighbourhood(5, (node, index) => {
    node.relays = index === 0;
  });
  finder.neighboursChanged();
  await pass(1_000);
  expect(hosts()).toEqual(['5.0.0.1']);
  for (const node of nodes) node.relays = true;
  await pass(5_000);
  expect(hosts().length).toBeGreaterThanOrEqual(3);
});

it('where UDP is blocked relays are known all the same, unmeasured', async () => {
  const { finder, pass } = neighbourhood(2, (node) => (node.rttMs = null));
  finder.neighboursChanged();
  await pass(1_000);
  expect(finder.known().map(({ rttMs }) => rttMs)).toEqual([null, null]);
});

it('tells how far a relay’s clock is from ours', async () => {
  const { finder, pass } = neighbourhood(1, (node) => (node.aheadS = 3_600));
  finder.neighboursChanged();
  await pass(1_000);
  expect(Math.abs((finder.known()[0]?.clockOffsetMs ?? 0) - 3_600_000)).toBeLessThanOrEqual(1_000);
});

it('nothing is asked any more after the end', async () => {
  const { finder, asked, pass } = neighbourhood(2);
  finder.neighboursChanged();
  finder.stop();
  await pass(10_000);
  expect(asked).toEqual([]);
});

it('believes no gateway that tells of another relay than the others, and none where as many say so', async () => {
  const { finder, pass, beCarried } = neighbourhood(3);
  beCarried(2);
  finder.neighboursChanged();
  await pass(1_000);
  expect(finder.known().map(({ relay }) => relay.udp)).toEqual([3478, 3478, 3478]);
  const other = neighbourhood(3);
  other.beCarried(1);
  other.finder.neighboursChanged();
  await other.pass(1_000);
  expect(other.finder.known()).toEqual([]);
});

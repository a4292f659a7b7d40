import { describe, expect, test } from 'vitest';
import { compareDistance, type DhtReply, type NodeAddress } from '../../../native-shims/hyperdht/index.ts';
import { holderSetSize, lookupClosest, type Found } from '../../../main/overlay/lookup.ts';
import { createNetworks } from '../../../main/overlay/networks.ts';
import { hostPortText } from '../../../main/ports/host-port.ts';
import { systemRandom } from '../../../main/ports/random.ts';
import { VirtualClock } from '../virtual-clock.ts';

const networks = createNetworks({ privateAddressesCountPerNode: false });
const honest: NodeAddress[] = Array.from({ length: 120 }, (_, index) => ({
  host: `${20 + index}.7.3.${1 + (index % 200)}`,
  port: 1000,
}));

const closestOf = (nodes: readonly NodeAddress[], target: Uint8Array, count: number): NodeAddress[] =>
  nodes.toSorted((a, b) => compareDistance(target, networks.id(a.host, a.port), networks.id(b.host, b.port))).slice(0, count);

function reply(node: NodeAddress, closerNodes: readonly NodeAddress[], id = networks.id(node.host, node.port)): DhtReply {
  return {
    from: { ...node, id: Buffer.from(id) },
    to: { host: '1.1.1.1', port: 1 },
    token: Buffer.alloc(32),
    closerNodes,
    error: 0,
    value: null,
    rtt: 1,
  };
}

interface World {
  readonly asked: string[];
  readonly find: (target: Uint8Array, seeds: readonly NodeAddress[], count?: number) => Promise<Found[]>;
}

function createWorld(answer: (node: NodeAddress, target: Uint8Array) => DhtReply | null): World {
  const asked: string[] = [];
  return {
    asked,
    find: (target, seeds, count = 20) =>
      lookupClosest({
        target,
        count,
        networks,
        seeds,
        ask: (node) => {
          asked.push(hostPortText(node));
          return Promise.resolve(answer(node, target));
        },
        isCancelled: () => false,
        isSelf: () => false,
      }),
  };
}

const isHonest = (node: NodeAddress): boolean => honest.some((other) => hostPortText(other) === hostPortText(node));
const seeds = honest.slice(0, 6);

describe('a lookup', () => {
  test('finds the closest set and asks nobody twice', async () => {
    const target = systemRandom.bytes(32);
    const world = createWorld((node) => reply(node, closestOf(honest, target, 20)));
    const found = await world.find(target, seeds);
    expect(found.map(hostPortText)).toEqual(closestOf(honest, target, 20).map(hostPortText));
    expect(new Set(world.asked).size).toBe(world.asked.length);
  });

  test('finds as many as are wanted, where each names as many', async () => {
    const target = systemRandom.bytes(32);
    const world = createWorld((node) => reply(node, closestOf(honest, target, holderSetSize)));
    const found = await world.find(target, seeds, holderSetSize);
    expect(found.map(hostPortText)).toEqual(closestOf(honest, target, holderSetSize).map(hostPortText));
  });

  test('goes on past the dead', async () => {
    const target = systemRandom.bytes(32);
    const dead = new Set(
      closestOf(honest, target, 30)
        .filter((_, index) => index % 3 === 0)
        .map(hostPortText),
    );
    const world = createWorld((node) =>
      dead.has(hostPortText(node)) ? null : reply(node, closestOf(honest, target, 40).slice(0, 20)),
    );
    const found = await world.find(target, [...seeds, ...honest.slice(50, 90)]);
    expect(found.length).toBeGreaterThanOrEqual(15);
    expect(found.some((node) => dead.has(hostPortText(node)))).toBe(false);
  });

  test('wastes little on addresses beside the target where nobody is, however many a third of the nodes names', async () => {
    const target = systemRandom.bytes(32);
    const empty = closestOf(
      Array.from({ length: 4_000 }, (_, index) => ({
        host: `${160 + (index >> 14)}.${(index >> 6) & 255}.${index & 63}.9`,
        port: 9,
      })),
      target,
      1_000,
    );
    const liars = new Set(honest.filter((_, index) => index % 3 === 2).map(hostPortText));
    let told = 0;
    const lie = (): NodeAddress[] => empty.slice(20 * told++, 20 * told);
    const world = createWorld((node) => {
      if (!isHonest(node)) return null;
      return reply(node, liars.has(hostPortText(node)) ? lie() : closestOf(honest, target, 20));
    });
    const found = await world.find(target, seeds);
    expect(found.map(hostPortText)).toEqual(closestOf(honest, target, 20).map(hostPortText));
    const inVain = world.asked.filter((asked) => !honest.some((node) => hostPortText(node) === asked)).length;
    // Few of each liar, and those under way by then; without patience's end it would be 140, and then the lookup would break off.
    expect(inVain).toBeLessThanOrEqual(80);
    expect(told).toBeGreaterThan(4);
  });

  test('tells of the silent whom our own table or two others know, not of whom a single one named', async () => {
    const target = systemRandom.bytes(32);
    const [first, second, dead, phantom] = honest;
    if (first === undefined || second === undefined || dead === undefined || phantom === undefined)
      throw new Error('there are more');
    const known = { host: '203.0.113.9', port: 1 };
    const silent: string[] = [];
    await lookupClosest({
      target,
      count: 20,
      networks,
      seeds: [first, second, known],
      ask: (node) => {
        if (node.host === first.host) return Promise.resolve(reply(first, [dead, phantom]));
        return Promise.resolve(node.host === second.host ? reply(second, [dead]) : null);
      },
      isCancelled: () => false,
      isSelf: () => false,
      onSilent: (id) => void silent.push(Buffer.from(id).toString('hex')),
    });
    const idOf = ({ host, port }: NodeAddress): string => Buffer.from(networks.id(host, port)).toString('hex');
    expect(silent.toSorted()).toEqual([dead, known].map(idOf).toSorted());
  });

  test('takes one node of a network, however many are pressed on it', async () => {
    const target = systemRandom.bytes(32);
    // A liar's network next to the target: 200 ports of one address, all answering.
    const liars = Array.from({ length: 200 }, (_, port) => ({ host: '9.9.9.9', port: port + 1 }));
    const world = createWorld((node) =>
      isHonest(node) ? reply(node, [...liars.slice(0, 10), ...closestOf(honest, target, 10)]) : reply(node, liars.slice(0, 20)),
    );
    const found = await world.find(target, seeds);
    expect(found.filter(({ host }) => host === '9.9.9.9').length).toBeLessThanOrEqual(1);
    expect(found.filter(isHonest).length).toBeGreaterThanOrEqual(10);
  });

  test('a node that names without end doesn’t keep it going', async () => {
    const target = systemRandom.bytes(32);
    let next = 0;
    const world = createWorld((node) => {
      const named = Array.from({ length: 50 }, () => {
        next += 1;
        return { host: `${60 + (next % 160)}.${(next >> 8) & 255}.${next & 255}.1`, port: 1 + (next % 60_000) };
      });
      return reply(node, named);
    });
    await world.find(target, seeds);
    expect(world.asked.length).toBeLessThanOrEqual(210);
  });

  test('whoever answers without a true id is not among the found', async () => {
    const target = systemRandom.bytes(32);
    const world = createWorld((node) => ({ ...reply(node, honest.slice(0, 20)), from: { ...node, id: null } }));
    expect(await world.find(target, seeds)).toEqual([]);
  });

  test('unusable addresses are never asked', async () => {
    const target = systemRandom.bytes(32);
    const bad = [
      { host: '0.0.0.0', port: 5 },
      { host: '239.1.1.1', port: 5 },
      { host: '8.8.8.8', port: 0 },
    ];
    const world = createWorld((node) => reply(node, bad));
    await world.find(target, seeds);
    expect(world.asked.every((node) => !bad.map(hostPortText).includes(node))).toBe(true);
  });
});

/** Each answers after so long by a clock that we turn; null: never, which is known after two tries of a second. */
async function findInTime(
  target: Uint8Array,
  answersInMs: (node: NodeAddress) => number | null,
  names: (node: NodeAddress) => readonly NodeAddress[] = () => closestOf(honest, target, 20),
) {
  const clock = new VirtualClock();
  const near: Found[] = [];
  let isOver = false;
  const isRunning = (): boolean => !isOver;
  const work = lookupClosest({
    target,
    count: 20,
    networks,
    seeds: honest.slice(0, 30),
    hurry: clock,
    onNear: (node) => near.push(node),
    ask: (node) =>
      new Promise((resolve) => {
        const inMs = answersInMs(node);
        clock.setTimer(inMs ?? 2_000, () => resolve(inMs === null ? null : reply(node, names(node))));
      }),
    isCancelled: () => false,
    isSelf: () => false,
  }).finally(() => (isOver = true));
  while (isRunning()) {
    // oxlint-disable-next-line no-await-in-loop -- whoever waits has their turn, then time goes on
    await new Promise((resolve) => setImmediate(resolve));
    if (isRunning()) clock.advance(10);
  }
  return { found: await work, near, ms: clock.monotonicMs() };
}

describe('a lookup in a hurry', () => {
  test('finds the closest that live without waiting for a quarter that died', async () => {
    const target = systemRandom.bytes(32);
    const dead = new Set(closestOf(honest, target, 40).flatMap((node, index) => (index % 4 === 1 ? [hostPortText(node)] : [])));
    const isDead = (node: NodeAddress): boolean => dead.has(hostPortText(node));
    const { found, ms } = await findInTime(target, (node) => (isDead(node) ? null : 60));
    const living = closestOf(honest, target, 20).filter((node) => !isDead(node));
    expect(found.map(hostPortText)).toEqual(expect.arrayContaining(living.map(hostPortText)));
    expect(ms).toBeLessThan(2_000);
  });

  test('waits for everybody where it is we who are slow', async () => {
    const target = systemRandom.bytes(32);
    const { found } = await findInTime(target, () => 900);
    expect(found.map(hostPortText)).toEqual(closestOf(honest, target, 20).map(hostPortText));
  });

  test('is not led away from the closest set where all of it is late, and others are quick', async () => {
    const target = systemRandom.bytes(32);
    const near = new Set(closestOf(honest, target, 20).map(hostPortText));
    const { found } = await findInTime(target, (node) => (near.has(hostPortText(node)) ? 1_500 : 20));
    expect(found.filter((node) => near.has(hostPortText(node))).length).toBeGreaterThanOrEqual(12);
  });

  test('nor where a liar names addresses right beside the target, where nobody is', async () => {
    const target = systemRandom.bytes(32);
    const empty = closestOf(
      Array.from({ length: 4_000 }, (_, index) => ({ host: `${160 + (index >> 8)}.${index & 255}.7.9`, port: 9 })),
      target,
      24,
    );
    const near = closestOf(honest, target, 20).map(hostPortText);
    // Half of them: not more than may be late, if the empty places counted.
    const slow = new Set(near.filter((_, index) => index % 2 === 0));
    const liar = near[1];
    const { found } = await findInTime(
      target,
      (node) => (!isHonest(node) ? null : slow.has(hostPortText(node)) ? 1_500 : 20),
      (node) => (hostPortText(node) === liar ? empty : closestOf(honest, target, 20)),
    );
    // At most 40 % of the closest set are passed by.
    expect(found.filter((node) => near.includes(hostPortText(node))).length).toBeGreaterThanOrEqual(12);
  });

  test('tells early who is of the closest set, and of few others', async () => {
    const target = systemRandom.bytes(32);
    const { found, near } = await findInTime(target, (node) => 20 + (Number(node.host.split('.')[0]) % 7) * 30);
    const told = new Set(near.map(hostPortText));
    expect(found.filter((node) => told.has(hostPortText(node))).length).toBeGreaterThanOrEqual(18);
    expect(told.size).toBeLessThanOrEqual(26);
  });
});

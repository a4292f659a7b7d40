import { afterEach, expect, test } from 'vitest';
import { systemRandom } from '../../main/ports/random.ts';
import { createClaim, eventually, World, type WorldNode } from './world.ts';

const world = new World();
afterEach(() => world.stop());

const signal = (): AbortSignal => new AbortController().signal;

async function grow(count: number): Promise<WorldNode[]> {
  const first = await world.add([]);
  await eventually('the first node has an address', () => first.overlay.health().supernode);
  const nodes = [first];
  while (nodes.length < count) {
    // oxlint-disable-next-line no-await-in-loop -- each joins the network of those before it
    nodes.push(await world.add([first.at()]));
  }
  return nodes;
}

const at = <T>(list: readonly T[], index: number): T => {
  const value = list[index];
  if (value === undefined) throw new Error(`nothing at ${index}`);
  return value;
};

test('fifty nodes: what one puts, every other gets, and conflicting claims are refused', { timeout: 120_000 }, async () => {
  const nodes = await grow(50);
  const owner = systemRandom.bytes(32);
  const target = systemRandom.bytes(32);
  const claim = createClaim(owner, target, 1);
  const put = await at(nodes, 7).overlay.directory.put(target, claim, signal());
  expect(put.refusals).toEqual([]);
  expect(put.storedBy.length).toBeGreaterThanOrEqual(18);

  for (const reader of [0, 13, 29, 49]) {
    const answers = await at(nodes, reader).overlay.directory.get(target, signal());
    const networks = answers.filter(({ record }) => record !== null && Buffer.compare(record, claim) === 0);
    expect(new Set(answers.map(({ network }) => network)).size).toBe(answers.length);
    expect(networks.length).toBeGreaterThanOrEqual(16);
  }

  const rival = createClaim(systemRandom.bytes(32), target, 9);
  const refused = await at(nodes, 31).overlay.directory.put(target, rival, signal());
  const taken = refused.refusals.filter(({ code }) => code === 'NAME_TAKEN');
  expect(taken.length).toBeGreaterThanOrEqual(16);
  expect(taken.every(({ held }) => held !== null && Buffer.compare(held, claim) === 0)).toBe(true);
  // Where the two closest sets differ by a node, that node couldn't know better: readers judge all answers.
  expect(refused.storedBy.length).toBeLessThanOrEqual(4);

  const stale = await at(nodes, 31).overlay.directory.put(target, createClaim(owner, target, 0), signal());
  expect(stale.refusals.filter(({ code }) => code === 'STALE').length).toBeGreaterThanOrEqual(16);
  const forged = new Uint8Array(claim);
  forged[50] = (forged[50] ?? 0) ^ 1;
  const bad = await at(nodes, 31).overlay.directory.put(target, forged, signal());
  expect(bad.storedBy).toEqual([]);
  expect(bad.refusals.every(({ code }) => code === 'BAD_RECORD')).toBe(true);

  // A third of the network dies without a word.
  const dead = nodes.filter((_, index) => index % 3 === 1);
  await Promise.all(dead.map((node) => world.crash(node)));
  const survivor = at(nodes, 30);
  const answers = await survivor.overlay.directory.get(target, signal());
  const still = answers.filter(({ record }) => record !== null && Buffer.compare(record, claim) === 0);
  expect(still.length).toBeGreaterThanOrEqual(8);
});

test('alone, a node keeps what it puts itself', async () => {
  const [only] = await grow(1);
  const target = systemRandom.bytes(32);
  const claim = createClaim(systemRandom.bytes(32), target, 1);
  const directory = at([only], 0)?.overlay.directory;
  const put = await directory?.put(target, claim, signal());
  expect(put?.storedBy.length).toBe(1);
  const answers = await directory?.get(target, signal());
  expect(answers?.map(({ record }) => record !== null)).toEqual([true]);
  expect(only?.overlay.health()).toMatchObject({ status: 'alone', supernode: true, recordsHeld: 1 });
});

test('a client without neighbours says that there is no network', async () => {
  const client = await world.add([], { supernodeMode: 'off' });
  await expect(client.overlay.directory.get(systemRandom.bytes(32), signal())).rejects.toMatchObject({ code: 'NO_NETWORK' });
});

test('an aborted question ends as cancelled', async () => {
  const [only] = await grow(1);
  const aborted = AbortSignal.abort();
  await expect(only?.overlay.directory.get(systemRandom.bytes(32), aborted)).rejects.toMatchObject({ code: 'CANCELLED' });
});

test('a record over 900 bytes is not sent', async () => {
  const [only] = await grow(1);
  const put = only?.overlay.directory.put(systemRandom.bytes(32), new Uint8Array(901), signal());
  await expect(put).rejects.toMatchObject({ code: 'BAD_INPUT' });
});

test('a client stores nothing for others, and finds what they store', async () => {
  const nodes = await grow(3);
  const client = await world.add([at(nodes, 0).at()], { supernodeMode: 'off' });
  await eventually('it has neighbours', () => client.overlay.health().nodesHeard >= 1);
  const target = systemRandom.bytes(32);
  const claim = createClaim(systemRandom.bytes(32), target, 1);
  const put = await client.overlay.directory.put(target, claim, signal());
  expect(put.storedBy.length).toBe(3);
  expect(client.overlay.health()).toMatchObject({ supernode: false, recordsHeld: 0 });
});

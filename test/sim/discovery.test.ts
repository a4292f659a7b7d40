import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { createLocalRendezvous } from '../../main/overlay/index.ts';
import type { HostPort } from '../../main/ports/host-port.ts';
import { systemRandom } from '../../main/ports/random.ts';
import { createClaim, eventually, World } from './world.ts';

let world = new World();
let directory = '';
beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), 'discovery-'));
});
afterEach(async () => {
  await world.stop();
  world = new World();
  rmSync(directory, { recursive: true, force: true });
});

const localRendezvous = () =>
  createLocalRendezvous(directory, Buffer.from(systemRandom.bytes(4)).toString('hex'), () => Date.now());
const anySignal = (): AbortSignal => new AbortController().signal;

test('the first node is the first supernode and says so; the second finds it without being told', async () => {
  const first = await world.add([], { supernodeMode: 'auto', localRendezvous: localRendezvous() });
  expect(first.overlay.health()).toMatchObject({ status: 'alone', supernode: true, nodesHeard: 0 });
  const second = await world.add([], { supernodeMode: 'auto', localRendezvous: localRendezvous() });
  await eventually('both know each other', () =>
    [first, second].every(({ overlay }) => overlay.health().status === 'connected' && overlay.health().supernode),
  );
});

test('three islands, started at the same moment, become one network', async () => {
  const nodes = await Promise.all(
    [1, 2, 3].map(() => world.add([], { supernodeMode: 'auto', localRendezvous: localRendezvous() })),
  );
  await eventually('all know the others', () => nodes.every(({ overlay }) => overlay.health().nodesHeard === 2));
  const target = systemRandom.bytes(32);
  const claim = createClaim(systemRandom.bytes(32), target, 1);
  const put = await nodes[0]?.overlay.directory.put(target, claim, anySignal());
  expect(put?.storedBy.length).toBe(3);
  const answers = await nodes[2]?.overlay.directory.get(target, anySignal());
  expect(answers?.filter(({ record }) => record !== null).length).toBe(3);
});

test('known nodes open the network where every configured one is dead', { timeout: 30_000 }, async () => {
  const alive = await world.add([]);
  const saved: HostPort[][] = [];
  const visitor = await world.add([alive.at()], {
    knownNodes: { load: () => [], save: (nodes) => saved.push([...nodes]) },
  });
  await eventually('it has a neighbour', () => visitor.overlay.health().nodesHeard > 0);
  await visitor.overlay.stop();
  const remembered = saved.at(-1) ?? [];
  expect(remembered).toContainEqual(alive.at());

  // Nobody listens there.
  const dead = { host: '127.99.9.9', port: 9 };
  const back = await world.add([dead], { knownNodes: { load: () => remembered, save: () => undefined } });
  await eventually('it is in', () => back.overlay.health().status === 'connected');
});

test('a node listens where it did last time, unless somebody else does now', async () => {
  let port: number | null = null;
  const ownPort = { load: () => port, save: (next: number) => void (port = next) };
  const bind = { host: '127.77.7.7', port: 0 };
  const first = await world.add([], { bind, ownPort });
  const address = first.at();
  await first.overlay.stop();
  const again = await world.add([], { bind, ownPort });
  expect(again.at()).toEqual(address);
  const beside = await world.add([], { bind, ownPort: { load: () => address.port, save: () => undefined } });
  expect(beside.at().port).not.toBe(address.port);
});

test('a supernode can be told to stop being one, and to be one again', async () => {
  const first = await world.add([]);
  const second = await world.add([first.at()]);
  await second.overlay.setSupernodeMode('off');
  expect(second.overlay.health().supernode).toBe(false);
  await second.overlay.setSupernodeMode('on');
  await eventually('it is one again', () => second.overlay.health().supernode);
});

test('a port that is taken is said so', async () => {
  const first = await world.add([]);
  const again = world.add([], { bind: first.at() });
  await expect(again).rejects.toMatchObject({ code: 'NO_NETWORK', reason: 'cannot-listen' });
});

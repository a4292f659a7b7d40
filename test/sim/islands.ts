import type { HostPort } from '../../main/ports/host-port.ts';
import { systemRandom } from '../../main/ports/random.ts';
import { createClaim, eventually, type World, type WorldNode } from './world.ts';

/** So many supernodes that know each other, and nobody else. */
export async function island(world: World, count: number): Promise<WorldNode[]> {
  const first = await world.add([]);
  const nodes = [first];
  while (nodes.length < count) {
    // oxlint-disable-next-line no-await-in-loop -- each joins the network of those before it
    nodes.push(await world.add([first.at()]));
  }
  return nodes;
}

export interface Merging {
  /** From the bridge's first packet until each side finds the other's name. */
  readonly foundMs: number;
  /** … until each side sees both claims to the name that both islands gave away. */
  readonly bothSeenMs: number;
}

const at = (nodes: readonly WorldNode[], index: number): WorldNode => {
  const node = nodes[index % nodes.length];
  if (node === undefined) throw new Error('an island of nobody');
  return node;
};

/** Two islands, a name on each and one on both, and a client that knows a node of each: by its cache, or by a link as well. */
export async function merge(world: World, size: number, by: 'link' | 'cached'): Promise<Merging> {
  const signal = new AbortController().signal;
  const [west, east] = [await island(world, size), await island(world, size)];
  const target = { west: systemRandom.bytes(32), east: systemRandom.bytes(32), both: systemRandom.bytes(32) };
  const put = async (node: WorldNode, place: Uint8Array): Promise<void> => {
    await node.overlay.directory.put(place, createClaim(systemRandom.bytes(32), place, 1), signal);
  };
  await put(at(west, 3), target.west);
  await put(at(west, 3), target.both);
  await put(at(east, 3), target.east);
  await put(at(east, 3), target.both);
  const seen = async (from: WorldNode, place: Uint8Array): Promise<number> => {
    const answers = await from.overlay.directory.get(place, signal);
    return new Set(answers.flatMap(({ record }) => (record === null ? [] : [Buffer.from(record).toString('hex')]))).size;
  };
  // Neither is the node that the bridge knows.
  const [onWest, onEast] = [at(west, size - 2), at(east, size - 2)];
  if ((await seen(onWest, target.east)) !== 0) throw new Error('the islands knew each other');

  const known: readonly HostPort[] = [at(west, 0).at(), at(east, 0).at()];
  const startedMs = performance.now();
  const bridge =
    by === 'cached'
      ? await world.add([], { supernodeMode: 'off', knownNodes: { load: () => known, save: () => undefined } })
      : await world.add(known.slice(0, 1), { supernodeMode: 'off' });
  if (by === 'link' && !(await bridge.overlay.join(known.slice(1)))) throw new Error('the link led nowhere');
  const since = (): number => Math.round(performance.now() - startedMs);
  await eventually('each finds a name of the other island', async () => {
    const found = await Promise.all([seen(onWest, target.east), seen(onEast, target.west)]);
    return found.every((count) => count === 1);
  });
  const foundMs = since();
  await eventually('each sees both claims to one name', async () => {
    const found = await Promise.all([seen(onWest, target.both), seen(onEast, target.both)]);
    return found.every((count) => count === 2);
  });
  return { foundMs, bothSeenMs: since() };
}

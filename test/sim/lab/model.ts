import { compareDistance, type DhtReply, type TableNode } from '../../../native-shims/hyperdht/index.ts';
import { closestSetSize, lookupClosest } from '../../../main/overlay/lookup.ts';
import { createNetworks, selectDiverse } from '../../../main/overlay/networks.ts';
import { hostPortText } from '../../../main/ports/host-port.ts';
import type { Random } from '../../../main/ports/random.ts';

const networks = createNetworks({ privateAddressesCountPerNode: false });
const port = 4000;
/** As many bits of an id as a number holds exactly: enough to tell a million nodes apart. */
const [prefixBytes, prefixBits] = [6, 48];
/** Kademlia's bucket. */
const rowSize = 20;

interface ModelNode extends TableNode {
  readonly prefix: number;
}

const prefixOf = (id: Uint8Array): number => id.subarray(0, prefixBytes).reduce((sum, byte) => sum * 256 + byte, 0);

/** Public-looking addresses, each a /24 of its own, spread over the /16s. */
const hostOf = (index: number): string => `${1 + (index % 120)}.${Math.floor(index / 120) % 250}.${Math.floor(index / 30_000)}.1`;

/** Index of the first node whose prefix is not below. */
function firstFrom(sorted: readonly ModelNode[], prefix: number): number {
  let [low, high] = [0, sorted.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((sorted[middle]?.prefix ?? 0) < prefix) low = middle + 1;
    else high = middle;
  }
  return low;
}

/** A full routing table of a node: of each half of the world that differs from it in one bit more, 20 by chance. */
function tableOf(sorted: readonly ModelNode[], prefix: number, random: Random): ModelNode[] {
  const table: ModelNode[] = [];
  for (let bit = 0; bit < prefixBits; bit++) {
    const size = 2 ** (prefixBits - 1 - bit);
    const half = Math.floor(prefix / size);
    const from = (half % 2 === 0 ? half + 1 : half - 1) * size;
    const [first, end] = [firstFrom(sorted, from), firstFrom(sorted, from + size)];
    const picked = new Set<number>();
    if (end - first <= rowSize) for (let index = first; index < end; index++) picked.add(index);
    while (picked.size < Math.min(rowSize, end - first)) picked.add(first + Math.floor(random.fraction() * (end - first)));
    for (const index of picked) table.push(...sorted.slice(index, index + 1));
  }
  return table;
}

export interface ModelledLookups {
  /** Questions on the way and the twenty at its end, on average. */
  readonly messages: number;
  readonly hops: number;
  /** Of the nodes that are really nearest, so many were found. */
  readonly foundShare: number;
}

/**
 * The app's own lookup over nodes without sockets that have full tables and always answer: what a lookup costs in networks larger than
 * a machine holds. Where both can be had it is compared with real nodes.
 */
export async function modelLookups(size: number, count: number, random: Random): Promise<ModelledLookups> {
  const nodes = Array.from({ length: size }, (_, index): ModelNode => {
    const host = hostOf(index);
    const id = networks.id(host, port);
    return { host, port, id, prefix: prefixOf(id) };
  });
  const sorted = nodes.toSorted((left, right) => left.prefix - right.prefix);
  const byAddress = new Map(nodes.map((node) => [hostPortText(node), node]));
  const tables = new Map<ModelNode, readonly ModelNode[]>();
  const closestOf = (table: readonly ModelNode[], target: Uint8Array): ModelNode[] =>
    selectDiverse(
      networks,
      table.toSorted((left, right) => compareDistance(target, left.id, right.id)),
      closestSetSize,
    );
  const sums = { messages: 0, hops: 0, found: 0 };
  for (let lookup = 0; lookup < count; lookup++) {
    const target = random.bytes(32);
    const depths = new Map<string, number>();
    const seeds = closestOf(tableOf(sorted, prefixOf(random.bytes(32)), random), target);
    for (const seed of seeds) depths.set(hostPortText(seed), 1);
    let asked = 0;
    // oxlint-disable-next-line no-await-in-loop -- one after the other
    const found = await lookupClosest({
      count: closestSetSize,
      target,
      networks,
      seeds,
      isCancelled: () => false,
      isSelf: () => false,
      ask: async (to): Promise<DhtReply | null> => {
        const node = byAddress.get(hostPortText(to));
        if (node === undefined) return null;
        asked += 1;
        const table = tables.get(node) ?? tableOf(sorted, node.prefix, random);
        tables.set(node, table);
        const depth = depths.get(hostPortText(to)) ?? 1;
        const closerNodes = closestOf(table, target);
        for (const named of closerNodes) {
          const key = hostPortText(named);
          depths.set(key, Math.min(depths.get(key) ?? Number.POSITIVE_INFINITY, depth + 1));
        }
        const id = Buffer.from(node.id);
        return { from: { host: node.host, port, id }, to, token: id, closerNodes, error: 0, value: null, rtt: 1 };
      },
    });
    const nearest = new Set(closestOf(sorted, target).map(hostPortText));
    const [first] = found;
    sums.messages += asked + found.length;
    sums.hops += first === undefined ? 0 : (depths.get(hostPortText(first)) ?? 0);
    sums.found += found.filter((each) => nearest.has(hostPortText(each))).length / nearest.size;
  }
  return { messages: sums.messages / count, hops: sums.hops / count, foundShare: sums.found / count };
}

import { hostPortText, type HostPort } from '../../ports/host-port.ts';
import type { Random } from '../../ports/random.ts';
import { isReachableForm } from '../address.ts';
import type { Networks } from '../networks.ts';

/** Kept on disk: those heard now, and of earlier ones so many that a visit to another, smaller network loses nobody. */
const maxKept = 192;
/** Heard now: more would push all others out. */
const maxHeard = 64;
/** Whoever has one network to fill with nodes doesn't fill our memory. */
const maxPerNetwork = 4;
/** Asked at a start: all the recent ones, and a few of those who may belong to a network that we lost sight of. */
const recentAsked = 64;
const olderAsked = 16;

/** What to keep: those heard now first, then the earlier ones in their order; who doesn't answer any more falls off the end. */
export function keptNodes(heard: readonly HostPort[], before: readonly HostPort[], networks: Networks): HostPort[] {
  const perNetwork = new Map<string, number>();
  const kept = new Map<string, HostPort>();
  const keep = (nodes: readonly HostPort[], limit: number): void => {
    for (const node of nodes) {
      const key = hostPortText(node);
      const network = networks.network(node);
      const count = perNetwork.get(network) ?? 0;
      if (kept.size >= limit || kept.has(key) || count >= maxPerNetwork || !isReachableForm(node)) continue;
      perNetwork.set(network, count + 1);
      kept.set(key, { host: node.host, port: node.port });
    }
  };
  keep(heard, maxHeard);
  keep(before, maxKept);
  return [...kept.values()];
}

/** Of what was kept, those to ask: the recent ones in order, and some of the older by chance. */
export function askedNodes(kept: readonly HostPort[], random: Random): HostPort[] {
  const older = shuffled(kept.slice(recentAsked), random);
  return [...kept.slice(0, recentAsked), ...older.slice(0, olderAsked)];
}

export function shuffled<T>(items: readonly T[], random: Random): T[] {
  return items
    .map((item) => ({ item, order: random.fraction() }))
    .toSorted((left, right) => left.order - right.order)
    .map(({ item }) => item);
}

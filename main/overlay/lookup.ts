import type { DhtReply, NodeAddress } from '../../native-shims/hyperdht/index.ts';
import { compareDistance } from '../../native-shims/hyperdht/index.ts';
import { hostPortText } from '../ports/host-port.ts';
import { isReachableForm } from './address.ts';
import { selectDiverse, type Networks } from './networks.ts';

/** Nodes that answered, closest first, of distinct networks. */
export interface Found {
  readonly host: string;
  readonly port: number;
  readonly id: Uint8Array;
  readonly token: Uint8Array;
}

export interface LookupOptions {
  readonly target: Uint8Array;
  /** How many are wanted. */
  readonly count: number;
  readonly networks: Networks;
  /** Where to begin, closest first. */
  readonly seeds: readonly NodeAddress[];
  /** Ask a node for a token and for nodes closer to the target; null if it doesn't answer. */
  readonly ask: (node: NodeAddress) => Promise<DhtReply | null>;
  readonly isCancelled: () => boolean;
  readonly isSelf: (node: NodeAddress) => boolean;
}

/** Kademlia's k: so many of the closest that answer are asked, and keep mailboxes and cards. */
export const closestSetSize = 20;
/**
 * So many keep a record of the directory. A name counts when 8 networks hold it: with 20 holders, of which 30 % die at one
 * instant, 0.13 % of names would be left with fewer; with 24, whose living are all among the 20 closest living, 0.004 %.
 */
export const holderSetSize = 24;
/** S/Kademlia (Baumgart and Mies 2007): paths that share no node, so that one liar can't lead all of them. */
const pathCount = 2;
/** Questions in flight on one path. */
const perPath = 5;
/** A reply names at most so many nodes; more is not believed. */
const maxNamed = holderSetSize;
/** A lookup ends after so many nodes, whatever they keep naming. */
const maxAsked = 200;

/**
 * Of what one node named, so many more may be silent than answer before the rest of it is left for later. A liar can name any
 * number of addresses right beside the target, where nobody is; each costs 2 s. Where a third has died, who is near the target is named by many, and one of them is right soon.
 */
const patience = 3;

interface Candidate extends NodeAddress {
  readonly id: Uint8Array;
  readonly path: number;
  /** Keys of those who named it; none for where we began. */
  readonly namers: Set<string>;
  state: 'new' | 'asked' | 'answered' | 'failed';
}

/**
 * Finds the closest nodes to a target that answer. Every node is asked by one path only. A path ends when the nearest
 * `count` of distinct networks that it knows have all answered or failed; what was named only by nodes whose words
 * proved empty is not waited for.
 */
export async function lookupClosest(options: LookupOptions): Promise<Found[]> {
  const { target, networks, count } = options;
  const known = new Map<string, Candidate>();
  const found: Found[] = [];
  /** By namer: how many more of those it named were asked than answered. */
  const debts = new Map<string, number>();
  let asked = 0;

  const learn = (node: NodeAddress, path: number, namer: string | null): void => {
    const key = hostPortText(node);
    const before = known.get(key);
    if (before !== undefined) {
      if (namer !== null && before.namers.size > 0) before.namers.add(namer);
      return;
    }
    if (!isReachableForm(node) || options.isSelf(node)) return;
    const id = networks.id(node.host, node.port);
    const namers = new Set(namer === null ? [] : [namer]);
    known.set(key, { host: node.host, port: node.port, id, path, namers, state: 'new' });
  };

  const owe = ({ namers }: Candidate, change: number): void => {
    for (const namer of namers) debts.set(namer, (debts.get(namer) ?? 0) + change);
  };
  const isVouchedFor = ({ namers }: Candidate): boolean =>
    namers.size === 0 || [...namers].some((namer) => (debts.get(namer) ?? 0) < patience);

  const canAsk = (): boolean => asked < maxAsked && !options.isCancelled();

  const nextOf = (path: number): Candidate | null => {
    const alive = [...known.values()].filter((node) => node.path === path && node.state !== 'failed');
    const sorted = alive.toSorted((left, right) => compareDistance(target, left.id, right.id));
    const nearestNew = (nodes: readonly Candidate[]): Candidate | null =>
      selectDiverse(networks, nodes, count).find((node) => node.state === 'new') ?? null;
    const vouched = nearestNew(sorted.filter((node) => node.state !== 'new' || isVouchedFor(node)));
    // What only liars named, unless too few answer: many may be silent because they died.
    return vouched === null && found.length < count ? nearestNew(sorted) : vouched;
  };

  const visit = async (node: Candidate): Promise<void> => {
    node.state = 'asked';
    asked += 1;
    owe(node, 1);
    const reply = await options.ask(node);
    // An id is only there (dht-rpc) if it is the right one for the address: others are clients or liars.
    if (reply === null || reply.from.id === null || reply.token === null) {
      node.state = 'failed';
    } else {
      node.state = 'answered';
      owe(node, -2);
      found.push({ host: node.host, port: node.port, id: node.id, token: reply.token });
    }
    for (const named of (reply?.closerNodes ?? []).slice(0, maxNamed)) learn(named, node.path, hostPortText(node));
  };

  const walk = (path: number): Promise<void> =>
    new Promise((resolve) => {
      let inFlight = 0;
      const advance = (): void => {
        while (inFlight < perPath && canAsk()) {
          const node = nextOf(path);
          if (node === null) break;
          inFlight += 1;
          void visit(node).then(() => {
            inFlight -= 1;
            advance();
          });
        }
        if (inFlight === 0) resolve();
      };
      advance();
    });

  for (const [index, seed] of options.seeds.entries()) learn(seed, index % pathCount, null);
  await Promise.all(Array.from({ length: pathCount }, (_, path) => walk(path)));
  const sorted = found.toSorted((left, right) => compareDistance(target, left.id, right.id));
  return selectDiverse(networks, sorted, count);
}

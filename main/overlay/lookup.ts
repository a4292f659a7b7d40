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
  readonly networks: Networks;
  /** Where to begin, closest first. */
  readonly seeds: readonly NodeAddress[];
  /** Ask a node for a token and for nodes closer to the target; null if it doesn't answer. */
  readonly ask: (node: NodeAddress) => Promise<DhtReply | null>;
  readonly isCancelled: () => boolean;
  readonly isSelf: (node: NodeAddress) => boolean;
}

/** Kademlia's k: the set that stores a record. */
export const closestSetSize = 20;
/** S/Kademlia (Baumgart and Mies 2007): paths that share no node, so that one liar can't lead all of them. */
const pathCount = 2;
/** Questions in flight on one path. */
const perPath = 5;
/** A reply names at most so many nodes; more is not believed. */
const maxNamed = 20;
/** A lookup ends after so many nodes, whatever they keep naming. */
const maxAsked = 200;

interface Candidate extends NodeAddress {
  readonly id: Uint8Array;
  readonly path: number;
  state: 'new' | 'asked' | 'answered' | 'failed';
}

/**
 * Finds the closest nodes to a target that answer. Every node is asked by one path only. A path ends when the nearest
 * `closestSetSize` of distinct networks that it knows have all answered or failed.
 */
export async function lookupClosest(options: LookupOptions): Promise<Found[]> {
  const { target, networks } = options;
  const known = new Map<string, Candidate>();
  const found: Found[] = [];
  let asked = 0;

  const learn = (node: NodeAddress, path: number): void => {
    const key = hostPortText(node);
    if (known.has(key) || !isReachableForm(node) || options.isSelf(node)) return;
    known.set(key, { host: node.host, port: node.port, id: networks.id(node.host, node.port), path, state: 'new' });
  };

  const canAsk = (): boolean => asked < maxAsked && !options.isCancelled();

  const nextOf = (path: number): Candidate | null => {
    const alive = [...known.values()].filter((node) => node.path === path && node.state !== 'failed');
    const sorted = alive.toSorted((left, right) => compareDistance(target, left.id, right.id));
    return selectDiverse(networks, sorted, closestSetSize).find((node) => node.state === 'new') ?? null;
  };

  const visit = async (node: Candidate): Promise<void> => {
    node.state = 'asked';
    asked += 1;
    const reply = await options.ask(node);
    // An id is only there (dht-rpc) if it is the right one for the address: others are clients or liars.
    if (reply === null || reply.from.id === null || reply.token === null) {
      node.state = 'failed';
    } else {
      node.state = 'answered';
      found.push({ host: node.host, port: node.port, id: node.id, token: reply.token });
    }
    for (const named of (reply?.closerNodes ?? []).slice(0, maxNamed)) learn(named, node.path);
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

  for (const [index, seed] of options.seeds.entries()) learn(seed, index % pathCount);
  await Promise.all(Array.from({ length: pathCount }, (_, path) => walk(path)));
  const sorted = found.toSorted((left, right) => compareDistance(target, left.id, right.id));
  return selectDiverse(networks, sorted, closestSetSize);
}

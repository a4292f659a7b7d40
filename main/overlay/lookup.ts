import type { DhtReply, NodeAddress } from '../../native-shims/hyperdht/index.ts';
import { compareDistance } from '../../native-shims/hyperdht/index.ts';
import type { Clock } from '../ports/clock.ts';
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
  /** Given: nobody waits for whoever is much later than others, where enough others answer. What is stored must reach even those. */
  readonly hurry?: Clock;
  /** Called with a node that answered, and is among the nearest `count` as far as is known by then. */
  readonly onNear?: (node: Found) => void;
  /** Called with the id of a node that doesn't answer, if our own table knows it or more than one node named it: a single liar can name any number. */
  readonly onSilent?: (id: Uint8Array) => void;
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
const perPath = 8;
/** A reply names at most so many nodes; more is not believed. */
const maxNamed = holderSetSize;
/** A lookup ends after so many nodes, whatever they keep naming. */
const maxAsked = 200;

/**
 * Of what one node named, so many more may be silent than answer before the rest of it is left for later. A liar can name any
 * number of addresses right beside the target, where nobody is; each costs 2 s. Where a third has died, who is near the target is named by many, and one of them is right soon.
 */
const patience = 3;

/** A round trip around the earth takes 300 ms; whoever needs longer, and so many times as long as others on average, is late. */
const leastLateMs = 400;
const lateFactor = 3;
/** So many of the closest set are not waited for: a third of all may have died at once. Where more are late it is rather we who are slow. */
const mayBeLate = 0.4;

interface Candidate extends NodeAddress {
  readonly id: Uint8Array;
  readonly path: number;
  /** Keys of those who named it; none for where we began. */
  readonly namers: Set<string>;
  state: 'new' | 'asked' | 'late' | 'answered' | 'failed';
}

const isLate = ({ state }: Pick<Candidate, 'state'>): boolean => state === 'late';

/**
 * Finds the closest nodes to a target that answer. Every node is asked by one path only. A path ends when the nearest
 * `count` of distinct networks that it knows have all answered, failed, or in a hurry are late; what was named only by nodes whose
 * words proved empty is not waited for.
 */
export async function lookupClosest(options: LookupOptions): Promise<Found[]> {
  const { target, networks, count, hurry = null, onNear = null, onSilent = null } = options;
  const known = new Map<string, Candidate>();
  /** Of each path those that may still be found, nearest first. */
  const sorted: Candidate[][] = Array.from({ length: pathCount }, () => []);
  const found: Found[] = [];
  /** By namer: how many more of those it named were asked than answered. */
  const debts = new Map<string, number>();
  let asked = 0;
  /** By all who were found, together. */
  let answeredInMs = 0;
  const meanMs = (): number => (found.length === 0 ? 0 : answeredInMs / found.length);

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
    const candidate: Candidate = { host: node.host, port: node.port, id, path, namers, state: 'new' };
    known.set(key, candidate);
    const ofPath = sorted[path] ?? [];
    ofPath.splice(placeOf(target, ofPath, id), 0, candidate);
  };

  const owe = ({ namers }: Candidate, change: number): void => {
    for (const namer of namers) debts.set(namer, (debts.get(namer) ?? 0) + change);
  };
  const isVouchedFor = ({ namers }: Candidate): boolean =>
    namers.size === 0 || [...namers].some((namer) => (debts.get(namer) ?? 0) < patience);

  const canAsk = (): boolean => asked < maxAsked && !options.isCancelled();

  const nextOf = (path: number): Candidate | null => {
    const ofPath = (sorted[path] ?? []).filter((node) => !isLate(node));
    const nearestNew = (nodes: readonly Candidate[]): Candidate | null =>
      selectDiverse(networks, nodes, count).find((node) => node.state === 'new') ?? null;
    const vouched = nearestNew(ofPath.filter((node) => node.state !== 'new' || isVouchedFor(node)));
    // What only liars named, unless too few answer: many may be silent because they died.
    return vouched === null && found.length < count ? nearestNew(ofPath) : vouched;
  };

  /** Of both paths together: the closest set as it would be if everybody known answered. */
  const nearest = (counts: (node: Candidate) => boolean = () => true): readonly Candidate[] =>
    selectDiverse(
      networks,
      sorted
        .flat()
        .filter(counts)
        .toSorted((left, right) => compareDistance(target, left.id, right.id)),
      count,
    );

  /** @returns whether it was late */
  const visit = async (node: Candidate): Promise<boolean> => {
    node.state = 'asked';
    asked += 1;
    owe(node, 1);
    const beganMs = hurry?.monotonicMs() ?? 0;
    const reply = await options.ask(node);
    const wasLate = isLate(node);
    for (const named of (reply?.closerNodes ?? []).slice(0, maxNamed)) learn(named, node.path, hostPortText(node));
    // An id is only there (dht-rpc) if it is the right one for the address: others are clients or liars.
    if (reply === null || reply.from.id === null || reply.token === null) {
      node.state = 'failed';
      if (reply === null && node.namers.size !== 1) onSilent?.(node.id);
      const ofPath = sorted[node.path] ?? [];
      ofPath.splice(ofPath.indexOf(node), 1);
      return wasLate;
    }
    node.state = 'answered';
    owe(node, -2);
    answeredInMs += (hurry?.monotonicMs() ?? 0) - beganMs;
    const answered = { host: node.host, port: node.port, id: node.id, token: reply.token };
    found.push(answered);
    if (onNear !== null && nearest().includes(node)) onNear(answered);
    return wasLate;
  };

  const isWithoutLate = (): boolean => {
    // Whom nobody asked any more was named by liars: they would make the late look few.
    const near = nearest(({ state }) => state !== 'new');
    return near.filter(isLate).length <= near.length * mayBeLate;
  };
  const advances: (() => void)[] = [];

  const walk = (path: number): Promise<void> =>
    new Promise((resolve) => {
      let inFlight = 0;
      let late = 0;
      let isOver = false;
      const begin = (node: Candidate): void => {
        inFlight += 1;
        const becomeLate = (): void => {
          node.state = 'late';
          [inFlight, late] = [inFlight - 1, late + 1];
          advance();
        };
        const timer = hurry?.setTimer(Math.max(leastLateMs, lateFactor * meanMs()), becomeLate);
        void visit(node).then((wasLate) => {
          timer?.cancel();
          if (wasLate) late -= 1;
          else inFlight -= 1;
          // The other path may wait for nothing but this.
          for (const each of advances) each();
        });
      };
      const next = (): Candidate | null => (isOver || inFlight >= perPath || !canAsk() ? null : nextOf(path));
      const advance = (): void => {
        for (let node = next(); node !== null; node = next()) begin(node);
        isOver ||= inFlight === 0 && (late === 0 || isWithoutLate());
        if (isOver) resolve();
      };
      advances.push(advance);
      advance();
    });

  for (const [index, seed] of options.seeds.entries()) learn(seed, index % pathCount, null);
  await Promise.all(Array.from({ length: pathCount }, (_, path) => walk(path)));
  return selectDiverse(
    networks,
    found.toSorted((left, right) => compareDistance(target, left.id, right.id)),
    count,
  );
}

/** Where an id belongs among nodes sorted by their distance. */
function placeOf(target: Uint8Array, ordered: readonly { readonly id: Uint8Array }[], id: Uint8Array): number {
  let [low, high] = [0, ordered.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    const other = ordered[middle];
    if (other !== undefined && compareDistance(target, other.id, id) < 0) low = middle + 1;
    else high = middle;
  }
  return low;
}

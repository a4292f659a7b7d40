import type { DhtNode, DhtRequest, NodeAddress } from '../../../native-shims/hyperdht/index.ts';
import { sameAddress } from '../address.ts';
import { closestOthers, type PlacesParts } from '../directory/places.ts';
import type { Clock } from '../../ports/clock.ts';
import type { LineGate } from '../../ports/line-gate.ts';
import type { Logger } from '../../ports/logger.ts';
import type { Random } from '../../ports/random.ts';
import type { MailboxCounts, MailboxJudge, MailboxShelf, MailboxStore } from '../mailbox-store.ts';
import { HandOver } from './hand-over.ts';
import { createMailboxStore } from './mailbox-client.ts';
import { MailboxKeeper } from './mailbox-keeper.ts';
import { defaultMailboxLimits, type MailboxLimits } from './mailbox-limits.ts';
import { MailboxNode } from './mailbox-node.ts';
import { KeeperVisits } from '../directory/keeper-visits.ts';

export interface MailboxOptions {
  readonly shelf: MailboxShelf;
  readonly judge: MailboxJudge;
  readonly limits?: Partial<MailboxLimits>;
}

export interface MailboxPartParts {
  readonly options: MailboxOptions;
  /** Our node in the DHT itself. */
  readonly dht: () => DhtNode | null;
  /** The same, or whoever carries us. */
  readonly roaming: () => Pick<DhtNode, 'closest' | 'request'> | null;
  readonly carriedPlaces: (target: Uint8Array, signal: AbortSignal) => Promise<readonly NodeAddress[]> | null;
  readonly places: PlacesParts;
  readonly gate: LineGate;
  readonly clock: Clock;
  readonly random: Random;
  readonly log: Logger;
}

/** Everything about mailboxes in one node: what we keep for others, and the way to what others keep for us. */
export interface MailboxPart {
  readonly store: MailboxStore;
  /** The closest set of a target, as nodes that others can ask. */
  closest(target: Uint8Array, signal: AbortSignal): Promise<readonly NodeAddress[]>;
  answer(request: DhtRequest): boolean;
  counts(): MailboxCounts;
  neighboursChanged(): void;
  /** Before we leave. */
  handAllOver(): Promise<void>;
  start(): void;
  stop(): void;
}

export function createMailboxPart(parts: MailboxPartParts): MailboxPart {
  const { options, dht, roaming, clock, random, log, gate, carriedPlaces } = parts;
  const { self, networks, entrances } = parts.places;
  const limits = { ...defaultMailboxLimits, ...options.limits };
  const isNear = (target: Uint8Array): boolean => {
    const [node, own] = [dht(), self()];
    return node === null || own === null || closestOthers(target, node, own) !== null;
  };
  const keeper = new MailboxKeeper({ clock, log, shelf: options.shelf, judge: options.judge, limits, isNear });
  const answering = new MailboxNode({
    keeper,
    networks,
    limits,
    clock,
    log,
    isKeeping: () => self() !== null,
    isNeighbour(from, target) {
      const [node, own] = [dht(), self()];
      // An id is only there (dht-rpc) if it is the right one for the address.
      if (node === null || own === null || from.id === null) return false;
      return closestOthers(target, node, own)?.some((other) => sameAddress(other, from)) ?? false;
    },
  });
  const visits = new KeeperVisits(roaming);
  const handOver = new HandOver({ keeper, visits: new KeeperVisits(dht), node: dht, self, gate, clock, random, log });
  const store = createMailboxStore({ node: roaming, carriedPlaces, self, entrances, networks, visits, keeper, clock });
  return {
    store,
    async closest(target, signal) {
      const places = await store.places(target, signal);
      return places.flatMap(({ at }) => at ?? self()?.address ?? []);
    },
    answer: (request) => answering.answer(request),
    counts: () => keeper.counts,
    neighboursChanged: () => handOver.neighboursChanged(),
    handAllOver: () => handOver.handAllOver(),
    start() {
      keeper.start();
      handOver.start();
    },
    stop() {
      handOver.stop();
      keeper.stop();
    },
  };
}

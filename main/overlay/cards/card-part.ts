import type { DhtNode, DhtRequest } from '../../../native-shims/hyperdht/index.ts';
import type { Clock } from '../../ports/clock.ts';
import type { LineGate } from '../../ports/line-gate.ts';
import type { Logger } from '../../ports/logger.ts';
import type { Random } from '../../ports/random.ts';
import { sameAddress } from '../address.ts';
import type { CardJudge, CardShelf, CardStore } from '../card-store.ts';
import { closestOthers, type PlacesParts } from '../directory/places.ts';
import { Replicator } from '../directory/replicator.ts';
import { KeeperVisits } from '../directory/keeper-visits.ts';
import { createCardStore } from './card-client.ts';
import { createCardHandOver } from './card-hand-over.ts';
import { CardKeeper } from './card-keeper.ts';
import { defaultCardLimits, type CardLimits } from './card-limits.ts';
import { CardNode } from './card-node.ts';

export interface CardOptions {
  readonly shelf: CardShelf;
  readonly judge: CardJudge;
  /** Only for tests and simulations. */
  readonly limits?: Partial<CardLimits>;
}

export interface CardPartParts {
  readonly options: CardOptions;
  /** Our node in the DHT itself. */
  readonly dht: () => DhtNode | null;
  /** The same, or whoever carries us. */
  readonly roaming: () => Pick<DhtNode, 'closest' | 'request'> | null;
  readonly places: PlacesParts;
  readonly gate: LineGate;
  readonly clock: Clock;
  readonly random: Random;
  readonly log: Logger;
}

/** Everything about cards in one node: those we keep for others, and the way to those that others keep. */
export interface CardPart {
  readonly store: CardStore;
  answer(request: DhtRequest): boolean;
  count(): number;
  neighboursChanged(): void;
  start(): void;
  stop(): void;
}

export function createCardPart(parts: CardPartParts): CardPart {
  const { options, dht, roaming, places, clock, random, log, gate } = parts;
  const limits = { ...defaultCardLimits, ...options.limits };
  const keeper = new CardKeeper({
    clock,
    log,
    shelf: options.shelf,
    judge: options.judge,
    limits,
    secret: random.bytes(32),
    ownId: () => places.self()?.id ?? null,
  });
  const answering = new CardNode({
    keeper,
    networks: places.networks,
    limits,
    clock,
    log,
    isKeeping: () => places.self() !== null,
    isNeighbour(from, target) {
      const [node, own] = [dht(), places.self()];
      // An id is only there (dht-rpc) if it is the right one for the address.
      if (node === null || own === null || from.id === null) return false;
      return closestOthers(target, node, own)?.some((other) => sameAddress(other, from)) ?? false;
    },
    onConfirmed: (target) => replicator.confirmed(target),
  });
  const hand = createCardHandOver({ ...places, node: dht, visits: new KeeperVisits(dht), keeper });
  const replicator = new Replicator({ shelf: keeper, hand, node: dht, self: places.self, gate, clock, random, log });
  return {
    store: createCardStore({ ...places, node: roaming, visits: new KeeperVisits(roaming), keeper, clock }),
    answer: (request) => answering.answer(request),
    count: () => keeper.count,
    neighboursChanged: () => replicator.neighboursChanged(),
    start() {
      keeper.start();
      replicator.start();
    },
    stop() {
      replicator.stop();
      keeper.stop();
    },
  };
}

import type { NodeAddress } from '../../../native-shims/hyperdht/index.ts';
import { AppError } from '../../ports/app-error.ts';
import type { Clock } from '../../ports/clock.ts';
import { toHex } from '../../ports/hex.ts';
import { hostPortText } from '../../ports/host-port.ts';
import { findPlaces, type DirectoryDht, type FindOptions, type Place, type PlacesParts } from '../directory/places.ts';
import { cardMaxBytes, type CardQuestion, type CardStore } from '../card-store.ts';
import { closestSetSize } from '../lookup.ts';
import type { KeeperVisits } from '../directory/keeper-visits.ts';
import { abortable } from '../waiting.ts';
import { mostOf } from './most-of.ts';
import type { CardKeeper } from './card-keeper.ts';
import {
  cardCommands,
  decodeAnswer,
  decodeCardAnswer,
  decodeListed,
  encodeList,
  encodeRead,
  type PublishAnswer,
} from './card-wire.ts';

export interface CardClientParts extends PlacesParts {
  readonly node: () => DirectoryDht | null;
  readonly visits: KeeperVisits;
  readonly keeper: CardKeeper;
  readonly clock: Clock;
}

/** A keeper; null: ourselves. */
type Keeper = NodeAddress | null;

/** Cards that are read for one question, whatever keepers name: twice as many as anybody looks through. */
const maxRead = 128;
/** Of each card, from so many keepers, so that one that missed a withdrawal doesn't bring it back. */
const readersOfEach = 2;

export function createCardStore(parts: CardClientParts): CardStore {
  const { visits, keeper, networks, clock } = parts;

  const keeperAt = (place: Place): Keeper => {
    if (place === 'self') return null;
    const at = { host: place.host, port: place.port };
    visits.remember(at, place.token);
    return at;
  };
  const places = async (
    command: number,
    target: Uint8Array,
    signal: AbortSignal,
    options: FindOptions = {},
  ): Promise<readonly Keeper[]> => {
    const node = parts.node();
    if (node === null) throw new AppError('NO_NETWORK', 'not-started');
    const message = { command, target, value: null };
    const found = await abortable(findPlaces(parts, node, message, closestSetSize, signal, options), signal);
    if (found.length === 0) throw new AppError('NO_NETWORK', 'no-node-answered');
    return found.map(keeperAt);
  };
  const ownNetwork = (): string => {
    const self = parts.self();
    return self === null ? 'self' : networks.network(self.address);
  };
  const putAt = async (at: Keeper, target: Uint8Array, card: Uint8Array): Promise<PublishAnswer | null> => {
    // Our own costs nobody anything that we would have to ration.
    if (at === null) return keeper.offer(target, card, { network: ownNetwork(), isNeighbour: false, mayJudge: () => true });
    return decodeAnswer(await visits.ask(at, cardCommands.publish, target, () => card));
  };
  const listAt = async (at: Keeper, { target, beginnings, salt }: CardQuestion): Promise<readonly Uint8Array[] | null> => {
    if (at === null) return keeper.choose(target, beginnings, salt);
    const answer = await visits.ask(at, cardCommands.ask, target, () => encodeList(salt, beginnings));
    return answer === null ? null : decodeListed(answer);
  };
  const readAt = async (at: Keeper, target: Uint8Array, key: Uint8Array): Promise<Uint8Array | null> => {
    if (at === null) return keeper.card(target, key);
    const answer = await visits.ask(at, cardCommands.ask, target, () => encodeRead(key));
    return answer === null ? null : decodeCardAnswer(answer);
  };

  return {
    async put(target, card, signal) {
      if (card.byteLength > cardMaxBytes) throw new AppError('BAD_INPUT', 'card-too-large', { bytes: card.byteLength });
      const keepers = await places(cardCommands.publish, target, signal);
      const answers = await abortable(
        Promise.all(keepers.map(async (at) => ({ at, said: await putAt(at, target, card) }))),
        signal,
      );
      const stored = answers.filter(({ said }) => said === 'stored');
      const storedBy = new Set(stored.map(({ at }) => (at === null ? ownNetwork() : networks.network(at)))).size;
      return { storedBy, answered: answers.filter(({ said }) => said !== null).length };
    },
    async find(question, signal) {
      const { target } = question;
      const lists = new Map<string, Promise<readonly Uint8Array[] | null>>();
      const list = (at: Keeper): Promise<readonly Uint8Array[] | null> => {
        const key = at === null ? 'self' : hostPortText(at);
        const listed = lists.get(key) ?? listAt(at, question);
        lists.set(key, listed);
        return listed;
      };
      // As names are looked up: who will most likely be of the closest set is asked while the lookup goes on.
      const onNear = (place: Place): void => void list(keeperAt(place));
      const keepers = await places(cardCommands.ask, target, signal, { hurry: clock, onNear });
      const asked = keepers.map(async (at) => ({ at, keys: await list(at) }));
      const heard = (await abortable(mostOf(asked, clock), signal)).flatMap(({ at, keys }) =>
        keys === null ? [] : [{ at, keys }],
      );
      if (heard.length === 0) throw new AppError('NO_NETWORK', 'no-node-answered');
      const reads = wanted(heard).flatMap(({ key, from }, rank) =>
        from.map(async (at) => ({ rank, card: await readAt(at, target, key) })),
      );
      const read = (await abortable(mostOf(reads, clock), signal)).toSorted((left, right) => left.rank - right.rank);
      return [...new Map(read.flatMap(({ card }) => (card === null ? [] : [[toHex(card), card] as const]))).values()];
    },
  };
}

interface Heard {
  readonly at: Keeper;
  readonly keys: readonly Uint8Array[];
}

interface Wanted {
  readonly key: Uint8Array;
  readonly from: readonly Keeper[];
}

/**
 * Whom to ask for which card. Those first that most keepers name: a card is at all of them, and what one keeper invents, or a flood
 * that each keeps another part of, is not. The second to be asked is, if there is one, a keeper that didn't name it: it may know of
 * the withdrawal.
 */
function wanted(heard: readonly Heard[]): readonly Wanted[] {
  const named = heard.map(({ at, keys }) => ({ at, places: new Map(keys.map((key, place) => [toHex(key), place])) }));
  const keys = new Map(heard.flatMap((each) => each.keys.map((key) => [toHex(key), key] as const)));
  return [...keys]
    .map(([name, key]) => {
      const places = named.flatMap(({ places: all }) => all.get(name) ?? []);
      return { name, key, keepers: places.length, place: Math.min(...places) };
    })
    .toSorted((left, right) => right.keepers - left.keepers || left.place - right.place)
    .slice(0, maxRead)
    .map(({ name, key }, index) => {
      // Begins elsewhere for each card, so that the work is spread.
      const rotated = [...named.slice(index % named.length), ...named.slice(0, index % named.length)];
      const holders = rotated.filter(({ places }) => places.has(name));
      const others = rotated.filter(({ places }) => !places.has(name));
      const from = [...holders.slice(0, 1), ...others.slice(0, 1), ...holders.slice(1)].slice(0, readersOfEach);
      return { key, from: from.map(({ at }) => at) };
    });
}

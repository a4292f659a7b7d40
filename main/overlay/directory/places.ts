import type { DhtNode, DhtReply, NodeAddress, RequestMessage, TableNode } from '../../../native-shims/hyperdht/index.ts';
import { compareDistance } from '../../../native-shims/hyperdht/index.ts';
import type { Clock } from '../../ports/clock.ts';
import { sameAddress } from '../address.ts';
import { closestSetSize, lookupClosest, type Found } from '../lookup.ts';
import { selectDiverse, type Networks } from '../networks.ts';
import { throwIfAborted } from '../waiting.ts';
import type { Around } from './put-patiently.ts';
import type { Shelf } from './shelf.ts';

/** A place that may hold a record: another node, or ourselves. */
export type Place = Found | 'self';

/** Our own side, if we store for others. */
export interface OwnPlace {
  readonly id: Uint8Array;
  readonly address: NodeAddress;
}

/** What of a node the directory speaks through. */
export type DirectoryDht = Pick<DhtNode, 'closest' | 'request'>;

export interface PlacesParts {
  readonly networks: Networks;
  readonly self: () => OwnPlace | null;
  /** Besides the routing table: bootstrap nodes, while the table is small. */
  readonly entrances: () => readonly NodeAddress[];
}

export interface DirectoryClientParts extends PlacesParts {
  readonly node: () => DirectoryDht | null;
  readonly shelf: Shelf;
  readonly clock: Clock;
  /** We hold records for others only since a moment ago. */
  readonly isNewcomer: () => boolean;
}

/** The closest set of a target as the routing table knows it, without ourselves; null: we are not of it. */
export function closestOthers(target: Uint8Array, node: Pick<DhtNode, 'closest'>, self: OwnPlace): readonly TableNode[] | null {
  const closest = node.closest(target, closestSetSize);
  const nearer = closest.filter(({ id }) => compareDistance(target, id, self.id) < 0).length;
  return nearer >= closestSetSize ? null : closest.slice(0, closestSetSize - 1);
}

const tries = 2;

/** Null: no answer. */
export const request = async (
  node: Pick<DhtNode, 'request'>,
  message: RequestMessage,
  to: NodeAddress,
): Promise<DhtReply | null> => {
  for (let attempt = 0; attempt < tries; attempt++) {
    try {
      // oxlint-disable-next-line no-await-in-loop -- the second try is for a lost packet of the first
      const reply = await node.request(message, to);
      return reply;
    } catch {
      // A timeout (1 s), or our own node is gone: try once more, then it counts as no answer.
    }
  }
  return null;
};

/** An answer that takes so long was lost more likely than it is on its way. */
const againAfterMs = 400;

/** As `request`, for somebody who waits: the second try doesn't wait until the first is given up. */
export const requestInHurry = (
  node: Pick<DhtNode, 'request'>,
  message: RequestMessage,
  to: NodeAddress,
  clock: Clock,
): Promise<DhtReply | null> =>
  new Promise((resolve) => {
    let failed = 0;
    const attempt = (): void => {
      const reply = node.request(message, to);
      reply.then(
        (heard) => {
          again.cancel();
          resolve(heard);
        },
        () => {
          failed += 1;
          if (failed === tries) resolve(null);
        },
      );
    };
    const again = clock.setTimer(againAfterMs, attempt);
    attempt();
  });

/** dht-rpc's refusal of a token that it gave more than 7.5 to 15 s ago; a new one comes with it. */
const tokenTooOld = 2;

/** Asks with the token of a place that was found. It may have grown too old while others of the closest set were waited for. */
export async function askWithToken(
  ask: (token: Uint8Array) => Promise<DhtReply | null>,
  token: Uint8Array,
): Promise<DhtReply | null> {
  const reply = await ask(token);
  return reply?.error === tokenTooOld && reply.token !== null ? ask(reply.token) : reply;
}

export interface FindOptions {
  readonly onReply?: (from: NodeAddress, reply: DhtReply) => void;
  /** As in `lookupClosest`. */
  readonly onSilent?: (node: Uint8Array) => void;
  /** For readers (see `lookupClosest`). */
  readonly hurry?: Clock;
  readonly onNear?: (place: Found) => void;
}

/**
 * The `count` closest of a target, ourselves included where we belong.
 * @param question asked without a token of every node on the way @throws AppError CANCELLED
 */
export async function findPlaces(
  parts: PlacesParts,
  node: DirectoryDht,
  question: RequestMessage,
  count: number,
  signal: AbortSignal,
  { onReply, onSilent, hurry, onNear }: FindOptions = {},
): Promise<Place[]> {
  const { target } = question;
  const self = parts.self();
  const inTable = node.closest(target, count);
  const found = await lookupClosest({
    target,
    count,
    networks: parts.networks,
    seeds: inTable.length < count ? [...inTable, ...parts.entrances()] : inTable,
    ask: async (to) => {
      const reply = await (hurry === undefined ? request(node, question, to) : requestInHurry(node, question, to, hurry));
      if (reply !== null) onReply?.(to, reply);
      return reply;
    },
    ...(hurry === undefined ? {} : { hurry }),
    ...(onNear === undefined ? {} : { onNear }),
    ...(onSilent === undefined ? {} : { onSilent }),
    isCancelled: () => signal.aborted,
    isSelf: (other) => self !== null && sameAddress(other, self.address),
  });
  throwIfAborted(signal);
  return withSelf(found, self, target, count);
}

/** As `findPlaces`, for somebody who stores (see `putPatiently`). @throws AppError CANCELLED */
export async function findAround(
  parts: PlacesParts,
  node: DirectoryDht,
  question: RequestMessage,
  count: number,
  signal: AbortSignal,
): Promise<Around<Place>> {
  const silent: Uint8Array[] = [];
  const known = selectDiverse(parts.networks, node.closest(question.target, Number.POSITIVE_INFINITY), count).length;
  const onSilent = (id: Uint8Array): void => void silent.push(id);
  const places = await findPlaces(parts, node, question, count, signal, { onSilent });
  const farthest = places.findLast((place) => place !== 'self');
  const isNear = (id: Uint8Array): boolean => farthest !== undefined && compareDistance(question.target, id, farthest.id) < 0;
  return { places, known, isFull: known >= count, silent: silent.filter(isNear).length };
}

/** We count among the closest like anybody else, if we store for others. */
function withSelf(found: readonly Found[], self: OwnPlace | null, target: Uint8Array, count: number): Place[] {
  if (self === null) return [...found];
  const nearer = found.filter((other) => compareDistance(target, other.id, self.id) < 0).length;
  return nearer >= count ? [...found] : [...found.slice(0, count - 1), 'self'];
}

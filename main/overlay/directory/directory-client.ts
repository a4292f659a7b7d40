import { AppError } from '../../ports/app-error.ts';
import { hostPortText } from '../../ports/host-port.ts';
import {
  directoryRecordMaxBytes,
  type DirectoryAnswer,
  type DirectoryPutResult,
  type DirectoryRefusal,
  type DirectoryStore,
} from '../directory-store.ts';
import { closestSetSize, holderSetSize } from '../lookup.ts';
import { abortable, pause } from '../waiting.ts';
import { decodeGetAnswer, decodePutAnswer, directoryCommands, type PutAnswer } from './directory-wire.ts';
import { findPlaces, request, type DirectoryClientParts, type DirectoryDht, type Place } from './places.ts';

/** After so long it is looked again for places, if few were found, or of those too many were busy or not heard. */
const againAfterMs = [2_000, 6_000];
/** A few may have died meanwhile; nobody waits for these. */
const mayMiss = 1 / 6;

/** get asks the closest, put stores at somewhat more, our own shelf included where it belongs. */
export function createDirectoryStore(parts: DirectoryClientParts): DirectoryStore {
  const find = (node: DirectoryDht, target: Uint8Array, count: number, signal: AbortSignal): Promise<Place[]> =>
    findPlaces(parts, node, { command: directoryCommands.get, target, value: null }, count, signal);

  const usable = (): DirectoryDht => {
    const node = parts.node();
    if (node === null) throw new AppError('NO_NETWORK', 'not-started');
    return node;
  };

  const getFrom = async (node: DirectoryDht, place: Place, target: Uint8Array): Promise<PlaceAnswer | null> => {
    if (place === 'self') {
      const record = parts.shelf.get(target);
      return { record, network: ownNetwork(parts), isNewcomer: record === null && parts.isNewcomer() };
    }
    const message = { command: directoryCommands.get, target, value: null, token: place.token };
    const reply = await request(node, message, place);
    return reply === null || reply.error !== 0
      ? null
      : { ...decodeGetAnswer(reply.value), network: parts.networks.network(place) };
  };

  const putTo = async (node: DirectoryDht, place: Place, target: Uint8Array, record: Uint8Array): Promise<Placed | null> => {
    if (place === 'self') {
      const answer = await parts.shelf.offer(target, record, null, parts.self()?.id ?? target);
      return { answer, network: ownNetwork(parts) };
    }
    const message = { command: directoryCommands.put, target, value: record, token: place.token };
    const reply = await request(node, message, place);
    const answer = reply === null || reply.error !== 0 ? null : decodePutAnswer(reply.value);
    return answer === null ? null : { answer, network: parts.networks.network(place) };
  };

  /**
   * Where a crowded line or machine loses answers, a lookup finds a few far nodes, where no reader would look, and a claim that a
   * single node took would count as everybody's. Who is offline finds none, and is told at once.
   */
  const putPatiently = async (
    node: DirectoryDht,
    target: Uint8Array,
    record: Uint8Array,
    signal: AbortSignal,
  ): Promise<{ readonly found: number; readonly placed: readonly Placed[] }> => {
    const known = node.closest(target, holderSetSize).length;
    const told = new Map<string, Placed>();
    const isSettled = (place: Place): boolean => {
      const placed = told.get(keyOf(place));
      return placed !== undefined && !isBusy(placed);
    };
    let found = 0;
    for (const delayMs of [0, ...againAfterMs]) {
      // oxlint-disable no-await-in-loop -- a round begins when the one before is over
      if (delayMs > 0) await pause(parts.clock, delayMs, signal);
      if (signal.aborted) break;
      // Anew each time: tokens last for some seconds.
      const places = await find(node, target, holderSetSize, signal);
      found = Math.max(found, places.length);
      if (found === 0) break;
      await Promise.all(
        places.map(async (place) => {
          const placed = isSettled(place) ? null : await putTo(node, place, target, record);
          if (placed !== null) told.set(keyOf(place), placed);
        }),
      );
      // oxlint-enable no-await-in-loop
      const open = places.filter((place) => !isSettled(place)).length;
      if (places.length * 2 >= known && open <= places.length * mayMiss) break;
    }
    return { found, placed: [...told.values()] };
  };

  return {
    async get(target, signal) {
      const node = usable();
      const places = await abortable(find(node, target, closestSetSize, signal), signal);
      const answers = await abortable(Promise.all(places.map((place) => getFrom(node, place, target))), signal);
      const heard = answers.filter((answer) => answer !== null);
      if (heard.length === 0) throw new AppError('NO_NETWORK', 'no-node-answered');
      return withoutNewcomers(heard);
    },
    async put(target, record, signal) {
      if (record.byteLength > directoryRecordMaxBytes) {
        throw new AppError('BAD_INPUT', 'record-too-large', { bytes: record.byteLength });
      }
      const node = usable();
      const { found, placed } = await abortable(putPatiently(node, target, record, signal), signal);
      if (placed.length === 0) throw new AppError('NO_NETWORK', 'no-node-answered');
      // They are there; what a minority of them says is not what a reader will hear.
      if (placed.length * 2 < found) {
        throw new AppError('NO_NETWORK', 'too-few-answered', { found, answered: placed.length });
      }
      return sumUp(placed);
    },
  };
}

interface PlaceAnswer extends DirectoryAnswer {
  readonly isNewcomer: boolean;
}

/** Where anybody else answers, those who hold nothing because they are new are no witnesses that a name is free. */
function withoutNewcomers(heard: readonly PlaceAnswer[]): DirectoryAnswer[] {
  const witnesses = heard.filter(({ isNewcomer }) => !isNewcomer);
  return (witnesses.length > 0 ? witnesses : heard).map(({ record, network }) => ({ record, network }));
}

interface Placed {
  readonly answer: PutAnswer;
  readonly network: string;
}

const keyOf = (place: Place): string => (place === 'self' ? place : hostPortText(place));

const isBusy = ({ answer }: Placed): boolean => !answer.stored && answer.code === 'TOO_BUSY';

function sumUp(placed: readonly Placed[]): DirectoryPutResult {
  const storedBy = new Set<string>();
  const refusals: DirectoryRefusal[] = [];
  for (const { answer, network } of placed) {
    if (answer.stored) storedBy.add(network);
    else refusals.push({ code: answer.code, held: answer.held, network });
  }
  return { storedBy: [...storedBy], refusals };
}

const ownNetwork = (parts: DirectoryClientParts): string => {
  const self = parts.self();
  return self === null ? 'self' : parts.networks.network(self.address);
};

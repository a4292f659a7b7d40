import type { RequestMessage } from '../../../native-shims/hyperdht/index.ts';
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
import { abortable } from '../waiting.ts';
import { decodeGetAnswer, decodePutAnswer, directoryCommands, type PutAnswer } from './directory-wire.ts';
import {
  askWithToken,
  findAround,
  findPlaces,
  request,
  requestInHurry,
  type DirectoryClientParts,
  type DirectoryDht,
  type Place,
} from './places.ts';
import { putPatiently } from './put-patiently.ts';

/** get asks the closest, put stores at somewhat more, our own shelf included where it belongs. */
export function createDirectoryStore(parts: DirectoryClientParts): DirectoryStore {
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
    const reply = await askWithToken(
      (token) => requestInHurry(node, { ...questionAbout(target), token }, place, parts.clock),
      place.token,
    );
    return reply === null || reply.error !== 0
      ? null
      : { ...decodeGetAnswer(reply.value), network: parts.networks.network(place) };
  };

  const putTo = async (node: DirectoryDht, place: Place, target: Uint8Array, record: Uint8Array): Promise<Placed | null> => {
    if (place === 'self') {
      const answer = await parts.shelf.offer(target, record, null, parts.self()?.id ?? target);
      return { answer, network: ownNetwork(parts) };
    }
    const message = { command: directoryCommands.put, target, value: record };
    const reply = await askWithToken((token) => request(node, { ...message, token }, place), place.token);
    const answer = reply === null || reply.error !== 0 ? null : decodePutAnswer(reply.value);
    return answer === null ? null : { answer, network: parts.networks.network(place) };
  };

  return {
    async get(target, signal) {
      const node = usable();
      const asked = new Map<string, Promise<PlaceAnswer | null>>();
      const ask = (place: Place): Promise<PlaceAnswer | null> => {
        const answer = asked.get(keyOf(place)) ?? getFrom(node, place, target);
        asked.set(keyOf(place), answer);
        return answer;
      };
      // While the lookup goes on, those are asked who will most likely be of the closest set: it saves a round trip.
      const more = { hurry: parts.clock, onNear: (place: Place): void => void ask(place) };
      const places = await abortable(findPlaces(parts, node, questionAbout(target), closestSetSize, signal, more), signal);
      const answers = await abortable(Promise.all(places.map(ask)), signal);
      const heard = answers.filter((answer) => answer !== null);
      if (heard.length === 0) throw new AppError('NO_NETWORK', 'no-node-answered');
      return withoutNewcomers(heard);
    },
    async put(target, record, signal) {
      if (record.byteLength > directoryRecordMaxBytes) {
        throw new AppError('BAD_INPUT', 'record-too-large', { bytes: record.byteLength });
      }
      const node = usable();
      const placed = await abortable(
        putPatiently({
          find: () => findAround(parts, node, questionAbout(target), holderSetSize, signal),
          keyOf,
          put: (place) => putTo(node, place, target, record),
          isBusy,
          mayMiss: 1 / 6,
          clock: parts.clock,
          signal,
        }),
        signal,
      );
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

/** Without a token: who is near, and a token. */
const questionAbout = (target: Uint8Array): RequestMessage => ({ command: directoryCommands.get, target, value: null });

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

import type { DhtReply, NodeAddress } from '../../../native-shims/hyperdht/index.ts';
import { hostPortText } from '../../ports/host-port.ts';
import { holderSetSize } from '../lookup.ts';
import { decodePutAnswer, directoryCommands, isHeldAnswer, recordDigest } from './directory-wire.ts';
import { askWithToken, findPlaces, request, type DirectoryClientParts, type DirectoryDht } from './places.ts';

/** held: it had it already; busy: later, perhaps; refused: it knows better, or says so; silent: no answer. */
export type HandOutcome = 'held' | 'given' | 'busy' | 'refused' | 'silent';

/** How a holder brings a record to others: asks by its digest first, and sends it to who lacks it. */
export interface HandOver {
  /** To one node. */
  give(to: NodeAddress, target: Uint8Array, record: Uint8Array): Promise<HandOutcome>;
  /** To whoever of its holders lacks it, found by a lookup. @throws AppError CANCELLED */
  audit(target: Uint8Array, record: Uint8Array, signal: AbortSignal): Promise<{ readonly asked: number; readonly given: number }>;
}

/** What a lookup or a question told of one place. */
interface Met {
  readonly token: Uint8Array | null;
  readonly isHeld: boolean;
}

const met = ({ token, error, value }: DhtReply): Met => ({ token, isHeld: error === 0 && isHeldAnswer(value) });

export function createHandOver(parts: DirectoryClientParts): HandOver {
  const send = async (
    node: DirectoryDht,
    to: NodeAddress,
    token: Uint8Array,
    target: Uint8Array,
    record: Uint8Array,
  ): Promise<HandOutcome> => {
    const message = { command: directoryCommands.put, target, value: record };
    const reply = await askWithToken((given) => request(node, { ...message, token: given }, to), token);
    if (reply === null) return 'silent';
    const answer = reply.error === 0 ? decodePutAnswer(reply.value) : null;
    if (answer === null) return 'refused';
    if (answer.stored || answer.code === 'CONTESTED') return 'given';
    if (answer.code === 'TOO_BUSY') return 'busy';
    // It may hold a later one of the same owner: ours was old, and is replaced. Judged like any other offer.
    const ownId = parts.self()?.id ?? null;
    if (answer.held !== null && ownId !== null) await parts.shelf.offer(target, answer.held, parts.networks.network(to), ownId);
    return 'refused';
  };

  return {
    async give(to, target, record) {
      const node = parts.node();
      if (node === null) return 'silent';
      const question = { command: directoryCommands.put, target, value: recordDigest(record) };
      const reply = await request(node, question, to);
      if (reply === null) return 'silent';
      const { token, isHeld } = met(reply);
      if (isHeld) return 'held';
      return token === null ? 'refused' : send(node, to, token, target, record);
    },
    async audit(target, record, signal) {
      const node = parts.node();
      if (node === null) return { asked: 0, given: 0 };
      const known = new Map<string, Met>();
      const question = { command: directoryCommands.put, target, value: recordDigest(record) };
      const onReply = (from: NodeAddress, reply: DhtReply): void => void known.set(hostPortText(from), met(reply));
      const places = await findPlaces(parts, node, question, holderSetSize, signal, { onReply });
      const others = places.filter((place) => place !== 'self');
      const lacking = others.filter((place) => known.get(hostPortText(place))?.isHeld !== true);
      const outcomes = await Promise.all(lacking.map((place) => send(node, place, place.token, target, record)));
      return { asked: known.size, given: outcomes.filter((outcome) => outcome === 'given').length };
    },
  };
}

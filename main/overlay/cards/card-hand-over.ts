import type { NodeAddress } from '../../../native-shims/hyperdht/index.ts';
import { hostPortText } from '../../ports/host-port.ts';
import type { HandOutcome, HandOver } from '../directory/hand-over.ts';
import { findPlaces, request, type DirectoryDht, type PlacesParts } from '../directory/places.ts';
import type { KeeperVisits } from '../directory/keeper-visits.ts';
import { closestSetSize } from '../lookup.ts';
import type { CardKeeper } from './card-keeper.ts';
import { cardCommands, decodeAnswer, decodeLacking, digestOf, digestsAtOnce, isSameAnswer } from './card-wire.ts';
import type { Entry } from './kept-cards.ts';

export interface CardHandOverParts extends PlacesParts {
  readonly node: () => DirectoryDht | null;
  readonly visits: KeeperVisits;
  readonly keeper: CardKeeper;
}

/**
 * Brings the cards of a target to others. The replicator hands on "records": here one is the digest of all cards of a target, so
 * that who keeps the very same is asked one question; who doesn't is told which there are, and sent what it lacks.
 */
export function createCardHandOver(parts: CardHandOverParts): HandOver {
  const { keeper, visits } = parts;

  const send = async (to: NodeAddress, target: Uint8Array, entries: readonly Entry[]): Promise<HandOutcome> => {
    const digests = entries.map(({ card }) => digestOf(card));
    const answer = await visits.ask(to, cardCommands.compare, target, () => new Uint8Array(Buffer.concat(digests)));
    const lacking = decodeLacking(answer, entries.length);
    // Also where we are no neighbour to it, by its own table.
    if (lacking === null) return answer === null ? 'silent' : 'refused';
    let outcome: HandOutcome = 'held';
    for (const { card } of entries.filter((_entry, index) => lacking[index] === true)) {
      // oxlint-disable-next-line no-await-in-loop -- one after the other, so that nobody is flooded
      const said = decodeAnswer(await visits.ask(to, cardCommands.publish, target, () => card));
      if (said === null) return 'silent';
      if (said === 'TOO_BUSY') return 'busy';
      if (said === 'stored') outcome = 'given';
    }
    return outcome;
  };
  const sendAll = async (to: NodeAddress, target: Uint8Array): Promise<HandOutcome> => {
    const entries = keeper.entries(target);
    let outcome: HandOutcome = 'held';
    for (let from = 0; from < entries.length; from += digestsAtOnce) {
      // oxlint-disable-next-line no-await-in-loop -- likewise
      const sent = await send(to, target, entries.slice(from, from + digestsAtOnce));
      if (sent === 'silent' || sent === 'busy' || sent === 'refused') return sent;
      if (sent === 'given') outcome = 'given';
    }
    return outcome;
  };

  return {
    async give(to, target, digest) {
      const node = parts.node();
      if (node === null) return 'silent';
      const reply = await request(node, { command: cardCommands.compare, target, value: digest }, to);
      if (reply === null) return 'silent';
      if (reply.error === 0 && isSameAnswer(reply.value)) return 'held';
      if (reply.token === null) return 'refused';
      visits.remember(to, new Uint8Array(reply.token));
      return sendAll(to, target);
    },
    async audit(target, digest, signal) {
      const node = parts.node();
      if (node === null) return { asked: 0, given: 0 };
      const same = new Set<string>();
      let asked = 0;
      const question = { command: cardCommands.compare, target, value: digest };
      const places = await findPlaces(parts, node, question, closestSetSize, signal, {
        onReply: (from, reply) => {
          asked += 1;
          if (reply.error === 0 && isSameAnswer(reply.value)) same.add(hostPortText(from));
        },
      });
      const others = places.filter((place) => place !== 'self').filter((place) => !same.has(hostPortText(place)));
      for (const { host, port, token } of others) visits.remember({ host, port }, token);
      const outcomes = await Promise.all(others.map(({ host, port }) => sendAll({ host, port }, target)));
      return { asked, given: outcomes.filter((outcome) => outcome === 'given').length };
    },
  };
}

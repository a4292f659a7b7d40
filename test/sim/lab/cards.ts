import {
  cardChallenge,
  findPeople,
  sealCard,
  startPublishing,
  targetsOfCard,
  epochAt,
  nonceBytes,
  type CardPublisher,
  type CardText,
  type FoundPerson,
} from '../../../main/directory/index.ts';
import { accountKeyOf, createSequenceMemory, issueCertificate } from '../../../main/identity/index.ts';
import { cardCommands, decodeAnswer, type PublishAnswer } from '../../../main/overlay/cards/card-wire.ts';
import { KeeperVisits } from '../../../main/overlay/directory/keeper-visits.ts';
import { findPlaces } from '../../../main/overlay/directory/places.ts';
import { closestSetSize } from '../../../main/overlay/lookup.ts';
import { createNetworks, isDiverseIn, selectDiverse } from '../../../main/overlay/networks.ts';
import { silentLogger } from '../../../main/ports/logger.ts';
import { systemClock } from '../../../main/ports/system-clock.ts';
import { solve } from '../../../main/work/index.ts';
import { createDhtNode } from '../../../native-shims/hyperdht/index.ts';
import { keyPairFromSeed } from '../../../native-shims/sodium/index.ts';
import { cheapCardWork } from '../world.ts';
import { someAtOnce } from './mail.ts';
import { directoryOver, type LabName } from './names.ts';
import type { LabNode, LabWorld } from './world.ts';

const never = new AbortController().signal;
const networks = createNetworks({ privateAddressesCountPerNode: false });

/** Somebody who wants to be found. */
export interface LabCard {
  readonly person: LabName;
  readonly publisher: CardPublisher;
  readonly words: readonly string[];
  /** What they wish now. */
  readonly wish: { text: Omit<CardText, 'name'> | null };
}

/** Each publishes from a node of its own, as the app does. */
export const publishCards = (
  world: LabWorld,
  people: readonly LabName[],
  wordsOf: (index: number) => readonly string[],
): Promise<readonly LabCard[]> =>
  someAtOnce(
    people.map((person, index) => async () => {
      const words = wordsOf(index);
      const wish: LabCard['wish'] = { text: { displayName: '', words } };
      const node = world.one();
      let kept: readonly Uint8Array[] = [];
      const publisher = startPublishing({
        store: node.overlay.cards,
        own: { load: () => kept, save: (cards) => void (kept = cards) },
        work: cheapCardWork,
        clock: world.clock,
        random: world.random,
        log: silentLogger,
        secrets: () => person.secrets,
        wish: () => wish.text,
      });
      await published(publisher);
      return { person, publisher, words, wish };
    }),
    4,
  );

/** The publisher itself tries again: in a process that stands still (see README) nobody answers in time. */
const patience = 5;

const published = (publisher: CardPublisher): Promise<void> =>
  new Promise((resolve, reject) => {
    let failures = 0;
    const stop = publisher.onState((state) => {
      if (state === 'waiting') failures += 1;
      if (failures === patience) reject(new Error('a card could not be published'));
      if (state !== 'published') return;
      setImmediate(() => stop());
      resolve();
    });
  });

export interface Search {
  readonly people: readonly FoundPerson[];
  /** Until there was something to show, and until every name was looked up. */
  readonly firstMs: number;
  readonly wholeMs: number;
}

/** A search as the app makes it, by somebody who has never heard of anybody. */
export async function search(world: LabWorld, node: LabNode, typed: string): Promise<Search> {
  const beganMs = systemClock.monotonicMs();
  let firstMs = Number.POSITIVE_INFINITY;
  const memory = createSequenceMemory();
  const directory = directoryOver(world, node.overlay.directory);
  const people = await findPeople(
    {
      store: node.overlay.cards,
      lookup: (name, signal) => directory.lookup(name, signal),
      memory,
      clock: world.clock,
      random: world.random,
      log: silentLogger,
    },
    typed,
    () => (firstMs = Math.min(firstMs, systemClock.monotonicMs() - beganMs)),
    never,
  );
  return { people, firstMs, wholeMs: systemClock.monotonicMs() - beganMs };
}

/** Which share of these somebody finds who searches for `typed`. */
export const shareOf = (found: readonly FoundPerson[], expected: readonly LabCard[]): number => {
  const names = new Set(found.filter(({ confirmed }) => confirmed).map(({ accountKey }) => accountKey));
  return expected.length === 0
    ? 1
    : expected.filter(({ person }) => names.has(accountKeyOf(person.secrets))).length / expected.length;
};

/** A network that brings cards, and remembers who keeps what it floods. */
async function attacker(world: LabWorld, network: number, targets: readonly Uint8Array[]) {
  const node = createDhtNode({
    bind: { host: `127.${1 + network}.241.1`, port: 0 },
    preferredPort: null,
    bootstrap: world.entrances(3),
    isForced: false,
    admit: (other, row) => isDiverseIn(networks, row, other),
    select: (sorted, limit) => selectDiverse(networks, sorted, limit),
    onRequest: () => false,
  });
  await node.bind();
  await node.bootstrapped();
  const visits = new KeeperVisits(() => node);
  const parts = { networks, self: () => null, entrances: () => [] };
  const keepers = await Promise.all(
    targets.map(async (target) => {
      const question = { command: cardCommands.publish, target, value: null };
      const places = await findPlaces(parts, node, question, closestSetSize, never);
      return places.flatMap((place) => (place === 'self' ? [] : [{ target, at: { host: place.host, port: place.port } }]));
    }),
  );
  const bring = (card: Uint8Array): Promise<readonly (PublishAnswer | null)[]> =>
    Promise.all(
      keepers.flat().map(async ({ target, at }) => decodeAnswer(await visits.ask(at, cardCommands.publish, target, () => card))),
    );
  return { bring, stop: () => node.destroy() };
}

/**
 * Cards of keys that hold no name, with real signatures and work, all with this word, brought from so many networks to the places of that word
 * alone, whose keepers are looked for once: the cheapest flood there is. @returns how many copies keepers took, of how many
 */
export async function flood(
  world: LabWorld,
  count: number,
  word: string,
  fromNetworks: number,
): Promise<readonly [number, number]> {
  const targets = targetsOfCard({ name: 'xyz', displayName: '', words: [word] }).filter((target) =>
    targetsOfCard({ name: 'uvw', displayName: '', words: [word] }).some((other) => Buffer.compare(target, other) === 0),
  );
  const attackers = await Promise.all(Array.from({ length: fromNetworks }, (_, network) => attacker(world, network, targets)));
  let kept = 0;
  let brought = 0;
  const one = (index: number) => async () => {
    // A phrase, which accounts of people have, would take its maker 18 ms more.
    const [root, device] = [keyPairFromSeed(world.random.bytes(32)), keyPairFromSeed(world.random.bytes(32))];
    const certificate = issueCertificate(root, device.publicKey, 1, world.clock.nowMs());
    const text = { name: `flood-${index}`, displayName: '', words: [word] };
    const epoch = epochAt(world.clock.nowMs());
    const challenge = cardChallenge(text, root.publicKey, epoch);
    const { cost, bits } = cheapCardWork;
    const nonce = await solve({
      challenge,
      bits,
      cost,
      nonceBytes,
      random: world.random,
      onProgress: () => undefined,
      signal: never,
    });
    const card = sealCard({ device, certificate }, text, 1, world.clock.nowMs(), { epoch, nonce });
    const answers = await attackers[index % attackers.length]?.bring(card);
    for (const answer of answers ?? []) {
      if (answer === 'stored') kept += 1;
      if (answer !== null) brought += 1;
    }
  };
  try {
    await someAtOnce(
      Array.from({ length: count }, (_, index) => one(index)),
      16,
    );
  } finally {
    await Promise.all(attackers.map(({ stop }) => stop()));
  }
  return [kept, brought];
}

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
import { accountKeyOf, createAccount, createSequenceMemory, deviceKeysOf, rootKeysOf } from '../../../main/identity/index.ts';
import { silentLogger } from '../../../main/ports/logger.ts';
import { systemClock } from '../../../main/ports/system-clock.ts';
import { solve } from '../../../main/work/index.ts';
import { cheapCardWork } from '../world.ts';
import { someAtOnce } from './mail.ts';
import { directoryOver, type LabName } from './names.ts';
import type { LabNode, LabWorld } from './world.ts';

const never = new AbortController().signal;

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

/**
 * Cards of keys that hold no name, with real signatures and work, all with this word, brought to the places of that word alone: the
 * cheapest flood there is. @returns how many copies keepers took, of how many
 */
export async function flood(
  world: LabWorld,
  count: number,
  word: string,
  from: readonly LabNode[],
): Promise<readonly [number, number]> {
  const places = targetsOfCard({ name: 'xyz', displayName: '', words: [word] }).filter((target) =>
    targetsOfCard({ name: 'uvw', displayName: '', words: [word] }).some((other) => Buffer.compare(target, other) === 0),
  );
  let kept = 0;
  let brought = 0;
  const one = (index: number) => async () => {
    const secrets = await createAccount(`flood-${index}`, { random: world.random, nowMs: world.clock.nowMs() });
    const text = { name: secrets.name, displayName: '', words: [word] };
    const epoch = epochAt(world.clock.nowMs());
    const challenge = cardChallenge(text, rootKeysOf(secrets).publicKey, epoch);
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
    const signer = { device: deviceKeysOf(secrets), certificate: secrets.certificate };
    const card = sealCard(signer, text, 1, world.clock.nowMs(), { epoch, nonce });
    const node = from[index % from.length];
    if (node === undefined) throw new Error('nobody floods');
    const results = await Promise.all(places.map((target) => node.overlay.cards.put(target, card, never)));
    for (const { storedBy, answered } of results) {
      kept += storedBy;
      brought += answered;
    }
  };
  await someAtOnce(
    Array.from({ length: count }, (_, index) => one(index)),
    16,
  );
  return [kept, brought];
}

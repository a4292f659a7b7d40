import type { SequenceMemory } from '../../identity/index.ts';
import type { CardStore } from '../../overlay/index.ts';
import { AppError } from '../../ports/app-error.ts';
import type { Clock } from '../../ports/clock.ts';
import type { Logger } from '../../ports/logger.ts';
import type { AccountKey } from '../../ports/peer-wire.ts';
import type { Random } from '../../ports/random.ts';
import type { Lookup } from '../reader.ts';
import { isCardTimely, openCard, type Card, type CardEnd } from './card.ts';
import { targetsOfQuestion } from './card-terms.ts';
import { indexedWords, wordsIn } from './card-text.ts';

export interface FindParts {
  readonly store: CardStore;
  readonly lookup: (name: string, signal: AbortSignal) => Promise<Lookup>;
  readonly memory: SequenceMemory;
  readonly clock: Clock;
  readonly random: Random;
  readonly log: Logger;
}

/** Somebody who wants to be found. */
export interface FoundPerson {
  readonly accountKey: AccountKey;
  readonly name: string;
  readonly displayName: string;
  readonly words: readonly string[];
  /** Whether the directory was asked, and says that the name is this account's. */
  readonly confirmed: boolean;
}

/** Of a question: more words say little more, and each costs two lookups. */
export const maxQuestionWords = 5;
/** More than a person looks through. */
export const maxFound = 48;
/** Each is a lookup of some sixty packets: those who hold no name take the place of no more than so many others. */
const maxLookedUp = 96;
/** Names that are looked up at a time. */
const lookedUpAtOnce = 8;
const saltBytes = 8;

/**
 * Asks for people by beginnings of their names and words. Cards come first, then names are looked up one after the other: who turns
 * out not to hold the name is left out again.
 * @param onChange all there is to show so far
 * @throws AppError BAD_INPUT (no word in it), NO_NETWORK, CANCELLED
 */
export async function findPeople(
  parts: FindParts,
  typed: string,
  onChange: (people: readonly FoundPerson[]) => void,
  signal: AbortSignal,
): Promise<readonly FoundPerson[]> {
  const words = wordsIn(typed).slice(0, maxQuestionWords);
  if (words.length === 0) throw new AppError('BAD_INPUT', 'no-word');
  const salt = parts.random.bytes(saltBytes);
  const cards = ranked(newest(await gather(parts, words, salt, signal), parts.clock.nowMs()), words);
  const standing = new Map<AccountKey, boolean>();
  const shown = (): readonly FoundPerson[] =>
    cards
      .filter(({ account }) => standing.get(account) !== false)
      .slice(0, maxFound)
      .map((card) => asPerson(card, standing.get(card.account) ?? false));
  onChange(shown());
  const asked = cards.slice(0, maxLookedUp).values();
  let found = 0;
  const lane = async (): Promise<void> => {
    for (const card of asked) {
      if (found >= maxFound) return;
      // oxlint-disable-next-line no-await-in-loop -- each lane one after the other
      const isTheirs = await holdsName(parts, card, signal);
      if (isTheirs !== null) standing.set(card.account, isTheirs);
      if (isTheirs === true) found += 1;
      onChange(shown());
    }
  };
  await Promise.all(Array.from({ length: lookedUpAtOnce }, lane));
  return shown();
}

async function gather(
  { store, log }: FindParts,
  words: readonly string[],
  salt: Uint8Array,
  signal: AbortSignal,
): Promise<readonly Uint8Array[]> {
  const targets = words.flatMap(targetsOfQuestion);
  const answers = await Promise.allSettled(targets.map((target) => store.find({ target, beginnings: words, salt }, signal)));
  if (signal.aborted) throw new AppError('CANCELLED', 'search');
  const failure = answers.find((answer) => answer.status === 'rejected');
  const heard = answers.flatMap((answer) => (answer.status === 'fulfilled' ? [answer.value] : []));
  if (heard.length === 0 && failure !== undefined) {
    throw failure.reason instanceof Error ? failure.reason : new AppError('INTERNAL', 'search');
  }
  log.debug('people.searched', { places: targets.length, heard: heard.length });
  return heard.flat();
}

/** Of each account what it said last; nothing of those who withdrew. */
function newest(all: readonly Uint8Array[], nowMs: number): readonly Card[] {
  const last = new Map<AccountKey, Card | CardEnd>();
  for (const bytes of all) {
    const card = openCard(bytes);
    if (card === null || !isCardTimely(card, nowMs)) continue;
    const known = last.get(card.account);
    if (known === undefined || card.sequence > known.sequence) last.set(card.account, card);
  }
  return [...last.values()].filter((card) => card.kind === 'card');
}

/**
 * Exact names, beginnings of names, more words that match; then as keepers named them, which means nothing: another order for each
 * search, in which no network has two turns before all others had one.
 */
function ranked(cards: readonly Card[], words: readonly string[]): readonly Card[] {
  return cards
    .map((card) => {
      const indexed = indexedWords(card);
      const matching = words.filter((word) => indexed.some((each) => each.startsWith(word))).length;
      const ofName = words.includes(card.name) ? 2 : words.some((word) => card.name.startsWith(word)) ? 1 : 0;
      return { card, matching, ofName };
    })
    .filter(({ matching }) => matching > 0)
    .toSorted((left, right) => right.ofName - left.ofName || right.matching - left.matching)
    .map(({ card }) => card);
}

/** Null: nobody could be asked. */
async function holdsName({ lookup, memory }: FindParts, card: Card, signal: AbortSignal): Promise<boolean | null> {
  try {
    const { view } = await lookup(card.name, signal);
    // The lookup remembered which devices the account has revoked.
    const isRevoked = card.certificate.sequence < memory.highest('certificate', card.account);
    return view.result === 'found' && view.accountKey === card.account && !isRevoked;
  } catch (error) {
    if (error instanceof AppError && error.code === 'NO_NETWORK') return null;
    throw error;
  }
}

const asPerson = ({ account, name, displayName, words }: Card, confirmed: boolean): FoundPerson => ({
  accountKey: account,
  name,
  displayName,
  words,
  confirmed,
});

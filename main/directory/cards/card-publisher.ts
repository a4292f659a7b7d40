import { deviceKeysOf, nextSequence, rootKeysOf, type AccountSecrets } from '../../identity/index.ts';
import type { CardStore } from '../../overlay/index.ts';
import { AppError } from '../../ports/app-error.ts';
import type { Clock } from '../../ports/clock.ts';
import { toHex } from '../../ports/hex.ts';
import type { LineGate } from '../../ports/line-gate.ts';
import { Listeners } from '../../ports/listeners.ts';
import type { Logger } from '../../ports/logger.ts';
import type { Unsubscribe } from '../../ports/peer-wire.ts';
import type { Random } from '../../ports/random.ts';
import { createRecurring } from '../../ports/recurring.ts';
import { solve } from '../../work/index.ts';
import { epochAt, nonceBytes, type Work } from '../work.ts';
import { openCard, sealCard, sealCardEnd, type Card } from './card.ts';
import { targetsOfCard } from './card-terms.ts';
import type { CardText } from './card-text.ts';
import { cardChallenge, type CardWork } from './card-work.ts';

/** Our own cards that may be somewhere, the last one last: what is to be withdrawn must be known after a restart, too. */
export interface OwnCards {
  load(): readonly Uint8Array[];
  save(cards: readonly Uint8Array[]): void;
}

/** off: nothing of us is out there; working: it is being made; published; waiting: nobody could be told, again soon; withdrawing. */
export type CardState = 'off' | 'working' | 'published' | 'waiting' | 'withdrawing';

export interface CardPublisher {
  state(): CardState;
  /** The current state at once, then each change. */
  onState(listener: (state: CardState) => void): Unsubscribe;
  /** What is wished changed. Resolves after the attempt. */
  update(): Promise<void>;
  /** As `Refresher.networkIsBack`. */
  networkIsBack(lostAtMs: number): void;
  stop(): Promise<void>;
}

export interface PublisherParts {
  readonly store: CardStore;
  readonly own: OwnCards;
  readonly work: CardWork;
  readonly clock: Clock;
  readonly random: Random;
  readonly log: Logger;
  /** Asked each time: certificates are renewed. */
  readonly secrets: () => AccountSecrets;
  /** What the account says of itself; null: it doesn't want to be found. */
  readonly wish: () => Omit<CardText, 'name'> | null;
  /** Without it nothing waits. */
  readonly gate?: LineGate;
}

/** As claims: twice a day, ± 25 %, well within a card's week. */
const intervalMs = 12 * 3_600_000;
const retries = { firstMs: 60_000, lastMs: 30 * 60_000 };
/** As claims: what fell due while nobody was here is not told by everybody at once. */
const spreadMs = 10 * 60_000;
/** Places that are told at a time. */
const toldAtOnce = 4;

/** Publishes the account's card, again twice a day, and withdraws it when it is wished no more. A start alone changes nothing. */
export function startPublishing(parts: PublisherParts): CardPublisher {
  const { clock, random, own } = parts;
  const log = parts.log.child('card');
  const listeners = new Listeners<[CardState]>(log);
  let state: CardState = own.load().length === 0 ? 'off' : 'published';
  let current = new AbortController();

  const setState = (next: CardState): void => {
    if (next === state) return;
    state = next;
    listeners.emit(next);
  };
  const attempt = async (stopping: AbortSignal): Promise<boolean> => {
    current = new AbortController();
    const signal = AbortSignal.any([current.signal, stopping]);
    const wished = parts.wish();
    try {
      if (wished === null && own.load().length > 0) setState('withdrawing');
      if (wished !== null && state !== 'published') setState('working');
      await bringAbout(parts, wished, signal);
      setState(wished === null ? 'off' : 'published');
      return true;
    } catch (error) {
      if (signal.aborted) return false;
      if (wished !== null) setState('waiting');
      const isExpected = error instanceof AppError && error.code === 'NO_NETWORK';
      log[isExpected ? 'info' : 'warn']('not-published', { error: error instanceof Error ? error.message : 'unknown' });
      return false;
    }
  };
  const recurring = createRecurring({
    clock,
    random,
    attempt,
    pauseMs: () => (parts.wish() === null ? null : intervalMs),
    retries,
    gate: parts.gate,
  });

  const resume = (): void => {
    const toldMs = toldAtMs(parts);
    if (toldMs === null) void recurring.now();
    else recurring.resume(clock.nowMs() - toldMs, spreadMs);
  };
  const isAnythingOut = (): boolean => parts.wish() !== null || own.load().length > 0;

  if (isAnythingOut()) resume();
  return {
    state: () => state,
    onState(listener) {
      listener(state);
      return listeners.add(listener);
    },
    update() {
      // What is under way may be what is no longer wished.
      current.abort();
      return recurring.now();
    },
    networkIsBack(lostAtMs) {
      if (!isAnythingOut()) return;
      if ((toldAtMs(parts) ?? Number.POSITIVE_INFINITY) >= lostAtMs) void recurring.now();
      else resume();
    },
    stop: () => recurring.stop(),
  };
}

/** When all that is out there of us was told, if it is what we wish; else null. */
function toldAtMs({ own, secrets, wish, clock }: PublisherParts): number | null {
  const wished = wish();
  const cards = own.load().map((bytes) => ownCard(bytes, secrets()));
  const [card] = cards;
  if (wished === null || card === undefined || card === null || cards.length > 1) return null;
  const isAsWished = card.displayName === wished.displayName && card.words.join(' ') === wished.words.join(' ');
  // A clock that was set back tells nothing.
  return isAsWished && card.atMs <= clock.nowMs() ? card.atMs : null;
}

/** @throws AppError NO_NETWORK if a place could not be told, CANCELLED */
async function bringAbout(parts: PublisherParts, wished: Omit<CardText, 'name'> | null, signal: AbortSignal): Promise<void> {
  const { own, clock } = parts;
  const secrets = parts.secrets();
  const signer = { device: deviceKeysOf(secrets), certificate: secrets.certificate };
  const before = own.load().flatMap((bytes) => ownCard(bytes, secrets) ?? []);
  const sequence = nextSequence(Math.max(0, ...before.map((card) => card.sequence)), clock.nowMs());
  if (wished === null) {
    if (before.length > 0) await tell(parts, placesOf(before), sealCardEnd(signer, sequence, clock.nowMs()), signal);
    own.save([]);
    return;
  }
  const text: CardText = { name: secrets.name, ...wished };
  const work = await workFor(parts, text, secrets, before.at(-1) ?? null, signal);
  // The withdrawal from places that the new one has not counts one less than the card, which is told after it.
  const card = sealCard(signer, text, sequence + 1, clock.nowMs(), work);
  // Before anybody is told: what may be out there must be known, whatever happens meanwhile.
  own.save([...before.map(({ bytes }) => bytes), card].slice(-maxOwn));
  const places = targetsOfCard(text);
  const kept = new Set(places.map(toHex));
  const left = placesOf(before).filter((target) => !kept.has(toHex(target)));
  if (left.length > 0) await tell(parts, left, sealCardEnd(signer, sequence, clock.nowMs()), signal);
  await tell(parts, places, card, signal);
  own.save([card]);
}

/** Changes of mind while nobody could be told; what falls off the list ends by itself within a week. */
const maxOwn = 20;

function ownCard(bytes: Uint8Array, secrets: AccountSecrets): Card | null {
  const card = openCard(bytes);
  return card?.kind === 'card' && Buffer.compare(card.root, rootKeysOf(secrets).publicKey) === 0 ? card : null;
}

const placesOf = (cards: readonly Card[]): readonly Uint8Array[] => [
  ...new Map(cards.flatMap((card) => targetsOfCard(card)).map((target) => [toHex(target), target])).values(),
];

async function workFor(
  { work, random, clock }: PublisherParts,
  text: CardText,
  secrets: AccountSecrets,
  last: Card | null,
  signal: AbortSignal,
): Promise<Work> {
  const epoch = epochAt(clock.nowMs());
  const { publicKey: root } = rootKeysOf(secrets);
  const challenge = cardChallenge(text, root, epoch);
  const isSame = last !== null && last.work.epoch === epoch && isSameChallenge(last, root, epoch, challenge);
  if (isSame) return last.work;
  const { cost, bits } = work;
  return { epoch, nonce: await solve({ challenge, bits, cost, nonceBytes, random, onProgress: () => undefined, signal }) };
}

const isSameChallenge = (last: Card, root: Uint8Array, epoch: number, challenge: Uint8Array): boolean =>
  Buffer.compare(cardChallenge(last, root, epoch), challenge) === 0;

async function tell(
  { store, log }: PublisherParts,
  places: readonly Uint8Array[],
  card: Uint8Array,
  signal: AbortSignal,
): Promise<void> {
  let next = 0;
  let untold = 0;
  const lane = async (): Promise<void> => {
    while (next < places.length) {
      const target = places[next++];
      if (target === undefined) return;
      // oxlint-disable-next-line no-await-in-loop -- each lane one after the other
      const { answered } = await store.put(target, card, signal);
      if (answered === 0) untold += 1;
    }
  };
  await Promise.all(Array.from({ length: toldAtOnce }, lane));
  log.debug('told', { places: places.length, untold });
  if (untold > 0) throw new AppError('NO_NETWORK', 'some-places-silent');
}

import { deviceKeysOf, nextSequence, rootKeysOf, type AccountSecrets } from '../../identity/index.ts';
import type { CardStore } from '../../overlay/index.ts';
import { AppError } from '../../ports/app-error.ts';
import type { Clock, Timer } from '../../ports/clock.ts';
import { toHex } from '../../ports/hex.ts';
import { Listeners } from '../../ports/listeners.ts';
import type { Logger } from '../../ports/logger.ts';
import type { Unsubscribe } from '../../ports/peer-wire.ts';
import type { Random } from '../../ports/random.ts';
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
  /** What is wished changed, or the network is back. Resolves after the attempt. */
  update(): Promise<void>;
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
}

const hourMs = 3_600_000;
/** As claims: twice a day, ± 25 %, well within a card's week. */
const intervalMs = 12 * hourMs;
/** After a failure; doubles each time. */
const firstRetryMs = 60_000;
const lastRetryMs = hourMs / 2;
/** Places that are told at a time. */
const toldAtOnce = 4;

/** Publishes the account's card, again twice a day, and withdraws it when it is wished no more. */
export function startPublishing(parts: PublisherParts): CardPublisher {
  const { clock, random, own } = parts;
  const log = parts.log.child('card');
  const listeners = new Listeners<[CardState]>(log);
  const stopping = new AbortController();
  let state: CardState = own.load().length === 0 ? 'off' : 'published';
  let failures = 0;
  let timer: Timer | null = null;
  let running: Promise<void> | null = null;
  let isAskedAgain = false;
  let current = new AbortController();

  const setState = (next: CardState): void => {
    if (next === state) return;
    state = next;
    listeners.emit(next);
  };
  const attempt = async (): Promise<void> => {
    current = new AbortController();
    const signal = AbortSignal.any([current.signal, stopping.signal]);
    const wished = parts.wish();
    try {
      if (wished === null && own.load().length > 0) setState('withdrawing');
      if (wished !== null && state !== 'published') setState('working');
      await bringAbout(parts, wished, signal);
      failures = 0;
      setState(wished === null ? 'off' : 'published');
    } catch (error) {
      if (signal.aborted) return;
      failures += 1;
      if (wished !== null) setState('waiting');
      const isExpected = error instanceof AppError && error.code === 'NO_NETWORK';
      log[isExpected ? 'info' : 'warn']('not-published', { error: error instanceof Error ? error.message : 'unknown' });
    }
  };
  const schedule = (): void => {
    timer?.cancel();
    if (failures === 0 && parts.wish() === null) return;
    const plannedMs = failures === 0 ? intervalMs : Math.min(firstRetryMs * 2 ** (failures - 1), lastRetryMs);
    timer = clock.setTimer(Math.round(plannedMs * (0.75 + random.fraction() / 2)), () => void start());
  };
  const run = async (): Promise<void> => {
    do {
      isAskedAgain = false;
      // oxlint-disable-next-line no-await-in-loop -- attempts are in turn
      await attempt();
    } while (isAskedAgain && !stopping.signal.aborted);
    running = null;
    if (!stopping.signal.aborted) schedule();
  };
  const start = (): Promise<void> => {
    if (stopping.signal.aborted) return Promise.resolve();
    running ??= run();
    return running;
  };

  void start();
  return {
    state: () => state,
    onState(listener) {
      listener(state);
      return listeners.add(listener);
    },
    update() {
      if (running !== null) {
        // What is under way may be what is no longer wished.
        isAskedAgain = true;
        current.abort();
      }
      return start();
    },
    async stop() {
      stopping.abort();
      timer?.cancel();
      await running;
    },
  };
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

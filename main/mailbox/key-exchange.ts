import type { KeyPair } from '../../native-shims/sodium/index.ts';
import type { OutgoingItem } from '../overlay/index.ts';
import type { Clock } from '../ports/clock.ts';
import { shortKey, type Logger } from '../ports/logger.ts';
import type { AccountKey, PeerWire, Unsubscribe } from '../ports/peer-wire.ts';
import type { Random } from '../ports/random.ts';
import { certifyDepositKey, depositPair, endOfWeek, isCertified, isWeekTimely, lastWeekFor } from './deposit-key.ts';
import { batchKeys, certificatesOf, decodeKeyMessage, encodeHave, encodeKeys, type KeyBatch } from './key-wire.ts';
import { contactSlip, itemIdOf } from './slip.ts';

/** One key out of a batch that somebody gave us, spent from now on. */
export interface SpentKey {
  readonly mailbox: Uint8Array;
  readonly secret: Uint8Array;
  readonly index: number;
  readonly week: number;
  readonly certificate: Uint8Array;
}

/** Keys given to contacts, and theirs given to us. On disk when a method returns. */
export interface DepositKeyBook {
  /** Ours, that this contact may spend. */
  give(account: AccountKey, keys: readonly Uint8Array[], endsMs: number, nowMs: number): void;
  /** How many were given to them since. */
  givenSince(account: AccountKey, sinceMs: number): number;
  /** To whom this key was given; null: to nobody that we know of. */
  holderOf(key: Uint8Array): AccountKey | null;
  /** Theirs; a batch that is there already changes nothing, one to another mailbox replaces those to the old one. */
  hold(account: AccountKey, batch: KeyBatch): void;
  /** Theirs that we could still spend in this week. */
  left(account: AccountKey, week: number): number;
  /** The next of theirs, never given out again; null: there is none. */
  spend(account: AccountKey, week: number): SpentKey | null;
  /** Forgets keys whose time is over. */
  prune(nowMs: number, week: number): void;
}

export interface KeyExchangeOptions {
  readonly mailbox: KeyPair;
  /** `lilliput/mailbox/1` with `mailboxWireLimits`. */
  readonly wire: PeerWire;
  readonly isContact: (account: AccountKey) => boolean;
  readonly misbehaved: (account: AccountKey, reason: string) => void;
  readonly book: DepositKeyBook;
  readonly clock: Clock;
  readonly random: Random;
  readonly logger: Logger;
}

/** An item that waits to be left in a contact's mailbox. Kept, it can be left again and again: it is one item. */
export interface ReadyItem extends OutgoingItem {
  readonly mailbox: Uint8Array;
}

/** Gives contacts the one-time keys to our mailbox, and spends theirs. */
export interface KeyExchange {
  start(): void;
  stop(): void;
  /** They became a contact, maybe while the session was there. */
  greet(account: AccountKey): void;
  /** How many items can still be left with somebody before the two meet again. */
  left(account: AccountKey): number;
  /** Spends a key on what was sealed for them. Null: none is left. The caller keeps the item before it leaves it anywhere. */
  prepare(account: AccountKey, sealed: Uint8Array): ReadyItem | null;
  /** Whose key an item was left with. */
  holderOf(depositKey: Uint8Array): AccountKey | null;
}

/** So many a contact should have: a long absence of either, at several messages an item. */
const wantedKeys = 256;
const dayMs = 86_400_000;
/** A contact who lost theirs gets new ones; one who says so again and again doesn't, for the rest of the day. */
const maxGivenADay = 1_024;

export function createKeyExchange(options: KeyExchangeOptions): KeyExchange {
  const { mailbox, wire, isContact, misbehaved, book, clock, random, logger } = options;
  const stops: Unsubscribe[] = [];
  const weekNow = (): number => Math.floor(clock.nowMs() / (7 * dayMs));

  const tell = (account: AccountKey): void => void wire.send(account, encodeHave(book.left(account, weekNow())));
  const give = (account: AccountKey): void => {
    const nowMs = clock.nowMs();
    if (book.givenSince(account, nowMs - dayMs) + batchKeys > maxGivenADay) return;
    const secret = random.bytes(32);
    const week = lastWeekFor(nowMs);
    const keys = Array.from({ length: batchKeys }, (_, index) => depositPair(secret, index).publicKey);
    // Before they are told: an item by a key that we don't know would be nobody's.
    book.give(account, keys, endOfWeek(week), nowMs);
    const certificates = new Uint8Array(Buffer.concat(keys.map((key) => certifyDepositKey(key, week, mailbox))));
    wire.send(account, encodeKeys({ mailbox: mailbox.publicKey, secret, week, certificates }));
  };
  const take = (account: AccountKey, batch: KeyBatch): void => {
    const isRight =
      isWeekTimely(batch.week, clock.nowMs()) &&
      certificatesOf(batch).every((certificate, index) =>
        isCertified(depositPair(batch.secret, index).publicKey, batch.week, certificate, batch.mailbox),
      );
    if (!isRight) return misbehaved(account, 'deposit keys that no keeper would take');
    book.hold(account, batch);
    return tell(account);
  };
  const onMessage = (account: AccountKey, bytes: Uint8Array): void => {
    const message = decodeKeyMessage(bytes);
    if (message === null) return misbehaved(account, 'malformed mailbox message');
    if (!isContact(account)) return undefined;
    try {
      if (message.type === 'keys') take(account, message);
      else if (message.count < wantedKeys) give(account);
    } catch (error) {
      // A full disk: said by storage itself. They ask again with the next session.
      logger.warn('deposit-keys-not-kept', { account: shortKey(account), error: String(error).slice(0, 200) });
    }
    return undefined;
  };
  return {
    start() {
      book.prune(clock.nowMs(), weekNow());
      stops.push(
        wire.onMessage(({ account }, bytes) => onMessage(account, bytes)),
        wire.onState(({ account }, state) => {
          if (state === 'connected' && isContact(account)) tell(account);
        }),
      );
    },
    stop() {
      for (const stop of stops.splice(0)) stop();
    },
    greet(account) {
      if (isContact(account)) tell(account);
    },
    left: (account) => book.left(account, weekNow()),
    prepare(account, sealed) {
      const spent = book.spend(account, weekNow());
      if (spent === null) return null;
      const pair = depositPair(spent.secret, spent.index);
      const slip = contactSlip(spent.mailbox, sealed, { pair, week: spent.week, certificate: spent.certificate }, clock.nowMs());
      return { mailbox: spent.mailbox, id: itemIdOf(spent.mailbox, sealed), slip, sealed };
    },
    holderOf: (key) => book.holderOf(key),
  };
}

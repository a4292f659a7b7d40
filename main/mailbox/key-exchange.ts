import type { KeyPair } from '../../native-shims/sodium/index.ts';
import type { OutgoingItem } from '../overlay/index.ts';
import type { Clock, Timer } from '../ports/clock.ts';
import { openGate, type LineGate } from '../ports/line-gate.ts';
import { missingCase } from '../ports/missing-case.ts';
import { shortKey, type Logger } from '../ports/logger.ts';
import type { AccountKey, PeerWire, Unsubscribe } from '../ports/peer-wire.ts';
import type { Random } from '../ports/random.ts';
import { othersTurn } from '../ports/slices.ts';
import type { DepositKeyRepository } from '../storage/index.ts';
import { certifyDepositKey, depositPair, endOfWeek, isCertified, isWeekTimely, lastWeekFor } from './deposit-key.ts';
import {
  batchKeys,
  certificatesOf,
  decodeKeyMessage,
  encodeHave,
  encodeKeys,
  encodePrekey,
  encodePrekeyHeld,
  type KeyBatch,
  type KeyMessage,
} from './key-wire.ts';
import type { Prekeys } from './prekeys.ts';
import { contactSlip, itemIdOf } from './slip.ts';

export interface KeyExchangeOptions {
  readonly mailbox: KeyPair;
  /** `lilliput/mailbox/1` with `mailboxWireLimits`. */
  readonly wire: PeerWire;
  readonly isContact: (account: AccountKey) => boolean;
  readonly misbehaved: (account: AccountKey, reason: string) => void;
  readonly book: DepositKeyRepository;
  /** Kept over restarts: how many of ours each contact said they could still spend. */
  readonly spendable: { get(account: AccountKey): number | null; set(account: AccountKey, count: number): void };
  readonly prekeys: Prekeys;
  /** Without it nothing waits. */
  readonly gate?: LineGate;
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
  /** For a letter: more keys to our mailbox, if they have few left; at most `limit` batches. */
  more(account: AccountKey, limit: number): Promise<KeyBatch[]>;
  /** What a letter of theirs said about keys. */
  hear(account: AccountKey, have: number, batches: readonly KeyBatch[]): void;
  /** Whose key an item was left with. */
  holderOf(depositKey: Uint8Array): AccountKey | null;
}

/** So many a contact should have: a long absence of either, at several messages an item. */
const wantedKeys = 256;
/** A letter brings more when so few are left: not with every letter, for they make it longer. */
const fewKeys = 192;
const dayMs = 86_400_000;
/** A batch is five large packets, and wanted for a later absence; whoever has none at all can leave nothing. */
const [gatePatienceMs, firstPatienceMs] = [10 * 60_000, 30_000];
/** From one batch to the next where patience ends, whoever they are for: 1.2 kbit/s. */
const betweenBatchesMs = 30_000;
/** A contact who lost theirs gets new ones; one who says so again and again doesn't, for the rest of the day. */
const maxGivenADay = 1_024;

export function createKeyExchange(options: KeyExchangeOptions): KeyExchange {
  const { mailbox, wire, isContact, misbehaved, book, spendable, prekeys, gate = openGate, clock, random, logger } = options;
  const stops: Unsubscribe[] = [];
  const connected = new Set<AccountKey>();
  /** Those who get a batch when the gate opens. */
  const awaiting = new Set<AccountKey>();
  /** While it is shut, no batch goes before. Monotonic. */
  let nextBatchMs = -Infinity;
  const weekNow = (): number => Math.floor(clock.nowMs() / (7 * dayMs));

  const kept = (account: AccountKey, run: () => void): void => {
    try {
      run();
    } catch (error) {
      // A full disk: said by storage itself. They ask again with the next session.
      logger.warn('keys-not-kept', { account: shortKey(account), error: String(error).slice(0, 200) });
    }
  };
  const tell = (account: AccountKey): void => void wire.send(account, encodeHave(book.left(account, weekNow())));
  const offer = (account: AccountKey): void => {
    prekeys.offer(account).then(
      ({ number, publicKey, isHeld }) => (isHeld ? 'queued' : wire.send(account, encodePrekey(number, publicKey))),
      (error: unknown) => logger.warn('prekey-not-made', { account: shortKey(account), error: String(error).slice(0, 200) }),
    );
  };
  const draw = (account: AccountKey): KeyBatch | null => {
    const nowMs = clock.nowMs();
    if (book.givenSince(account, nowMs - dayMs) + batchKeys > maxGivenADay) return null;
    const secret = random.bytes(32);
    const week = lastWeekFor(nowMs);
    const keys = Array.from({ length: batchKeys }, (_, index) => depositPair(secret, index).publicKey);
    // Before they are told: an item by a key that we don't know would be nobody's.
    book.give(account, keys, endOfWeek(week), nowMs);
    const certificates = new Uint8Array(Buffer.concat(keys.map((key) => certifyDepositKey(key, week, mailbox))));
    return { mailbox: mailbox.publicKey, secret, week, certificates };
  };
  const sendLater = async (account: AccountKey, patienceMs: number, send: () => void): Promise<void> => {
    awaiting.add(account);
    await gate.opened(patienceMs);
    while (gate.isShut && nextBatchMs > clock.monotonicMs()) {
      // oxlint-disable-next-line no-await-in-loop -- another may have gone first
      await gate.opened(nextBatchMs - clock.monotonicMs());
    }
    awaiting.delete(account);
    // Who is not there now says anew what they have when they come.
    if (!connected.has(account) || !isContact(account)) return;
    nextBatchMs = clock.monotonicMs() + betweenBatchesMs;
    kept(account, send);
  };
  const give = (account: AccountKey, count: number): void => {
    spendable.set(account, count);
    if (count >= wantedKeys) return;
    const send = (): void => {
      const batch = draw(account);
      if (batch !== null) wire.send(account, encodeKeys(batch));
    };
    if (!gate.isShut) return send();
    // Each answer of theirs brings one batch more: one at a time waits.
    if (!awaiting.has(account)) void sendLater(account, count === 0 ? firstPatienceMs : gatePatienceMs, send);
  };
  const isUsable = (batch: KeyBatch): boolean =>
    isWeekTimely(batch.week, clock.nowMs()) &&
    certificatesOf(batch).every((certificate, index) =>
      isCertified(depositPair(batch.secret, index).publicKey, batch.week, certificate, batch.mailbox),
    );
  const take = (account: AccountKey, batch: KeyBatch): void => {
    if (!isUsable(batch)) return misbehaved(account, 'deposit keys that no keeper would take');
    book.hold(account, batch);
    return tell(account);
  };
  const heed = (account: AccountKey, message: KeyMessage): void => {
    switch (message.type) {
      case 'keys':
        return take(account, message);
      case 'have':
        return give(account, message.count);
      case 'prekey':
        prekeys.hold(account, { number: message.number, publicKey: message.key });
        return void wire.send(account, encodePrekeyHeld(message.number));
      case 'prekey-held':
        return prekeys.noteHeld(account, message.number);
      default:
        return missingCase(message);
    }
  };
  const onMessage = (account: AccountKey, bytes: Uint8Array): void => {
    const message = decodeKeyMessage(bytes);
    if (message === null) return misbehaved(account, 'malformed mailbox message');
    if (isContact(account)) kept(account, () => heed(account, message));
    return undefined;
  };
  const greet = (account: AccountKey): void => {
    if (!isContact(account)) return;
    tell(account);
    offer(account);
  };
  let pruning: Timer | null = null;
  /** Secrets whose time is over go on the day on which it is, however long the app runs. */
  const pruneDaily = (): void => {
    pruning = clock.setTimer(dayMs, () => {
      try {
        pruneDaily();
      } catch (error) {
        logger.warn('keys-not-pruned', { error: String(error).slice(0, 200) });
      }
    });
    book.prune(clock.nowMs(), weekNow());
    prekeys.prune();
  };
  return {
    start() {
      pruneDaily();
      stops.push(
        wire.onMessage(({ account }, bytes) => onMessage(account, bytes)),
        wire.onState(({ account }, state) => {
          if (state === 'closed') connected.delete(account);
          else connected.add(account);
          if (state === 'connected') greet(account);
        }),
      );
    },
    stop() {
      pruning?.cancel();
      for (const stop of stops.splice(0)) stop();
      connected.clear();
      awaiting.clear();
    },
    greet,
    left: (account) => book.left(account, weekNow()),
    prepare(account, sealed) {
      const spent = book.spend(account, weekNow());
      if (spent === null) return null;
      const pair = depositPair(spent.secret, spent.index);
      const slip = contactSlip(spent.mailbox, sealed, { pair, week: spent.week, certificate: spent.certificate }, clock.nowMs());
      return { mailbox: spent.mailbox, id: itemIdOf(spent.mailbox, sealed, pair.publicKey), slip, sealed };
    },
    async more(account, limit) {
      const have = spendable.get(account) ?? wantedKeys;
      const batches: KeyBatch[] = [];
      if (have >= fewKeys) return batches;
      const drawOne = (): void => {
        const batch = draw(account);
        if (batch !== null) batches.push(batch);
      };
      for (let index = 0; index < limit && have + index * batchKeys < wantedKeys; index += 1) {
        kept(account, drawOne);
        // oxlint-disable-next-line no-await-in-loop -- each is some ten milliseconds of work
        await othersTurn();
      }
      kept(account, () => spendable.set(account, have + batches.length * batchKeys));
      return batches;
    },
    hear(account, have, batches) {
      kept(account, () => {
        // Each letter says one less: it is noted when it matters.
        const isPlenty = have >= fewKeys && (spendable.get(account) ?? 0) >= fewKeys;
        if (!isPlenty) spendable.set(account, have);
        for (const batch of batches) if (isUsable(batch)) book.hold(account, batch);
      });
    },
    holderOf: (key) => book.holderOf(key),
  };
}

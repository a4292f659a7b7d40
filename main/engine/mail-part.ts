import type { LetterCarrier, OpenedLetter } from '../chat/index.ts';
import { linkIdentityOf, mailboxKeysOf, type AccountSecrets } from '../identity/index.ts';
import {
  createKeyExchange,
  createLetters,
  createPrekeys,
  letterMaxBytes,
  mailboxTarget,
  type KeyExchange,
  type Letter,
  type Taken,
  type WaitingItem,
} from '../mailbox/index.ts';
import type { CertificateCheck, MailboxStore } from '../overlay/index.ts';
import type { Clock } from '../ports/clock.ts';
import type { LineGate } from '../ports/line-gate.ts';
import type { Logger } from '../ports/logger.ts';
import type { AccountKey, PeerWire } from '../ports/peer-wire.ts';
import type { Random } from '../ports/random.ts';
import { inSlices } from '../ports/slices.ts';
import type { Storage } from '../storage/index.ts';

export interface MailPartOptions {
  readonly secrets: () => AccountSecrets;
  /** `lilliput/mailbox/1`. */
  readonly wire: PeerWire;
  readonly mailboxes: Pick<MailboxStore, 'deposit'>;
  /** Resolves when there may be a network. */
  readonly started: Promise<void>;
  readonly storage: Pick<Storage, 'depositKeys' | 'prekeys' | 'transaction'>;
  readonly isContact: (account: AccountKey) => boolean;
  readonly misbehaved: (account: AccountKey, reason: string) => void;
  readonly checkCertificate: CertificateCheck;
  /** Without it nothing waits. */
  readonly gate?: LineGate;
  readonly clock: Clock;
  readonly random: Random;
  readonly logger: Logger;
}

interface Opened {
  /** Among those that came together. */
  readonly index: number;
  readonly letter: Letter;
}

/** Letters being opened at a time: some 2 ms of work, which the crypto threads share. */
const openedTogether = 8;
/** What letters say of keys is stored in one transaction; three batches, the most that one brings, are 20 ms to check. */
const heededTogether = { most: 64, ms: 25 };

/** Letters between contacts: what joins the chat, which writes and takes them, to the mailbox, which seals and carries them. */
export interface MailPart {
  readonly keys: KeyExchange;
  readonly carrier: LetterCarrier;
  /** For `OwnMailbox`: opens what contacts left, and hands it to `take`. */
  takeItems(
    items: readonly WaitingItem[],
    take: (letters: readonly OpenedLetter[]) => Promise<readonly Taken[]>,
  ): Promise<readonly Taken[]>;
}

export function createMailPart(options: MailPartOptions): MailPart {
  const { secrets, wire, mailboxes, started, storage, isContact, misbehaved, checkCertificate, clock, random, logger } = options;
  const prekeys = createPrekeys(storage.prekeys, clock, random);
  const keys = createKeyExchange({
    mailbox: mailboxKeysOf(secrets()),
    wire,
    isContact,
    misbehaved,
    book: storage.depositKeys,
    spendable: {
      get: (account) => storage.prekeys.spendable(account),
      set: (account, count) => storage.prekeys.setSpendable(account, count),
    },
    prekeys,
    clock,
    random,
    logger,
    ...(options.gate === undefined ? {} : { gate: options.gate }),
  });
  const identity = () => linkIdentityOf(secrets());
  const letters = createLetters({ identity, prekeys, keys, isContact, checkCertificate, clock });
  const open = async (items: readonly WaitingItem[]): Promise<Opened[]> => {
    const opened: Opened[] = [];
    for (let from = 0; from < items.length; from += openedTogether) {
      const some = items.slice(from, from + openedTogether);
      // oxlint-disable-next-line no-await-in-loop -- some at a time
      const read = await Promise.all(some.map((item) => letters.open(item)));
      for (const [offset, letter] of read.entries()) {
        if (letter === null) logger.info('letter-not-read', { bytes: some[offset]?.sealed.byteLength ?? 0 });
        else opened.push({ index: from + offset, letter });
      }
    }
    return opened;
  };
  /** @returns how many */
  const heed = (some: readonly Opened[]): number => {
    const beganMs = clock.monotonicMs();
    let count = 0;
    for (const { letter } of some) {
      letters.heed(letter);
      count += 1;
      if (clock.monotonicMs() - beganMs >= heededTogether.ms) break;
    }
    return count;
  };
  return {
    keys,
    carrier: {
      maxBytes: letterMaxBytes,
      left: (account) => letters.left(account),
      write: (account, content) => letters.write(account, content),
      async leave(item, signal) {
        try {
          await started;
          const { storedBy, refusals } = await mailboxes.deposit(mailboxTarget(item.mailbox), item, signal);
          if (storedBy.length > 0) return 'stored';
          // Anything else may change: a clock that is wrong, a mailbox that is full or not registered yet.
          return refusals.every(({ code }) => code === 'SPENT') ? 'refused' : 'later';
        } catch (error) {
          logger.debug('letter-not-left', { error: String(error).slice(0, 200) });
          return 'later';
        }
      },
    },
    async takeItems(items, take) {
      const opened = await open(items);
      await inSlices(opened, heededTogether.most, (some) => storage.transaction(() => heed(some)));
      const taken = await take(opened.map(({ letter }) => letter));
      // What could not be read never can be.
      const results: Taken[] = items.map(() => 'done');
      for (const [order, { index }] of opened.entries()) results[index] = taken[order] ?? 'later';
      return results;
    },
  };
}

import { AppError } from '../ports/app-error.ts';
import type { Clock } from '../ports/clock.ts';
import type { AccountKey } from '../ports/peer-wire.ts';
import { inSlices } from '../ports/slices.ts';
import type { LetterRepository, MessageRepository } from '../storage/index.ts';
import type { Inbox, Received } from './inbox.ts';
import { decodeMail, type Mail, type MailedPost } from './mail-wire.ts';
import type { HeardPost } from './post.ts';

/** An opened letter: its writer is proven, its content is not looked at. */
export interface OpenedLetter {
  readonly account: AccountKey;
  readonly content: Uint8Array;
}

/** On disk by now, or refused. */
export interface TakenPost {
  readonly account: AccountKey;
  readonly post: HeardPost;
  readonly received: Received;
}

export interface MailInOptions {
  readonly messages: Pick<MessageRepository, 'newestIncoming'>;
  readonly letters: Pick<LetterRepository, 'owe'>;
  /** All or nothing. */
  readonly transaction: <T>(work: () => T) => T;
  readonly inboxOf: (account: AccountKey) => Pick<Inbox, 'take'>;
  readonly isFriend: (account: AccountKey) => boolean;
  readonly onReceipts: (account: AccountKey, ids: readonly string[]) => void;
  /** On disk together: to be shown, and receipts for them are owed. */
  readonly onTaken: (taken: readonly TakenPost[]) => void;
  /** All that came of these people now was taken: they may be told, and their letters may have brought keys. */
  readonly onEnd: (accounts: ReadonlySet<AccountKey>) => void;
  readonly onRefused: (account: AccountKey, reason: string) => void;
  /** The disk, as a rule: what is not stored stays where it is. */
  readonly onTrouble: (error: AppError) => void;
  readonly clock: Clock;
}

/**
 * Stored in one transaction, whoever's they are, for each costs the disk a flush; others get their turn in between. Fifty rows are
 * some milliseconds; where the disk is slow, or parts of attachments make them long, it ends earlier.
 */
const storedTogether = { most: 50, ms: 25 };
/** Read without a pause: one letter can hold two hundred posts, and the first that come meet code that has never run. */
const readTogether = { most: 16, ms: 10 };
/** Ids that a letter says have arrived; each is a look into the outbox. */
const receiptsTogether = 500;
/** What came before may be at a keeper that is asked later; some never comes, because a later post took its place. */
const patienceMs = 60_000;

interface Opened {
  readonly account: AccountKey;
  readonly mail: Mail;
  /** Of the letter, among those that came together. */
  readonly index: number;
}

/** A post, and what its letter says of it. */
interface Step extends MailedPost {
  readonly account: AccountKey;
  readonly index: number;
  /** Sequence of the post that stood before it in the same letter; 0: none. */
  readonly before: number;
}

/** Takes what letters bring, once and in the order in which it was written. done: on disk, or nothing that could ever be taken. */
export function createMailIn(
  options: MailInOptions,
): (letters: readonly OpenedLetter[]) => Promise<readonly ('done' | 'later')[]> {
  const { messages, letters: book, transaction, inboxOf, isFriend, clock } = options;
  const { onReceipts, onTaken, onEnd, onRefused, onTrouble } = options;
  /** Since when something of theirs waits for what came before it. */
  const waitingSince = new Map<AccountKey, number>();

  const mustWait = ({ account, after, before }: Step): boolean => {
    if (after <= before || after <= messages.newestIncoming(account)) {
      waitingSince.delete(account);
      return false;
    }
    const since = waitingSince.get(account) ?? clock.monotonicMs();
    waitingSince.set(account, since);
    return clock.monotonicMs() - since < patienceMs;
  };
  /** Of a letter whose post must wait, neither it nor what comes after it is taken. */
  const store = (steps: readonly Step[], later: ReadonlySet<number>) => {
    const beganMs = clock.monotonicMs();
    const waiting = new Set<number>();
    const taken: TakenPost[] = [];
    const stored = new Map<AccountKey, string[]>();
    let looked = 0;
    for (const step of steps) {
      if (looked > 0 && clock.monotonicMs() - beganMs >= storedTogether.ms) break;
      looked += 1;
      const { account, post, index } = step;
      if (later.has(index) || waiting.has(index)) continue;
      if (mustWait(step)) {
        waiting.add(index);
        continue;
      }
      const received = inboxOf(account).take(post, true);
      taken.push({ account, post, received });
      if (received.result === 'acknowledge') stored.set(account, [...(stored.get(account) ?? []), post.id]);
    }
    for (const [account, ids] of stored) book.owe(account, ids);
    return { taken, waiting, looked };
  };
  /** @param later letters that must come again: more may be added @returns how many steps were looked at */
  const takeSome = (steps: readonly Step[], later: Set<number>): number => {
    try {
      const { taken, waiting, looked } = transaction(() => store(steps, later));
      for (const index of waiting) later.add(index);
      if (taken.length > 0) onTaken(taken);
      return looked;
    } catch (error) {
      if (!(error instanceof AppError)) throw error;
      const index = steps[0]?.index ?? 0;
      const rest = steps.findIndex((step) => step.index !== index);
      // The letter at fault keeps back no other.
      if (rest > 0) return takeSome(steps.slice(0, rest), later);
      onTrouble(error);
      later.add(index);
      return steps.length;
    }
  };
  const read = async (letters: readonly OpenedLetter[]): Promise<Opened[]> => {
    const opened: Opened[] = [];
    let index = 0;
    await inSlices(letters, readTogether.most, (some) => {
      const [from, beganMs] = [index, clock.monotonicMs()];
      for (const { account, content } of some) {
        if (index > from && clock.monotonicMs() - beganMs >= readTogether.ms) break;
        // Removed or blocked meanwhile: what they left is dropped unread.
        const mail = isFriend(account) ? decodeMail(content) : null;
        if (isFriend(account) && (mail === null || mail.malformed > 0)) onRefused(account, 'malformed letter');
        if (mail !== null) opened.push({ account, mail, index });
        index += 1;
      }
      return index - from;
    });
    return opened;
  };
  /** What arrived of ours: of all letters of one person, each once. @param later as of `takeSome` */
  const takeReceipts = async (opened: readonly Opened[], later: Set<number>): Promise<void> => {
    const told = Map.groupBy(
      opened.filter(({ mail }) => mail.receipts.length > 0),
      ({ account }) => account,
    );
    for (const [account, theirs] of told) {
      try {
        const ids = [...new Set(theirs.flatMap(({ mail }) => mail.receipts))];
        // oxlint-disable-next-line no-await-in-loop -- some at a time
        await inSlices(ids, receiptsTogether, (some) => {
          onReceipts(account, some);
          return some.length;
        });
      } catch (error) {
        if (!(error instanceof AppError)) throw error;
        onTrouble(error);
        for (const { index } of theirs) later.add(index);
      }
    }
  };

  return async (letters) => {
    const opened = await read(letters);
    const later = new Set<number>();
    await takeReceipts(opened, later);
    const steps = opened
      .toSorted(({ mail: left }, { mail: right }) => (left.posts[0]?.post.sequence ?? 0) - (right.posts[0]?.post.sequence ?? 0))
      .flatMap(({ account, mail: { posts }, index }) =>
        posts.map((mailed, at): Step => ({ ...mailed, account, index, before: posts[at - 1]?.post.sequence ?? 0 })),
      );
    await inSlices(steps, storedTogether.most, (some) => takeSome(some, later));
    onEnd(new Set(opened.map(({ account }) => account)));
    return letters.map((_, index) => (later.has(index) ? 'later' : 'done'));
  };
}

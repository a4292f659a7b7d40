import { AppError } from '../ports/app-error.ts';
import type { Clock } from '../ports/clock.ts';
import type { AccountKey } from '../ports/peer-wire.ts';
import type { LetterRepository, MessageRepository } from '../storage/index.ts';
import type { Inbox, Received } from './inbox.ts';
import { decodeMail, type Mail, type MailedPost } from './mail-wire.ts';
import type { HeardPost } from './post.ts';

/** An opened letter: its writer is proven, its content is not looked at. */
export interface OpenedLetter {
  readonly account: AccountKey;
  readonly content: Uint8Array;
}

export interface MailInOptions {
  readonly messages: Pick<MessageRepository, 'newestIncoming'>;
  readonly letters: Pick<LetterRepository, 'owe'>;
  /** All or nothing. */
  readonly transaction: <T>(work: () => T) => T;
  readonly inboxOf: (account: AccountKey) => Pick<Inbox, 'take'>;
  readonly isFriend: (account: AccountKey) => boolean;
  readonly onReceipts: (account: AccountKey, ids: readonly string[]) => void;
  /** On disk: to be shown, and receipts for them are owed. */
  readonly onTaken: (account: AccountKey, taken: readonly (readonly [HeardPost, Received])[]) => void;
  readonly onRefused: (account: AccountKey, reason: string) => void;
  /** The disk, as a rule: what is not stored stays where it is. */
  readonly onTrouble: (error: AppError) => void;
  readonly clock: Clock;
}

/** Stored in one transaction; others get their turn in between. Fifty rows are some milliseconds. */
const storedTogether = 50;
/** What came before may be at a keeper that is asked later; some never comes, because a later post took its place. */
const patienceMs = 60_000;

/** Takes what letters bring, once and in the order in which it was written. done: on disk, or nothing that could ever be taken. */
export function createMailIn(
  options: MailInOptions,
): (letters: readonly OpenedLetter[]) => Promise<readonly ('done' | 'later')[]> {
  const { messages, letters: book, transaction, inboxOf, isFriend, onReceipts, onTaken, onRefused, onTrouble, clock } = options;
  /** Since when something of theirs waits for what came before it. */
  const waitingSince = new Map<AccountKey, number>();

  /** @param known sequence of the post that stood before it in the same letter */
  const mustWait = (account: AccountKey, after: number, known: number): boolean => {
    if (after <= known || after <= messages.newestIncoming(account)) {
      waitingSince.delete(account);
      return false;
    }
    const since = waitingSince.get(account) ?? clock.monotonicMs();
    waitingSince.set(account, since);
    return clock.monotonicMs() - since < patienceMs;
  };
  /** Up to the first that must wait. */
  const store = (account: AccountKey, posts: readonly MailedPost[], before: number): (readonly [HeardPost, Received])[] =>
    transaction(() => {
      let known = before;
      const taken: (readonly [HeardPost, Received])[] = [];
      for (const { after, post } of posts) {
        if (mustWait(account, after, known)) break;
        known = post.sequence;
        taken.push([post, inboxOf(account).take(post, true)]);
      }
      const stored = taken.flatMap(([{ id }, { result }]) => (result === 'acknowledge' ? [id] : []));
      if (stored.length > 0) book.owe(account, stored);
      return taken;
    });
  const takePosts = async (account: AccountKey, posts: readonly MailedPost[]): Promise<'done' | 'later'> => {
    // It may have brought keys.
    if (posts.length === 0) onTaken(account, []);
    for (let from = 0; from < posts.length; from += storedTogether) {
      const some = posts.slice(from, from + storedTogether);
      const taken = store(account, some, posts[from - 1]?.post.sequence ?? 0);
      onTaken(account, taken);
      if (taken.length < some.length) return 'later';
      // oxlint-disable-next-line no-await-in-loop -- so that nothing else stands still meanwhile
      await new Promise<void>((resolve) => setImmediate(resolve));
    }
    return 'done';
  };
  const takeOne = async (account: AccountKey, mail: Mail): Promise<'done' | 'later'> => {
    try {
      if (mail.receipts.length > 0) onReceipts(account, mail.receipts);
      return await takePosts(account, mail.posts);
    } catch (error) {
      if (!(error instanceof AppError)) throw error;
      onTrouble(error);
      return 'later';
    }
  };

  return async (letters) => {
    const results: ('done' | 'later')[] = letters.map(() => 'done');
    const opened = letters.flatMap(({ account, content }, index) => {
      // Removed or blocked meanwhile: what they left is dropped unread.
      if (!isFriend(account)) return [];
      const mail = decodeMail(content);
      if (mail === null || mail.malformed > 0) onRefused(account, 'malformed letter');
      return mail === null ? [] : [{ account, mail, index, first: mail.posts[0]?.post.sequence ?? 0 }];
    });
    const inOrder = opened.toSorted((left, right) => left.first - right.first);
    for (const { account, mail, index } of inOrder) {
      // oxlint-disable-next-line no-await-in-loop -- in this order
      results[index] = await takeOne(account, mail);
    }
    return results;
  };
}

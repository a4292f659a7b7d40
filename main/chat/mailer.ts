import type { Clock, Timer } from '../ports/clock.ts';
import { shortKey, type Logger } from '../ports/logger.ts';
import type { AccountKey } from '../ports/peer-wire.ts';
import type { Random } from '../ports/random.ts';
import { othersTurn } from '../ports/slices.ts';
import type { LetterItem, LetterRepository, OutboxRepository, StoredLetter } from '../storage/index.ts';
import { nextCheckMs, isLapsed, retryMs, waitOf, writingPauseMs, spareKeys } from './mail-times.ts';
import {
  emptyMailBytes,
  encodeMail,
  mailedBytes,
  maxPostsInLetter,
  maxReceiptsInLetter,
  receiptBytes,
  type MailedPost,
} from './mail-wire.ts';
import { bodyFromStore, idleTopic, type Post } from './post.ts';
import { createTurns } from './turns.ts';

/** How letters get to somebody's mailbox: sealing, one-time keys and supernodes are not the chat's. */
export interface LetterCarrier {
  /** What a letter can hold, in bytes. */
  readonly maxBytes: number;
  /** Letters that can still be left with them before the two meet; 0 also if nothing can be sealed for them. */
  left(account: AccountKey): number;
  /** Sealed, with a one-time key spent on it. Null: none is left. */
  write(account: AccountKey, content: Uint8Array): Promise<LetterItem | null>;
  /** stored: somebody keeps it; refused: nobody ever will; later: nobody can be asked now. Never throws. */
  leave(item: LetterItem, signal: AbortSignal): Promise<'stored' | 'refused' | 'later'>;
}

export interface MailerOptions {
  readonly carrier: LetterCarrier;
  readonly letters: LetterRepository;
  readonly posts: OutboxRepository;
  readonly isContact: (account: AccountKey) => boolean;
  /** The delivery of these messages is another. */
  readonly onChanged: (account: AccountKey, ids: readonly string[]) => void;
  readonly clock: Clock;
  readonly random: Random;
  readonly logger: Logger;
}

/**
 * Leaves what waits for somebody who has no session in their mailbox, and looks after it until it is acknowledged. One letter to a
 * person at a time: the next is written when this one is kept. All it knows is on disk.
 */
export interface Mailer {
  start(): void;
  /** A session began: it carries what waits. */
  connected(account: AccountKey): void;
  closed(account: AccountKey): void;
  /** Something new may be waiting, or something that waited arrived. */
  changed(account: AccountKey): void;
  /** The network is another, or there is one now; or there may be receipts or new keys for them: whatever waits is tried at once. */
  look(account?: AccountKey): void;
  /** Before the end: leaves what was never left. The caller limits how long. */
  flush(): Promise<void>;
  stop(): void;
}

/** A session that comes within this makes a letter needless. */
const graceMs = 3_000;
/** At the start everybody is away until they are met. */
const startGraceMs = 10_000;
/** A receipt comes so long after what it is for, at least and at most: keepers of two mailboxes can't join the two by their times. */
const receiptsAfterMs = { least: 2_000, most: 20_000 };
/** Without keys: they come with a session or a letter, which wakes us. */
const withoutKeysMs = 600_000;
const troubleMs = 30_000;
/** Letters under way at a time, each to twenty keepers. */
const lettersInFlight = 4;

interface Box {
  isConnected: boolean;
  running: Promise<void> | null;
  timer: Timer | null;
  /** By the monotonic clock. */
  dueMs: number;
  receiptsAtMs: number | null;
}

export function createMailer(options: MailerOptions): Mailer {
  const { carrier, letters, posts, isContact, onChanged, clock, random, logger } = options;
  const boxes = new Map<AccountKey, Box>();
  const stopping = new AbortController();
  const inTurn = createTurns(lettersInFlight);
  /** Letters to many people, of receipts of all that waited, say, are due in one moment: nothing else stands still meanwhile. */
  const oneByOne = createTurns(1);

  const boxOf = (account: AccountKey): Box => {
    const known = boxes.get(account);
    if (known !== undefined) return known;
    const box: Box = { isConnected: false, running: null, timer: null, dueMs: Number.POSITIVE_INFINITY, receiptsAtMs: null };
    boxes.set(account, box);
    return box;
  };
  const changed = (account: AccountKey, ids: readonly string[]): void => {
    if (ids.length > 0) onChanged(account, ids);
  };

  const leave = async (account: AccountKey, letter: StoredLetter): Promise<void> => {
    const item = letters.item(letter.ordinal);
    if (item === null) return;
    const result = await inTurn(() => carrier.leave(item, stopping.signal));
    if (stopping.signal.aborted) return;
    const nowMs = clock.nowMs();
    logger.info('letter-left', { account: shortKey(account), result, bytes: item.sealed.byteLength, tries: letter.tries });
    if (result === 'stored') changed(account, letters.stored(letter.ordinal, nowMs + nextCheckMs(random)));
    else if (result === 'later' || letter.isStored) letters.notStored(letter.ordinal, nowMs + retryMs(letter, random));
    else changed(account, letters.drop(letter.ordinal));
  };
  /** @returns whether there was a key for it */
  const write = async (
    account: AccountKey,
    waiting: readonly MailedPost<Post>[],
    receipts: readonly string[],
  ): Promise<boolean> => {
    let bytes = emptyMailBytes;
    const chosen: MailedPost<Post>[] = [];
    for (const each of waiting) {
      bytes += mailedBytes(each.post);
      if (bytes > carrier.maxBytes && chosen.length > 0) break;
      chosen.push(each);
    }
    const room = Math.max(0, Math.floor((carrier.maxBytes - bytes) / receiptBytes));
    const told = receipts.slice(0, room);
    const ids = chosen.map(({ post }) => post.id);
    letters.claim(account, ids);
    const content = encodeMail({ posts: chosen, receipts: told });
    const item = await oneByOne(async () => {
      await othersTurn();
      return stopping.signal.aborted ? null : carrier.write(account, content);
    });
    if (item === null || stopping.signal.aborted) return false;
    letters.add(account, item, ids, told, clock.nowMs());
    return true;
  };

  /** Does what is due. @returns how long until something will be */
  const work = async (account: AccountKey, box: Box, isLast: boolean): Promise<number> => {
    while (!stopping.signal.aborted && !box.isConnected && isContact(account)) {
      const nowMs = clock.nowMs();
      letters.tidy(account);
      const known = letters.letters(account);
      const lapsed = known.find((letter) => isLapsed(letter, nowMs));
      if (lapsed !== undefined) {
        changed(account, letters.drop(lapsed.ordinal));
        continue;
      }
      const due = known.find((letter) => waitOf(letter, nowMs) <= 0 && !(isLast && letter.isStored));
      if (due !== undefined) {
        // oxlint-disable-next-line no-await-in-loop -- one letter after the other
        await leave(account, due);
        continue;
      }
      const untilDue = Math.min(...known.map((letter) => waitOf(letter, nowMs)), Number.POSITIVE_INFINITY);
      if (known.some(({ isStored }) => !isStored)) return untilDue;
      const pause = pauseBefore(account, box, known, nowMs, isLast);
      if (pause === null) {
        const heldUntilMs = posts.heldUntil(account, nowMs);
        return Math.min(untilDue, heldUntilMs === null ? untilDue : heldUntilMs - nowMs + graceMs);
      }
      if (pause > 0) return Math.min(untilDue, pause);
      const waiting = letters.posts(account, nowMs, maxPostsInLetter).map(({ after, body, bytes, ...post }) => ({
        after,
        post: { ...post, body: bodyFromStore(body, bytes) },
      }));
      box.receiptsAtMs = null;
      // oxlint-disable-next-line no-await-in-loop -- likewise
      if (!(await write(account, waiting, letters.receipts(account, maxReceiptsInLetter)))) {
        if (stopping.signal.aborted) break;
        changed(account, letters.markMeeting(account));
        return withoutKeysMs;
      }
    }
    return Number.POSITIVE_INFINITY;
  };
  /** How long to wait with the next letter; null: there is nothing to say. */
  const pauseBefore = (
    account: AccountKey,
    box: Box,
    known: readonly StoredLetter[],
    nowMs: number,
    isLast: boolean,
  ): number | null => {
    const isUrgent = letters.isUrgent(account, idleTopic, nowMs);
    if (isUrgent === null && letters.receipts(account, 1).length === 0) return null;
    const left = carrier.left(account);
    // Nothing can be written: that is found out, and shown, at once.
    if (left === 0 && isUrgent === true) return 0;
    if (isUrgent !== true && left <= spareKeys) return withoutKeysMs;
    if (isLast) return 0;
    const lastMs = Math.max(...known.map(({ writtenMs }) => writtenMs), Number.NEGATIVE_INFINITY);
    const pauseMs = writingPauseMs(left);
    const paused = Math.min(pauseMs, lastMs + pauseMs - nowMs);
    if (isUrgent === true) return paused;
    const { least, most } = receiptsAfterMs;
    box.receiptsAtMs ??= clock.monotonicMs() + least + random.fraction() * (most - least);
    return Math.max(paused, box.receiptsAtMs - clock.monotonicMs());
  };

  const run = (account: AccountKey, box: Box, isLast = false): Promise<void> => {
    box.timer?.cancel();
    box.timer = null;
    box.dueMs = Number.POSITIVE_INFINITY;
    const running = work(account, box, isLast)
      .catch((error: unknown) => {
        // The disk, as a rule, which tells the person itself.
        logger.error('mail-trouble', { account: shortKey(account), error: String(error).slice(0, 200) });
        return troubleMs;
      })
      .then((waitMs) => {
        box.running = null;
        const soonerMs = box.dueMs - clock.monotonicMs();
        wake(account, Math.min(waitMs, soonerMs));
      });
    box.running = running;
    return running;
  };
  const wake = (account: AccountKey, delayMs: number): void => {
    const box = boxOf(account);
    if (stopping.signal.aborted || box.isConnected || delayMs === Number.POSITIVE_INFINITY) return;
    const dueMs = clock.monotonicMs() + Math.max(0, delayMs);
    if (box.running !== null) {
      box.dueMs = Math.min(box.dueMs, dueMs);
      return;
    }
    if (box.timer !== null && box.dueMs <= dueMs) return;
    box.timer?.cancel();
    box.dueMs = dueMs;
    box.timer = clock.setTimer(Math.max(0, delayMs), () => void run(account, box));
  };

  return {
    start() {
      for (const account of letters.accounts()) wake(account, startGraceMs);
    },
    connected(account) {
      const box = boxOf(account);
      box.isConnected = true;
      box.timer?.cancel();
      box.timer = null;
      box.dueMs = Number.POSITIVE_INFINITY;
      box.receiptsAtMs = null;
    },
    closed(account) {
      boxOf(account).isConnected = false;
      wake(account, graceMs);
    },
    changed: (account) => wake(account, graceMs),
    look(account) {
      for (const each of account === undefined ? letters.accounts() : [account]) wake(each, 0);
    },
    async flush() {
      const away = letters.accounts().filter((account) => !boxOf(account).isConnected);
      await Promise.all(
        away.map(async (account) => {
          const box = boxOf(account);
          await box.running;
          await run(account, box, true);
        }),
      );
    },
    stop() {
      stopping.abort();
      for (const { timer } of boxes.values()) timer?.cancel();
      boxes.clear();
    },
  };
}

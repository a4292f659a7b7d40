import type { Clock, Timer } from '../ports/clock.ts';
import type { Logger } from '../ports/logger.ts';
import { shortKey } from '../ports/logger.ts';
import type { AccountKey } from '../ports/peer-wire.ts';
import type { Random } from '../ports/random.ts';

/** First retry after a failure; a friend's computer often wakes within minutes. Doubles up to the hour. */
const firstRetryMs = 30_000;
const longestRetryMs = 3_600_000;
/**
 * What waits for them is looked after so often, ± 25 %: keepers of a mailbox that came since are given it, others do nothing for
 * it. It can't be seen from outside whether it was read.
 */
const againMs = 12 * 3_600_000;
/** At first sooner: a flood may have filled the strangers' slot in the very moment, which its owner empties while they are there. */
const soonAgainMs: readonly number[] = [2 * 60_000, 20 * 60_000, 3 * 3_600_000];
/** Each costs two lookups and a second of work; this many at once are not felt beside a call. */
const maxAtOnce = 2;

export interface TellerOptions {
  readonly clock: Clock;
  readonly random: Random;
  readonly logger: Logger;
  /** Whether this person still does not know our address. */
  readonly needsTelling: (account: AccountKey) => boolean;
  /** Leaves word in their mailbox. @returns whether it waits for them there */
  readonly leaveWord: (account: AccountKey, signal: AbortSignal) => Promise<boolean>;
}

/** Leaves word for people who don't know our address, and sees to it that it waits there until each of them does. */
export interface AddressTeller {
  /** Tries soon, or after `delayMs` (time for a session to come up and do it in-band). Starts the person's retries afresh. */
  tell(account: AccountKey, delayMs?: number): void;
  forget(account: AccountKey): void;
  stop(): void;
}

export function createAddressTeller({ clock, random, logger, needsTelling, leaveWord }: TellerOptions): AddressTeller {
  const waiting = new Map<AccountKey, Timer>();
  const queue = new Set<AccountKey>();
  const running = new Map<AccountKey, AbortController>();
  /** In a row: that failed, and that left it. */
  const failures = new Map<AccountKey, number>();
  const leavings = new Map<AccountKey, number>();

  const pump = (): void => {
    for (const account of queue) {
      if (running.size >= maxAtOnce) return;
      queue.delete(account);
      void attempt(account);
    }
  };
  const schedule = (account: AccountKey, delayMs: number): void => {
    waiting.get(account)?.cancel();
    const timer = clock.setTimer(delayMs, () => {
      waiting.delete(account);
      queue.add(account);
      pump();
    });
    waiting.set(account, timer);
  };
  const attempt = async (account: AccountKey): Promise<void> => {
    if (!needsTelling(account) || running.has(account)) return;
    const abort = new AbortController();
    running.set(account, abort);
    let isLeft = false;
    try {
      isLeft = await leaveWord(account, abort.signal);
    } catch (error) {
      logger.debug('word-not-left', { account: shortKey(account), error: String(error).slice(0, 200) });
    }
    if (running.get(account) === abort) running.delete(account);
    if (!abort.signal.aborted && needsTelling(account)) {
      const tries = failures.get(account) ?? 0;
      const times = leavings.get(account) ?? 0;
      failures.set(account, isLeft ? 0 : tries + 1);
      leavings.set(account, isLeft ? times + 1 : times);
      const waitMs = isLeft ? (soonAgainMs[times] ?? againMs) : Math.min(longestRetryMs, firstRetryMs * 2 ** Math.min(tries, 12));
      // ± 25 %: a network that comes back is not met by everybody in the same second.
      schedule(account, waitMs * (0.75 + random.fraction() / 2));
    }
    pump();
  };
  const forget = (account: AccountKey): void => {
    waiting.get(account)?.cancel();
    waiting.delete(account);
    queue.delete(account);
    failures.delete(account);
    leavings.delete(account);
    running.get(account)?.abort();
    running.delete(account);
  };
  return {
    tell(account, delayMs = 0) {
      failures.delete(account);
      leavings.delete(account);
      schedule(account, delayMs);
    },
    forget,
    stop() {
      for (const account of new Set([...waiting.keys(), ...queue, ...running.keys()])) forget(account);
    },
  };
}

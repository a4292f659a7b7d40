import type { LookupView } from '../../preload/contract/index.ts';
import type { ContactEntry } from '../contacts/index.ts';
import type { Clock, Timer } from '../ports/clock.ts';
import type { AccountKey } from '../ports/peer-wire.ts';
import type { Random } from '../ports/random.ts';

const dayMs = 86_400_000;
/** Whoever was here lately has their name: a name is somebody else's only after half a year, or when it was given back. */
export const watchedAfterMs = 7 * dayMs;
/** One name a minute, each about once a day: who is asked learns that somebody asks, so not more often than is of use. */
const betweenMs = 60_000;
const everyMs = dayMs;

export interface NameWatchOptions {
  readonly contacts: () => readonly ContactEntry[];
  readonly lookup: (name: string, signal: AbortSignal) => Promise<LookupView>;
  readonly clock: Clock;
  readonly random: Random;
  readonly onChange: (account: AccountKey) => void;
}

/** Looks whether the names of contacts who were not seen for long are still theirs. Contacts are pinned to keys whatever it finds. */
export interface NameWatch {
  isTaken(account: AccountKey): boolean;
  stop(): void;
}

/** What an answer says of a contact's name; null: nothing new. A dispute or silence is no take-over. */
export function verdictOf(answer: LookupView, account: AccountKey): boolean | null {
  return answer.result === 'found' ? answer.accountKey !== account : null;
}

/** Contacts whose names are to be looked up now. */
export function dueNames(
  contacts: readonly ContactEntry[],
  askedAtMs: ReadonlyMap<AccountKey, number>,
  nowMs: number,
): readonly ContactEntry[] {
  return contacts.filter(({ relation, accountKey, lastSeenMs, sinceMs }) => {
    const isLongGone = nowMs - (lastSeenMs ?? sinceMs) >= watchedAfterMs;
    return relation === 'contact' && isLongGone && nowMs - (askedAtMs.get(accountKey) ?? 0) >= everyMs;
  });
}

export function watchNames({ contacts, lookup, clock, random, onChange }: NameWatchOptions): NameWatch {
  const stopping = new AbortController();
  const askedAtMs = new Map<AccountKey, number>();
  const taken = new Set<AccountKey>();
  let timer: Timer | null = null;

  const look = async (): Promise<void> => {
    const [contact] = dueNames(contacts(), askedAtMs, clock.nowMs());
    if (contact === undefined) return;
    const { accountKey, name } = contact;
    askedAtMs.set(accountKey, clock.nowMs());
    try {
      const isTaken = verdictOf(await lookup(name, stopping.signal), accountKey);
      if (isTaken === null || isTaken === taken.has(accountKey)) return;
      if (isTaken) taken.add(accountKey);
      else taken.delete(accountKey);
      onChange(accountKey);
    } catch {
      // No network, or we stop: nothing was learnt, and it is asked again when its time comes.
    }
  };
  const schedule = (): void => {
    timer = clock.setTimer(Math.round(betweenMs * (0.75 + random.fraction() / 2)), () => {
      void look().then(() => (stopping.signal.aborted ? undefined : schedule()));
    });
  };
  schedule();
  return {
    isTaken: (account) => taken.has(account),
    stop() {
      stopping.abort();
      timer?.cancel();
    },
  };
}

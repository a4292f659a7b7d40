import { nextSequence } from '../identity/index.ts';
import type { Clock } from '../ports/clock.ts';
import type { AccountKey } from '../ports/peer-wire.ts';
import type { Random } from '../ports/random.ts';
import type { PrekeyRepository, StoredPrekey } from '../storage/index.ts';
import { sealFor, sealingKeysOf, type SealingKeys } from './sealing.ts';

/** What somebody is told of a key of ours: letters to us are sealed to it, theirs and nobody else's. */
export interface PrekeyOffer {
  /** The higher one is the newer. */
  readonly number: number;
  /** X25519, 32 bytes. */
  readonly publicKey: Uint8Array;
}

/** The keys that letters between two contacts are sealed to. Each side makes its own, a new one a week, and tells the other. */
export interface Prekeys {
  /** The key that this contact should seal to now. */
  offer(account: AccountKey): Promise<StoredPrekey>;
  hold(account: AccountKey, offer: PrekeyOffer): void;
  /** They have this one of ours: those before it are on their way out. */
  noteHeld(account: AccountKey, number: number): void;
  canSeal(account: AccountKey): boolean;
  /** Sealed to the newest of theirs, and its number; null: there is none. @throws AppError TOO_LONG */
  seal(account: AccountKey, purpose: Uint8Array, content: (number: number) => Uint8Array): Promise<Uint8Array | null>;
  /** With whichever of ours opens it. */
  open(
    account: AccountKey,
    purpose: Uint8Array,
    sealed: Uint8Array,
  ): Promise<{ readonly number: number; readonly content: Uint8Array } | null>;
  prune(): void;
}

const dayMs = 86_400_000;
/** A new key a week: what an opened secret gives away is a week's letters, and those that still waited. */
const renewAfterMs = 7 * dayMs;
/** As long as deposit keys last: who doesn't hear of us for three months waits until we meet. */
const sealedToForMs = 13 * 7 * dayMs;
/** What was sealed to a key waits for 30 days; clocks that are a day wrong, twice. */
const openableForMs = 32 * dayMs;
/** One a week for as long as any may be sealed to, with room. */
const maxOwn = 24;

export function createPrekeys(book: PrekeyRepository, clock: Clock, random: Random): Prekeys {
  /** Made of a secret: costs a millisecond each. */
  const made = new WeakMap<StoredPrekey, Promise<SealingKeys>>();
  const open = new Map<AccountKey, readonly StoredPrekey[]>();
  const own = (account: AccountKey): readonly StoredPrekey[] => {
    const known = open.get(account) ?? book.own(account);
    open.set(account, known);
    return known;
  };
  const keysOf = (prekey: StoredPrekey): Promise<SealingKeys> => {
    const known = made.get(prekey) ?? sealingKeysOf(prekey.secret);
    made.set(prekey, known);
    return known;
  };
  const isTimely = ({ madeMs }: StoredPrekey, nowMs: number): boolean =>
    // From a future that is over: the clock was wrong.
    nowMs - madeMs < renewAfterMs && madeMs - nowMs < renewAfterMs;

  return {
    async offer(account) {
      const nowMs = clock.nowMs();
      const newest = own(account)[0];
      if (newest !== undefined && (isTimely(newest, nowMs) || own(account).length >= maxOwn)) return newest;
      const secret = random.bytes(32);
      const { publicKey } = await sealingKeysOf(secret);
      const before = own(account)[0];
      // Somebody else made one meanwhile.
      if (before !== undefined && before !== newest) return before;
      const number = nextSequence(before?.number ?? 0, nowMs);
      const prekey = { number, publicKey, secret, madeMs: nowMs };
      book.add(account, prekey, nowMs + sealedToForMs + openableForMs);
      open.delete(account);
      return { ...prekey, isHeld: false };
    },
    hold: (account, { number, publicKey }) => book.hold(account, { number, publicKey, untilMs: clock.nowMs() + sealedToForMs }),
    noteHeld(account, number) {
      if (own(account).every((prekey) => prekey.number !== number || prekey.isHeld)) return;
      book.noteHeld(account, number, clock.nowMs() + openableForMs);
      open.delete(account);
    },
    canSeal: (account) => (book.held(account)?.untilMs ?? 0) > clock.nowMs(),
    async seal(account, purpose, content) {
      const held = book.held(account);
      if (held === null || held.untilMs <= clock.nowMs()) return null;
      return sealFor(held.publicKey, purpose, content(held.number));
    },
    async open(account, purpose, sealed) {
      // Which one it is sealed to is not said outside: whoever keeps two letters could tell that one contact left both.
      for (const prekey of own(account)) {
        // oxlint-disable-next-line no-await-in-loop -- the older one only if the newer doesn't open it
        const content = await (await keysOf(prekey)).open(sealed, purpose);
        if (content !== null) return { number: prekey.number, content };
      }
      return null;
    },
    prune() {
      book.prune(clock.nowMs());
      open.clear();
    },
  };
}

import { z } from 'zod';
import { bytesColumn, type StoreDatabase } from './database.ts';
import type { SecretBox } from './secret-box.ts';

/** A key of ours that one contact seals to. */
export interface StoredPrekey {
  /** The higher one is the newer. */
  readonly number: number;
  /** X25519, 32 bytes. */
  readonly publicKey: Uint8Array;
  /** 32 bytes. */
  readonly secret: Uint8Array;
  readonly madeMs: number;
  /** They are known to have it. */
  readonly isHeld: boolean;
}

/** The newest of a contact's keys that we seal to. */
export interface HeldPrekey {
  readonly number: number;
  readonly publicKey: Uint8Array;
  readonly untilMs: number;
}

/** Keys that letters are sealed to, ours and others'. Secrets are sealed in the file, and overwritten when they go. On disk when a method returns. */
export interface PrekeyRepository {
  /** Newest first. */
  own(accountKey: string): StoredPrekey[];
  add(accountKey: string, prekey: Omit<StoredPrekey, 'isHeld'>, endsMs: number): void;
  /** They have this one: those before it end then, if they don't before. */
  noteHeld(accountKey: string, number: number, othersEndMs: number): void;
  /** The newest of theirs. */
  held(accountKey: string): HeldPrekey | null;
  /** Unless a newer one is held. */
  hold(accountKey: string, prekey: HeldPrekey): void;
  /** How many of our deposit keys they said they could still spend; null: never. */
  spendable(accountKey: string): number | null;
  setSpendable(accountKey: string, count: number): void;
  /** Erases secrets whose time is over, and forgets keys that nobody opens any more. */
  prune(nowMs: number): void;
}

const purpose = (accountKey: string): string => `prekey/${accountKey}`;

const ownRow = z.object({
  number: z.number(),
  public: bytesColumn,
  sealed_secret: bytesColumn,
  made_ms: z.number(),
  held: z.number(),
});

export function prekeyRepository(database: StoreDatabase, box: SecretBox): PrekeyRepository {
  const own = database.query(
    'SELECT number, public, sealed_secret, made_ms, held FROM prekeys_own WHERE account_key = ? ORDER BY number DESC',
    ownRow,
  );
  const insert = database.write('INSERT INTO prekeys_own VALUES (?, ?, ?, ?, ?, 0, ?)');
  const isHeld = database.write('UPDATE prekeys_own SET held = 1 WHERE account_key = ? AND number = ? AND held = 0');
  const endOthers = database.write(
    'UPDATE prekeys_own SET ends_ms = min(ends_ms, ?) WHERE account_key = ? AND number < ? AND ends_ms > ?',
  );
  const held = database.query(
    'SELECT number, public, until_ms FROM prekeys_held WHERE account_key = ?',
    z.object({ number: z.number(), public: bytesColumn, until_ms: z.number() }),
  );
  const hold = database.write(
    `INSERT INTO prekeys_held VALUES (?, ?, ?, ?) ON CONFLICT DO UPDATE
     SET number = excluded.number, public = excluded.public, until_ms = excluded.until_ms WHERE excluded.number > number`,
  );
  const spendable = database.query('SELECT count FROM deposit_keys_left WHERE account_key = ?', z.object({ count: z.number() }));
  const setSpendable = database.write('INSERT OR REPLACE INTO deposit_keys_left VALUES (?, ?)');
  const pruneOwn = database.write('DELETE FROM prekeys_own WHERE ends_ms <= ?');
  const pruneHeld = database.write('DELETE FROM prekeys_held WHERE until_ms <= ?');
  return {
    own: (accountKey) =>
      own.all(accountKey).flatMap(({ number, public: publicKey, sealed_secret: sealed, made_ms: madeMs, held: known }) => {
        const secret = box.open(purpose(accountKey), sealed);
        return secret === null ? [] : [{ number, publicKey, secret, madeMs, isHeld: known === 1 }];
      }),
    add: (accountKey, { number, publicKey, secret, madeMs }, endsMs) =>
      void insert.run(accountKey, number, publicKey, box.seal(purpose(accountKey), secret), madeMs, endsMs),
    noteHeld: (accountKey, number, othersEndMs) =>
      database.transaction(() => {
        if (isHeld.run(accountKey, number) > 0) endOthers.run(othersEndMs, accountKey, number, othersEndMs);
      }),
    held(accountKey) {
      const row = held.get(accountKey);
      return row === undefined ? null : { number: row.number, publicKey: row.public, untilMs: row.until_ms };
    },
    hold: (accountKey, { number, publicKey, untilMs }) => void hold.run(accountKey, number, publicKey, untilMs),
    spendable: (accountKey) => spendable.get(accountKey)?.count ?? null,
    setSpendable: (accountKey, count) => void setSpendable.run(accountKey, count),
    prune(nowMs) {
      pruneHeld.run(nowMs);
      // The journal forgets them too: what was sealed to them is nobody's to read any more.
      if (pruneOwn.run(nowMs) > 0) database.scrub();
    },
  };
}

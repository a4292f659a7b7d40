import { z } from 'zod';
import { bytesColumn, type StoreDatabase } from './database.ts';
import type { SecretBox } from './secret-box.ts';

/** Keys that somebody gave us: all are made of one secret. */
export interface StoredBatch {
  /** Of who gave them. */
  readonly mailbox: Uint8Array;
  readonly secret: Uint8Array;
  /** The last in which they may be spent. */
  readonly week: number;
  /** 64 bytes each. */
  readonly certificates: Uint8Array;
}

/** One key out of a batch, spent from now on. */
export interface SpentKey extends Omit<StoredBatch, 'certificates'> {
  readonly index: number;
  readonly certificate: Uint8Array;
}

/** One-time deposit keys, given to contacts, and theirs given to us. On disk when a method returns. */
export interface DepositKeyRepository {
  /** Ours, that this contact may spend. */
  give(accountKey: string, keys: readonly Uint8Array[], endsMs: number, nowMs: number): void;
  /** How many were given to them since. */
  givenSince(accountKey: string, sinceMs: number): number;
  /** To whom this key was given; null: to nobody that we know of. */
  holderOf(key: Uint8Array): string | null;
  /** Theirs; a batch that is there already changes nothing, one to another mailbox replaces those to the old one. */
  hold(accountKey: string, batch: StoredBatch): void;
  /** Theirs that we could still spend in this week. */
  left(accountKey: string, week: number): number;
  /** The next of theirs, never given out again; null: there is none. */
  spend(accountKey: string, week: number): SpentKey | null;
  /** Forgets keys whose time is over, and the secrets of those that were spent. */
  prune(nowMs: number, week: number): void;
}

const certificateBytes = 64;
const purpose = (accountKey: string): string => `deposit-keys/${accountKey}`;

const batchRow = z.object({
  ordinal: z.number(),
  mailbox: bytesColumn,
  sealed_secret: bytesColumn,
  week: z.number(),
  certificates: bytesColumn,
  next: z.number(),
});

export function depositKeyRepository(database: StoreDatabase, box: SecretBox): DepositKeyRepository {
  const insertGiven = database.write('INSERT OR IGNORE INTO deposit_keys_given VALUES (?, ?, ?, ?)');
  const countGiven = database.query(
    'SELECT count(*) AS count FROM deposit_keys_given WHERE account_key = ? AND given_ms > ?',
    z.object({ count: z.number() }),
  );
  const holder = database.query(
    'SELECT account_key FROM deposit_keys_given WHERE key = ?',
    z.object({ account_key: z.string() }),
  );
  const pruneGiven = database.write('DELETE FROM deposit_keys_given WHERE ends_ms <= ?');
  const batches = database.query(
    `SELECT ordinal, mailbox, sealed_secret, week, certificates, next FROM deposit_batches
     WHERE account_key = ? ORDER BY week, ordinal`,
    batchRow,
  );
  const insertBatch = database.write(
    'INSERT INTO deposit_batches (account_key, mailbox, sealed_secret, week, certificates, next) VALUES (?, ?, ?, ?, ?, 0)',
  );
  const otherMailboxes = database.write('DELETE FROM deposit_batches WHERE account_key = ? AND mailbox <> ?');
  const advance = database.write('UPDATE deposit_batches SET next = next + 1 WHERE ordinal = ?');
  const pruneBatches = database.write('DELETE FROM deposit_batches WHERE week < ?');
  // Of one that is spent only the secret goes: the letter that brought it may come again, and must not bring it back.
  const emptyBatches = database.write(
    `UPDATE deposit_batches SET sealed_secret = zeroblob(0)
     WHERE next * ${certificateBytes} >= length(certificates) AND length(sealed_secret) > 0`,
  );
  const usable = (accountKey: string, week: number) =>
    batches
      .all(accountKey)
      .filter((batch) => batch.week >= week && batch.next * certificateBytes < batch.certificates.byteLength);
  return {
    give: (accountKey, keys, endsMs, nowMs) =>
      database.transaction(() => {
        for (const key of keys) insertGiven.run(key, accountKey, endsMs, nowMs);
      }),
    givenSince: (accountKey, sinceMs) => countGiven.get(accountKey, sinceMs)?.count ?? 0,
    holderOf: (key) => holder.get(key)?.account_key ?? null,
    hold: (accountKey, { mailbox, secret, week, certificates }) =>
      database.transaction(() => {
        otherMailboxes.run(accountKey, mailbox);
        // A batch that came twice: its certificates tell it from all others.
        const isKnown = batches.all(accountKey).some((batch) => Buffer.compare(batch.certificates, certificates) === 0);
        if (!isKnown) insertBatch.run(accountKey, mailbox, box.seal(purpose(accountKey), secret), week, certificates);
      }),
    left: (accountKey, week) =>
      usable(accountKey, week).reduce(
        (sum, { certificates, next }) => sum + certificates.byteLength / certificateBytes - next,
        0,
      ),
    spend: (accountKey, week) =>
      database.transaction(() => {
        // Those that end first go first.
        for (const batch of usable(accountKey, week)) {
          const secret = box.open(purpose(accountKey), batch.sealed_secret);
          advance.run(batch.ordinal);
          if (secret === null) continue;
          const from = batch.next * certificateBytes;
          const certificate = batch.certificates.slice(from, from + certificateBytes);
          return { mailbox: batch.mailbox, secret, week: batch.week, index: batch.next, certificate };
        }
        return null;
      }),
    prune: (nowMs, week) =>
      database.transaction(() => {
        pruneGiven.run(nowMs);
        pruneBatches.run(week);
        emptyBatches.run();
      }),
  };
}

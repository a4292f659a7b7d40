import { z } from 'zod';
import { bytesColumn, type StoreDatabase } from './database.ts';

/** Our mailbox as we registered it last: carries its work and count over restarts. */
export interface OwnBoxRepository {
  load(): Uint8Array | null;
  save(record: Uint8Array): void;
}

export function ownBoxRepository(database: StoreDatabase): OwnBoxRepository {
  const select = database.query('SELECT record FROM own_box', z.object({ record: bytesColumn }));
  const replace = database.write('INSERT OR REPLACE INTO own_box (only, record) VALUES (1, ?)');
  return {
    load: () => select.get()?.record ?? null,
    save: (record) => void replace.run(record),
  };
}

/** Items that were picked up, for as long as somebody may bring them back. */
export interface SeenItemRepository {
  /** When it was taken last, by the wall clock, and how often; null: never. */
  find(id: Uint8Array): { readonly atMs: number; readonly times: number } | null;
  /** Taken now, maybe once more. */
  add(ids: readonly Uint8Array[], nowMs: number, untilMs: number): void;
  prune(nowMs: number): void;
}

export function seenItemRepository(database: StoreDatabase): SeenItemRepository {
  const select = database.query(
    'SELECT taken_ms, times FROM seen_items WHERE id = ?',
    z.object({ taken_ms: z.number(), times: z.number() }),
  );
  const insert = database.write(
    `INSERT INTO seen_items (id, until_ms, taken_ms, times) VALUES (?, ?, ?, 1)
     ON CONFLICT DO UPDATE SET until_ms = excluded.until_ms, taken_ms = excluded.taken_ms, times = times + 1`,
  );
  const prune = database.write('DELETE FROM seen_items WHERE until_ms <= ?');
  return {
    find(id) {
      const row = select.get(id);
      return row === undefined ? null : { atMs: row.taken_ms, times: row.times };
    },
    add: (ids, nowMs, untilMs) =>
      database.transaction(() => {
        for (const id of ids) insert.run(id, untilMs, nowMs);
      }),
    prune: (nowMs) => void prune.run(nowMs),
  };
}

/** A request that waits in somebody's mailbox, as it was left: so that a restart leaves the same one again, and not a second. */
export interface StoredRequest {
  readonly mailbox: Uint8Array;
  /** Of what it says: another one replaces it. */
  readonly subject: Uint8Array;
  readonly item: { readonly id: Uint8Array; readonly slip: Uint8Array; readonly sealed: Uint8Array };
  readonly leftMs: number;
  /** Bits of work that it shows beyond the least. */
  readonly extraBits: number;
}

/** One to each person. */
export interface LeftRequestRepository {
  load(accountKey: string): StoredRequest | null;
  save(accountKey: string, request: StoredRequest): void;
  remove(accountKey: string): void;
}

const requestRow = z.object({
  mailbox: bytesColumn,
  subject: bytesColumn,
  id: bytesColumn,
  slip: bytesColumn,
  sealed: bytesColumn,
  left_ms: z.number(),
  extra_bits: z.number(),
});

export function leftRequestRepository(database: StoreDatabase): LeftRequestRepository {
  const select = database.query('SELECT * FROM requests_left WHERE account_key = ?', requestRow);
  const replace = database.write('INSERT OR REPLACE INTO requests_left VALUES (?, ?, ?, ?, ?, ?, ?, ?)');
  const remove = database.write('DELETE FROM requests_left WHERE account_key = ?');
  return {
    load(accountKey) {
      const row = select.get(accountKey);
      if (row === undefined) return null;
      const { mailbox, subject, id, slip, sealed, left_ms: leftMs, extra_bits: extraBits } = row;
      return { mailbox, subject, item: { id, slip, sealed }, leftMs, extraBits };
    },
    save: (accountKey, { mailbox, subject, item, leftMs, extraBits }) =>
      void replace.run(accountKey, mailbox, subject, item.id, item.slip, item.sealed, leftMs, extraBits),
    remove: (accountKey) => void remove.run(accountKey),
  };
}

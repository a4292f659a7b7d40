import { z } from 'zod';
import type { KeptItem, MailboxShelf } from '../overlay/index.ts';
import { bytesColumn, type StoreDatabase } from './database.ts';

const boxRow = z.object({ target: bytesColumn, record: bytesColumn });

const itemRow = z
  .object({
    target: bytesColumn,
    id: bytesColumn,
    kind: z.enum(['contact', 'request']),
    size: z.number(),
    work: z.number(),
    deposit_key: bytesColumn.nullable(),
    state: z.enum(['live', 'removed', 'lapsed']),
    removal: bytesColumn.nullable(),
    network: z.string().nullable(),
    expires_ms: z.number(),
    remember_until_ms: z.number(),
  })
  .transform(({ deposit_key, expires_ms, remember_until_ms, ...row }): KeptItem => ({
    ...row,
    depositKey: deposit_key,
    expiresAtMs: expires_ms,
    rememberUntilMs: remember_until_ms,
  }));

const bodyRow = z.object({ slip: bytesColumn.nullable(), sealed: bytesColumn.nullable() });

/** Mailboxes kept for others, as the overlay's keeper bounds them. */
export function mailboxShelf(database: StoreDatabase): MailboxShelf {
  const boxes = database.query('SELECT target, record FROM kept_boxes', boxRow);
  const items = database.query(
    `SELECT target, id, kind, size, work, deposit_key, state, removal, network, expires_ms, remember_until_ms
     FROM kept_items ORDER BY ordinal`,
    itemRow,
  );
  const body = database.query('SELECT slip, sealed FROM kept_items WHERE target = ? AND id = ?', bodyRow);
  const replaceBox = database.write('INSERT OR REPLACE INTO kept_boxes (target, record) VALUES (?, ?)');
  const removeBox = database.write('DELETE FROM kept_boxes WHERE target = ?');
  const removeItems = database.write('DELETE FROM kept_items WHERE target = ?');
  const removeItem = database.write('DELETE FROM kept_items WHERE target = ? AND id = ?');
  const insert = database.write(
    `INSERT INTO kept_items
     (target, id, kind, size, work, deposit_key, state, removal, network, expires_ms, remember_until_ms, slip, sealed)
     VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
     ON CONFLICT (target, id) DO UPDATE SET
     state = excluded.state, work = excluded.work, removal = excluded.removal, slip = excluded.slip, sealed = excluded.sealed`,
  );
  return {
    loadBoxes: () => boxes.all(),
    loadItems: () => items.all(),
    saveBox: (target, record) => void replaceBox.run(target, record),
    removeBox: (target) =>
      database.transaction(() => {
        removeBox.run(target);
        removeItems.run(target);
      }),
    saveItem: (item, kept) =>
      void insert.run(
        item.target,
        item.id,
        item.kind,
        item.size,
        item.work,
        item.depositKey,
        item.state,
        item.removal,
        item.network,
        item.expiresAtMs,
        item.rememberUntilMs,
        kept?.slip ?? null,
        kept?.sealed ?? null,
      ),
    removeItem: (target, id) => void removeItem.run(target, id),
    body(target, id) {
      const row = body.get(target, id);
      if (row === undefined || row.slip === null || row.sealed === null) return null;
      return { slip: row.slip, sealed: row.sealed };
    },
  };
}

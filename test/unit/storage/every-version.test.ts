import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { openSqlite, type SqliteDatabase, type SqliteValue } from '../../../native-shims/sqlite/index.ts';
import { migrate, schemaVersion } from '../../../main/storage/schema.ts';
import { alice, bob, id, newProfile, startMs, type Profile } from './profile.ts';

/**
 * A database as each earlier version could have left it: every table of that time filled, three rows each, from the schema
 * itself, so that a table or column to come is filled as well. Opened by this version, nothing that was in it is missing.
 */
let profile: Profile;
beforeEach(() => (profile = newProfile()));
afterEach(() => profile.dispose());

interface Column {
  readonly name: string;
  readonly type: string;
  readonly isNullable: boolean;
}

const rowsEach = 3;
const people = [alice, bob, 'c3'.repeat(32)];

/** What the columns of these names hold, where the schema says more than a type. */
const particular: Readonly<Record<string, (row: number) => SqliteValue>> = {
  only: () => 1,
  conversation_id: (row) => people[row] ?? alice,
  account_key: (row) => people[row] ?? alice,
  direction: (row) => (row === 1 ? 'in' : 'out'),
  name: (row) => `person-${row}`,
  relation: () => 'contact',
  relation_before: () => null,
  presence: () => 'online',
  claim: () => 'held',
  key_storage: () => 'file',
  delivery: (row) => (row === 0 ? 'waiting' : 'delivered'),
  reason: () => 'hung-up',
  text: (row) => `message number ${row}`,
  body: (row) => JSON.stringify({ kind: 'text', text: `message number ${row}`, replyTo: null }),
  removed: () => 0,
  hidden_ms: () => null,
  hold_until_ms: () => null,
  reply_to: () => null,
  summary: () => null,
  emoji: () => '👍',
  author: (row) => (row === 0 ? '' : (people[row] ?? alice)),
  volume: () => 1,
  deleted: () => 0,
  attachment: () => null,
  letter: () => null,
  topic: () => null,
  cleared_ms: () => null,
  sealed_address: () => null,
  phrase_confirmed: () => 1,
  message_id: (row) => id(row + 1),
  day: (row) => `2026-11-0${row + 1}`,
  since_day: () => '2026-11-01',
  started_ms: (row) => startMs + row,
  at_ms: (row) => startMs + row,
};

/** Ids of conversations are people's keys; ids of what is said are their own. */
const idOf = (table: string, row: number): SqliteValue => (table === 'conversations' ? (people[row] ?? alice) : id(row + 1));

/** Written by their triggers, or holding what other tests write with more care. */
const leftOut =
  /^(?:sqlite_|message_words|search_backfill|settings|meta|attachments|attachment_parts|letters|receipts_due|prekeys_|deposit_batches)/u;

function tablesOf(sqlite: SqliteDatabase): ReadonlyMap<string, readonly Column[]> {
  const names = sqlite
    .prepare("SELECT name FROM sqlite_schema WHERE type = 'table' ORDER BY name = 'conversations' DESC, rowid")
    .all();
  return new Map(
    names
      .map((row) => String(row['name']))
      .filter((table) => !leftOut.test(table))
      .map((table) => [
        table,
        sqlite
          .prepare(`SELECT name, type, "notnull" AS required FROM pragma_table_info('${table}')`)
          .all()
          .map((row) => ({ name: String(row['name']), type: String(row['type']), isNullable: row['required'] === 0 })),
      ]),
  );
}

function valueFor(table: string, { name, type, isNullable }: Column, row: number): SqliteValue {
  if (name === 'id' && type === 'TEXT') return idOf(table, row);
  // Kinds and states that the schema itself lists.
  if (table === 'kept_items' && name === 'kind') return 'contact';
  if (table === 'kept_items' && name === 'state') return 'live';
  const said = particular[name]?.(row);
  if (said !== undefined && (said !== null || isNullable)) return said;
  if (type === 'TEXT') return isNullable ? null : `${name}-${row}`;
  if (type === 'BLOB') return new Uint8Array(32).fill(row + 1);
  return row + 1;
}

/** Every row, by the columns that there were. */
const contentOf = (sqlite: SqliteDatabase, tables: ReadonlyMap<string, readonly Column[]>): Map<string, unknown[]> =>
  new Map(
    [...tables].map(([table, columns]) => {
      const listed = columns.map(({ name }) => name).join(', ');
      return [
        table,
        sqlite
          .prepare(`SELECT ${listed} FROM ${table} ORDER BY ${listed}`)
          .all()
          .map((row) => ({ ...row })),
      ];
    }),
  );

describe('A database of an earlier version, with something in every table', () => {
  it.each(Array.from({ length: schemaVersion }, (_, index) => index + 1))(
    '%i is opened by this one, and nothing is lost',
    async (version) => {
      const old = await openSqlite(profile.path, { busyTimeoutMs: 100 });
      migrate(old, 0, version);
      const tables = tablesOf(old);
      for (const [table, columns] of tables) {
        const statement = old.prepare(
          `INSERT INTO ${table} (${columns.map(({ name }) => name).join(', ')}) VALUES (${columns.map(() => '?').join(', ')})`,
        );
        const isSingle = columns.some(({ name }) => name === 'only');
        for (let row = 0; row < (isSingle ? 1 : rowsEach); row += 1)
          statement.run(...columns.map((column) => valueFor(table, column, row)));
      }
      const before = contentOf(old, tables);
      old.close();

      const storage = await profile.open();
      expect(storage.notice()).toBeNull();
      expect(storage.account.load()).toMatchObject({ name: 'person-0', presence: 'online' });
      expect(storage.contacts.all()).toHaveLength(rowsEach);
      expect(
        storage.conversations
          .list()
          .map((conversation) => conversation.id)
          .toSorted(),
      ).toEqual(people.toSorted());
      expect(storage.callLog.list(null, 9)).toHaveLength(rowsEach);
      while (storage.search.backfill(100));
      expect(storage.search.find({ typed: 'number', conversationId: null, beforeOrdinal: null, limit: 9 })).toHaveLength(
        version < searchSince ? rowsEach : 0,
      );
      storage.close();

      const now = await openSqlite(profile.path, { busyTimeoutMs: 100 });
      expect(now.prepare('PRAGMA user_version').get()?.['user_version']).toBe(schemaVersion);
      expect(now.prepare('PRAGMA integrity_check').all()).toEqual([{ integrity_check: 'ok' }]);
      expect(now.prepare('PRAGMA foreign_key_check').all()).toEqual([]);
      const after = contentOf(now, tables);
      now.close();
      expect(before.size).toBeGreaterThan(7);
      for (const [table, rows] of before) expect([table, after.get(table)]).toEqual([table, rows]);
    },
  );
});

/** From here on a version indexes what it writes; these rows were written by hand. */
const searchSince = 12;

import { z } from 'zod';
import type { SqliteValue } from '../../native-shims/sqlite/index.ts';
import { archivedTables } from './archived-tables.ts';
import { bytesColumn, type Query, type StoreDatabase } from './database.ts';

/** Rows of one table, as they are stored. */
export interface RowBatch {
  readonly table: string;
  readonly columns: readonly string[];
  readonly rows: readonly (readonly SqliteValue[])[];
}

/** Everything in the database that belongs to the account, in batches, without standing in the way of what goes on. */
export interface AccountRows {
  count(): number;
  /** Begins at the start. Each `next()` reads up to `limit` rows; null at the end. */
  reader(limit: number): { next(): RowBatch | null };
}

export const sqliteValue = z.union([z.number(), z.string(), bytesColumn, z.null()]);
const rowSchema = z.record(z.string(), sqliteValue);

interface TableReader {
  readonly table: string;
  readonly columns: readonly string[];
  readonly key: readonly string[];
  readonly count: Query<{ n: number }>;
  readonly first: Query<z.output<typeof rowSchema>>;
  readonly after: Query<z.output<typeof rowSchema>>;
}

export function accountRows(database: StoreDatabase): AccountRows {
  const readerOf = (table: string): TableReader => {
    const described = database
      .query(`SELECT name, pk FROM pragma_table_info('${table}')`, z.object({ name: z.string(), pk: z.number() }))
      .all();
    const columns = described.map(({ name }) => name);
    const key = described
      .filter(({ pk }) => pk > 0)
      .toSorted((a, b) => a.pk - b.pk)
      .map(({ name }) => name);
    const places = key.map(() => '?').join(', ');
    const select = `SELECT ${columns.join(', ')} FROM ${table}`;
    const order = `ORDER BY ${key.join(', ')} LIMIT ?`;
    return {
      table,
      columns,
      key,
      count: database.query(`SELECT count(*) AS n FROM ${table}`, z.object({ n: z.number() })),
      first: database.query(`${select} ${order}`, rowSchema),
      after: database.query(`${select} WHERE (${key.join(', ')}) > (${places}) ${order}`, rowSchema),
    };
  };
  const tables = archivedTables.map(readerOf);
  return {
    count: () => tables.reduce((sum, { count }) => sum + (count.get()?.n ?? 0), 0),
    reader(limit) {
      const waiting = [...tables];
      let last: readonly SqliteValue[] | null = null;
      return {
        next() {
          for (let current = waiting[0]; current !== undefined; current = waiting[0]) {
            const { table, columns, key, first, after } = current;
            const found = last === null ? first.all(limit) : after.all(...last, limit);
            const end = found.at(-1);
            if (end !== undefined) {
              last = key.map((name) => end[name] ?? null);
              return { table, columns, rows: found.map((row) => columns.map((name) => row[name] ?? null)) };
            }
            waiting.shift();
            last = null;
          }
          return null;
        },
      };
    },
  };
}

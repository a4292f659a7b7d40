import { z } from 'zod';
import type { StoreDatabase } from './database.ts';

/** What was given. */
export interface Given {
  readonly bytes: number;
  /** Calls of others that were carried. */
  readonly calls: number;
}

/** What was carried for other people, by day (`2026-01-31`, UTC), and in all. */
export interface RelayUsage {
  ofDay(day: string): Given;
  /** @param month `2026-01` */
  ofMonth(month: string): Given;
  /** Since the first day that anything was carried; null: nothing was yet. */
  ever(): (Given & { readonly sinceDay: string }) | null;
  add(day: string, given: Given): void;
}

/** Two months and a little: more nobody asks for. What is older counts in the whole alone. */
const keptDays = 70;

export function relayUsageRepository(database: StoreDatabase): RelayUsage {
  const count = z.int().nonnegative();
  const row = z.object({ bytes: count, calls: count });
  const sums = 'COALESCE(SUM(bytes), 0) AS bytes, COALESCE(SUM(calls), 0) AS calls';
  const ofDay = database.query(`SELECT ${sums} FROM relay_usage WHERE day = ?`, row);
  const ofMonth = database.query(`SELECT ${sums} FROM relay_usage WHERE day LIKE ? || '-%'`, row);
  const ever = database.query(
    'SELECT since_day AS sinceDay, bytes, calls FROM relay_total',
    row.extend({ sinceDay: z.string().max(10) }),
  );
  const add = database.write(
    'INSERT INTO relay_usage (day, bytes, calls) VALUES (?, ?, ?) ' +
      'ON CONFLICT (day) DO UPDATE SET bytes = bytes + excluded.bytes, calls = calls + excluded.calls',
  );
  const addToAll = database.write(
    'INSERT INTO relay_total (only, since_day, bytes, calls) VALUES (1, ?, ?, ?) ' +
      'ON CONFLICT (only) DO UPDATE SET bytes = bytes + excluded.bytes, calls = calls + excluded.calls',
  );
  const forget = database.write(
    'DELETE FROM relay_usage WHERE day NOT IN (SELECT day FROM relay_usage ORDER BY day DESC LIMIT ?)',
  );
  const nothing: Given = { bytes: 0, calls: 0 };
  return {
    ofDay: (day) => ofDay.get(day) ?? nothing,
    ofMonth: (month) => ofMonth.get(month) ?? nothing,
    ever: () => ever.get() ?? null,
    add: (day, { bytes, calls }) =>
      database.transaction(() => {
        add.run(day, bytes, calls);
        addToAll.run(day, bytes, calls);
        forget.run(keptDays);
      }),
  };
}

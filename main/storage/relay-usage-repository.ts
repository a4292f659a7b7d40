import { z } from 'zod';
import type { StoreDatabase } from './database.ts';

/** What was carried of other people's calls, by day (`2026-01-31`, UTC). */
export interface RelayUsage {
  ofDay(day: string): number;
  /** @param month `2026-01` */
  ofMonth(month: string): number;
  add(day: string, bytes: number): void;
}

/** Two months and a little: more nobody asks for. */
const keptDays = 70;

export function relayUsageRepository(database: StoreDatabase): RelayUsage {
  const row = z.object({ bytes: z.int().nonnegative().nullable() });
  const ofDay = database.query('SELECT bytes FROM relay_usage WHERE day = ?', row);
  const ofMonth = database.query("SELECT SUM(bytes) AS bytes FROM relay_usage WHERE day LIKE ? || '-%'", row);
  const add = database.write(
    'INSERT INTO relay_usage (day, bytes) VALUES (?, ?) ON CONFLICT (day) DO UPDATE SET bytes = bytes + excluded.bytes',
  );
  const forget = database.write(
    'DELETE FROM relay_usage WHERE day NOT IN (SELECT day FROM relay_usage ORDER BY day DESC LIMIT ?)',
  );
  return {
    ofDay: (day) => ofDay.get(day)?.bytes ?? 0,
    ofMonth: (month) => ofMonth.get(month)?.bytes ?? 0,
    add: (day, bytes) =>
      database.transaction(() => {
        add.run(day, bytes);
        forget.run(keptDays);
      }),
  };
}

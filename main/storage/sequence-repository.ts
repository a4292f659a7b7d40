import { z } from 'zod';
import type { SequenceMemory } from '../identity/index.ts';
import type { StoreDatabase } from './database.ts';

/** As `createSequenceMemory` of `main/identity`: 20,000 entries are about 3 MB. */
export const maxRememberedSequences = 20_000;

/** Over restarts. Strangers whose number has not changed for the longest time are forgotten first; people in the contact list, and we ourselves, never. */
export function sequenceRepository(database: StoreDatabase, maxEntries: number = maxRememberedSequences): SequenceMemory {
  const number = z.object({ n: z.number() });
  const select = database.query('SELECT highest AS n FROM sequences WHERE topic = ? AND account_key = ?', number);
  const raise = database.write(
    `INSERT INTO sequences (topic, account_key, highest, used) VALUES (?, ?, ?, ?)
     ON CONFLICT DO UPDATE SET highest = max(highest, excluded.highest), used = excluded.used`,
  );
  const count = database.query('SELECT count(*) AS n FROM sequences', number);
  const newest = database.query('SELECT coalesce(max(used), 0) AS n FROM sequences', number);
  const evict = database.write(
    `DELETE FROM sequences WHERE (topic, account_key) IN (
       SELECT topic, account_key FROM sequences
       WHERE account_key NOT IN (SELECT account_key FROM contacts UNION SELECT account_key FROM account) ORDER BY used LIMIT ?)`,
  );
  let used = newest.get()?.n ?? 0;
  let held = count.get()?.n ?? 0;
  const highest = (topic: string, account: string): number => select.get(topic, account)?.n ?? 0;
  return {
    highest,
    raise(topic, account, sequence) {
      const before = highest(topic, account);
      if (before >= sequence && before > 0) return; // Said at every meeting; a write each time would wear the disk for nothing.
      database.transaction(() => {
        used += 1;
        raise.run(topic, account, sequence, used);
        if (before === 0) held += 1;
        // A tenth at a time, so that a flood of new keys does not cost a sort each.
        if (held > maxEntries) held -= evict.run(held - maxEntries + Math.floor(maxEntries / 10));
      });
    },
  };
}

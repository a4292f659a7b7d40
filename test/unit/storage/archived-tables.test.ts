import { afterEach, beforeEach, expect, it } from 'vitest';
import { openSqlite } from '../../../native-shims/sqlite/index.ts';
import { archivedTables, tablesThatStay } from '../../../main/storage/archived-tables.ts';
import { migrate } from '../../../main/storage/schema.ts';
import { newProfile, type Profile } from './profile.ts';

let profile: Profile;
beforeEach(() => (profile = newProfile()));
afterEach(() => profile.dispose());

it('Every table either goes into an archive or is said to stay', async () => {
  const sqlite = await openSqlite(profile.path, { busyTimeoutMs: 100 });
  migrate(sqlite, 0);
  const shadows = /^(?:sqlite_|message_words_)/u;
  const tables = sqlite
    .prepare("SELECT name FROM sqlite_schema WHERE type = 'table'")
    .all()
    .map((row) => String(row['name']))
    .filter((name) => !shadows.test(name));
  sqlite.close();
  expect([...archivedTables, ...tablesThatStay].toSorted()).toEqual(tables.toSorted());
});

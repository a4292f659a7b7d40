import { afterEach, beforeEach, expect, it } from 'vitest';
import { openSqlite } from '../../../native-shims/sqlite/index.ts';
import { migrate } from '../../../main/storage/schema.ts';
import { alice, id, newProfile, startMs, writeTo, type Profile } from './profile.ts';

let profile: Profile;
beforeEach(() => (profile = newProfile()));
afterEach(() => profile.dispose());

/** A profile as an older version left it, with a contact, one call that is over and one that was open. */
async function profileOfVersion(version: number): Promise<void> {
  const sqlite = await openSqlite(profile.path, { busyTimeoutMs: 100 });
  migrate(sqlite, 0, version);
  for (const [index, table] of ['calls', 'open_calls'].entries()) {
    sqlite.exec(`INSERT INTO ${table} (id, conversation_id, direction, started_ms, talked_ms, reason, missed)
      VALUES ('${id(index + 1)}', '${alice}', 'in', ${startMs}, 61000, 'hung-up', 0)`);
  }
  sqlite.exec(`INSERT INTO contacts (account_key, name, relation, removed, since_ms, acked_sequence)
    VALUES ('${alice}', 'alice', 'contact', 0, ${startMs}, 3)`);
  sqlite.close();
}

it('people of a version without volumes are kept, and played as they come', async () => {
  await profileOfVersion(2);
  const storage = await profile.open();
  const [contact, ...others] = storage.contacts.all();
  expect(others).toEqual([]);
  expect(contact).toMatchObject({ accountKey: alice, name: 'alice', relation: 'contact', sinceMs: startMs, volume: 1 });
  if (contact !== undefined) storage.contacts.save({ ...contact, volume: 1.5 });
  profile.closeAll();
  expect((await profile.open()).contacts.all()).toMatchObject([{ volume: 1.5 }]);
});

it('calls of a version that kept no figures are kept, and have none', async () => {
  await profileOfVersion(2);
  const storage = await profile.open();
  expect(storage.notice()).toBeNull();
  expect(storage.callLog.list(null, 10)).toMatchObject([{ id: id(1), talkedMs: 61_000, summary: null }]);
  expect(storage.openCalls.takeAll()).toMatchObject([{ id: id(2), summary: null }]);
});

it('figures that can’t be read cost the figures, not the call', async () => {
  (await profile.open()).callLog.add({
    kind: 'call',
    id: id(1),
    conversationId: alice,
    direction: 'out',
    startedMs: startMs,
    talkedMs: 1_000,
    reason: 'hung-up',
    missed: false,
    summary: null,
  });
  profile.closeAll();
  for (const broken of ['{', '"words"', '{"worst":"splendid"}']) {
    const sqlite = await openSqlite(profile.path, { busyTimeoutMs: 100 });
    sqlite.exec(`UPDATE calls SET summary = '${broken}'`);
    sqlite.close();
    expect((await profile.open()).callLog.list(null, 10)).toMatchObject([{ id: id(1), talkedMs: 1_000, summary: null }]);
    profile.closeAll();
  }
});

it('what was not delivered yet in a version without an outbox of its own is sent by this one', async () => {
  const sqlite = await openSqlite(profile.path, { busyTimeoutMs: 100 });
  migrate(sqlite, 0, 7);
  sqlite.exec(`INSERT INTO conversations (id, last_out_sequence) VALUES ('${alice}', 2)`);
  for (const [number, delivery] of ['delivered', 'sent'].entries()) {
    sqlite.exec(`INSERT INTO messages (conversation_id, id, direction, sequence, text, sent_ms, at_ms, delivery)
      VALUES ('${alice}', '${id(number)}', 'out', ${number + 1}, '"quoted" \\ text', ${startMs}, ${startMs + number}, '${delivery}')`);
  }
  sqlite.close();
  const storage = await profile.open();
  const [post, ...others] = storage.outbox.next(alice, 0, 9, startMs);
  expect(others).toEqual([]);
  expect(post).toMatchObject({ id: id(1), sequence: 2, sentMs: startMs });
  expect(JSON.parse(post?.body ?? '')).toEqual({ kind: 'text', text: '"quoted" \\ text', replyTo: null });
  expect(storage.messages.takeBack(alice, id(1))).toBeNull();
  expect(writeTo(storage, alice, 5, 'next').sequence).toBe(3);
});

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

it('a supernode of the version before keeps its records, its mail and what it counted, and goes on counting', async () => {
  const sqlite = await openSqlite(profile.path, { busyTimeoutMs: 100 });
  // The last that counted no calls.
  migrate(sqlite, 0, 10);
  sqlite.exec(`INSERT INTO shelf (target, record, expires_ms) VALUES (x'${'09'.repeat(32)}', x'0102', ${startMs + 1e9})`);
  sqlite.exec(`INSERT INTO kept_boxes (target, record) VALUES (x'${'08'.repeat(32)}', x'0304')`);
  sqlite.exec("INSERT INTO relay_usage (day, bytes) VALUES ('2026-10-30', 1000), ('2026-11-02', 500)");
  sqlite.close();
  for (const opening of ['first', 'second']) {
    // oxlint-disable-next-line no-await-in-loop -- one start after the other
    const storage = await profile.open();
    expect(storage.notice(), opening).toBeNull();
    expect(storage.shelf.load()).toMatchObject([{ record: new Uint8Array([1, 2]) }]);
    expect(storage.mailboxShelf.loadBoxes()).toMatchObject([{ record: new Uint8Array([3, 4]) }]);
    expect(storage.relayUsage.ever()).toEqual({ sinceDay: '2026-10-30', bytes: 1_500, calls: 0 });
    expect(storage.relayUsage.ofMonth('2026-11')).toEqual({ bytes: 500, calls: 0 });
    profile.closeAll();
  }
  const { relayUsage, provenRole } = await profile.open();
  relayUsage.add('2026-11-02', { bytes: 10, calls: 2 });
  expect(relayUsage.ofDay('2026-11-02')).toEqual({ bytes: 510, calls: 2 });
  expect(relayUsage.ever()).toEqual({ sinceDay: '2026-10-30', bytes: 1_510, calls: 2 });
  expect(provenRole.load()).toBeNull();
  provenRole.save({ host: '5.6.7.8', port: 4_811, atMs: startMs });
  expect(provenRole.load()).toEqual({ host: '5.6.7.8', port: 4_811, atMs: startMs });
  provenRole.save(null);
  expect(provenRole.load()).toBeNull();
});

it('what was carried is summed over all days, also those that are forgotten', async () => {
  const { relayUsage } = await profile.open();
  expect(relayUsage.ever()).toBeNull();
  for (let day = 0; day < 90; day += 1) {
    relayUsage.add(new Date(startMs + day * 86_400_000).toISOString().slice(0, 10), { bytes: 1, calls: 1 });
  }
  expect(relayUsage.ever()).toMatchObject({ bytes: 90, calls: 90 });
});

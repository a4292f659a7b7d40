import type { ShelfPlace } from '../../../main/overlay/index.ts';
import { array, assert, boolean, integer, property, record } from 'fast-check';
import { readFileSync } from 'node:fs';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { openSqlite } from '../../../native-shims/sqlite/index.ts';
import { defaultWindowSettings, timelineItemSchema, type CallSummary, type Settings } from '../../../preload/contract/index.ts';
import type { KeyVault } from '../../../main/ports/key-vault.ts';
import { silentLogger } from '../../../main/ports/logger.ts';
import { systemRandom } from '../../../main/ports/random.ts';
import { AppError } from '../../../main/ports/app-error.ts';
import { storeDatabase } from '../../../main/storage/database.ts';
import { openStorage, type Storage, type StoredContact } from '../../../main/storage/index.ts';
import { openDatabase } from '../../../main/storage/open-database.ts';
import { sequenceRepository } from '../../../main/storage/sequence-repository.ts';
import {
  alice,
  bob,
  comesFrom,
  id,
  missedCall,
  newProfile,
  type Profile,
  queued,
  startMs,
  stillClock,
  writeTo,
} from './profile.ts';

let profile: Profile;
let storage: Storage;
beforeEach(async () => {
  profile = newProfile();
  storage = await profile.open();
});
afterEach(() => profile.dispose());

const target = (number: number): Uint8Array => new Uint8Array(32).fill(number);

const reopen = async (): Promise<void> => {
  storage.close();
  storage = await profile.open();
};

describe('The timeline', () => {
  it('shows as many marks on a message as a view takes, should a group ever have more, and ours among them', async () => {
    const { id: marked } = writeTo(storage, alice, 1, 'hello');
    storage.messages.reactOutgoing(alice, { to: marked, emoji: '🎉' }, queued(2, 'x'));
    storage.close();
    const sqlite = await openSqlite(profile.path, { busyTimeoutMs: 100 });
    sqlite.exec(`WITH RECURSIVE n (i) AS (VALUES (1) UNION ALL SELECT i + 1 FROM n WHERE i < 80)
      INSERT INTO reactions (conversation_id, message_id, author, emoji, sequence) SELECT '${alice}', '${marked}', printf('%064x', i), '👍', i FROM n`);
    sqlite.close();
    storage = await profile.open();
    const [item] = storage.conversations.page(alice, null, 9).items;
    expect(timelineItemSchema.safeParse(item).error).toBeUndefined();
    expect(item).toMatchObject({ reactions: { length: 50, 0: { author: null, emoji: '🎉' } } });
  });

  it('pages through messages and calls without losing or repeating one, whatever the clock did', () => {
    const steps = array(record({ stepMs: integer({ min: -2, max: 2 }), isCall: boolean() }), { maxLength: 30 });
    assert(
      property(steps, integer({ min: 1, max: 7 }), (items, limit) => {
        storage.conversations.erase(alice);
        let nowMs = startMs;
        for (const [number, { stepMs, isCall }] of items.entries()) {
          nowMs += stepMs;
          if (isCall) storage.callLog.add(missedCall(number, nowMs));
          else writeTo(storage, alice, number, 'x', nowMs);
        }
        const seen: string[] = [];
        let before: number | null = null;
        for (let more = true; more;) {
          const page: ReturnType<typeof storage.conversations.page> = storage.conversations.page(alice, before, limit);
          seen.unshift(...page.items.map((item) => item.id));
          const [oldest] = page.items;
          before = oldest === undefined ? before : oldest.kind === 'call' ? oldest.startedMs : oldest.atMs;
          more = page.more;
        }
        expect(seen).toEqual(items.map((_, number) => id(number)));
      }),
      { numRuns: 60 },
    );
  });

  it('believes the clock again after it had been wrong by years', () => {
    const yearMs = 365 * 86_400_000;
    writeTo(storage, alice, 1, 'from the future', startMs + yearMs);
    expect(writeTo(storage, alice, 2, 'now').atMs).toBe(startMs);
  });

  it('counts unread messages until they are read, keeps drafts, and lists what has something in it', async () => {
    expect(storage.conversations.list()).toEqual([]);
    comesFrom(storage, alice, 1, 'hi');
    comesFrom(storage, alice, 2, 'there');
    storage.conversations.saveDraft(bob, 'I wanted to say');
    await reopen();
    expect(storage.conversations.view(alice)).toMatchObject({ unread: 2, last: { text: 'there' }, members: [alice] });
    storage.conversations.markRead(alice);
    expect(storage.conversations.view(alice).unread).toBe(0);
    expect(storage.conversations.list().map(({ id: key, draft }) => [key, draft])).toEqual([
      [alice, ''],
      [bob, 'I wanted to say'],
    ]);
  });

  it('hides the conversation with somebody who was removed, until they are restored', () => {
    const person: StoredContact = {
      accountKey: alice,
      name: 'alice',
      nickname: null,
      relation: 'contact',
      relationBefore: null,
      volume: 1,
      hideAddress: false,
      favourite: false,
      invisibleTo: false,
      verifiedMs: null,
      removed: true,
      note: null,
      sinceMs: startMs,
      lastSeenMs: null,
      address: null,
      ackedSequence: 0,
    };
    writeTo(storage, alice, 1, 'x');
    storage.contacts.save(person);
    expect(storage.conversations.list()).toEqual([]);
    storage.contacts.save({ ...person, removed: false });
    expect(storage.conversations.list().map((conversation) => conversation.id)).toEqual([alice]);
  });

  it('keeps the call log, newest first, a record with a known id replacing the old one', () => {
    storage.callLog.add(missedCall(1, startMs));
    storage.callLog.add(missedCall(2, startMs + 10));
    storage.callLog.add({ ...missedCall(1, startMs), reason: 'hung-up', talkedMs: 5, missed: false });
    expect(storage.callLog.list(null, 10).map((entry) => [entry.id, entry.reason])).toEqual([
      [id(1), 'hung-up'],
      [id(2), 'no-answer'],
    ]);
    expect(storage.callLog.list(null, 1)).toHaveLength(1);
  });
});

describe('People, account and settings', () => {
  const contact: StoredContact = {
    accountKey: alice,
    name: 'alice',
    nickname: 'Al',
    relation: 'contact',
    relationBefore: null,
    volume: 1,
    hideAddress: false,
    favourite: true,
    invisibleTo: true,
    verifiedMs: startMs + 5,
    removed: false,
    note: 'hello',
    sinceMs: startMs,
    lastSeenMs: null,
    address: Buffer.from('the secret way to alice'),
    ackedSequence: 7,
  };

  it('come back as they were saved', async () => {
    storage.contacts.save(contact);
    storage.contacts.setLastSeen(alice, startMs + 5);
    storage.account.save({
      name: 'bob',
      accountKey: bob,
      keyStorage: 'file',
      phraseConfirmed: true,
      presence: 'dnd',
      claim: 'held',
      claimRecord: new Uint8Array([1]),
    });
    await reopen();
    expect(storage.contacts.all()).toEqual([{ ...contact, lastSeenMs: startMs + 5 }]);
    expect(storage.account.load()).toMatchObject({ name: 'bob', phraseConfirmed: true, presence: 'dnd' });
    storage.account.remove();
    storage.contacts.remove(alice);
    expect([storage.account.load(), storage.contacts.all()]).toEqual([null, []]);
  });

  it('never lie on the disk with an address in clear', () => {
    storage.contacts.save(contact);
    storage.close();
    expect(readFileSync(profile.path).includes('the secret way to alice')).toBe(false);
  });

  it('lose an address, not the person, when it was sealed for somebody else', async () => {
    storage.contacts.save(contact);
    storage.contacts.save({ ...contact, accountKey: bob, name: 'bob' });
    storage.close();
    const { sqlite } = await openDatabase({ path: profile.path, nowMs: startMs, logger: silentLogger });
    sqlite.exec(
      `UPDATE contacts SET sealed_address = (SELECT sealed_address FROM contacts WHERE name = 'alice') WHERE name = 'bob'`,
    );
    sqlite.close();
    storage = await profile.open();
    expect(storage.contacts.all().map(({ name, address }) => [name, address === null])).toEqual([
      ['alice', false],
      ['bob', true],
    ]);
  });

  it('stay closed when the vault refuses', async () => {
    storage.close();
    const vault: KeyVault = {
      kind: 'keychain',
      seal: (secret) => Promise.resolve(secret),
      open: () => Promise.reject(new AppError('VAULT_LOCKED', 'the keychain said no')),
    };
    const opening = openStorage({ path: profile.path, vault, clock: stillClock(), random: systemRandom, logger: silentLogger });
    await expect(opening).rejects.toMatchObject({ code: 'VAULT_LOCKED' });
  });

  const defaults: Settings = {
    ...defaultWindowSettings,
    theme: 'system',
    microphoneId: null,
    speakerId: null,
    microphoneLabel: '',
    speakerLabel: '',
    ringSound: true,
    messageSound: true,
    movingStrings: true,
    singleKeyShortcuts: false,
    supernodeMode: 'auto',
    carryOthers: true,
    bitTorrent: true,
    hideAddress: false,
    awayAfterMinutes: 10,
    shareLastSeen: true,
    peopleOrder: 'status',
    pushToTalk: false,
    pushToTalkKey: 'Space',
    inputGain: 1,
    readReceipts: true,
    typingNotices: true,
    undoSend: false,
    recentEmoji: [],
    emojiTone: 0,
    findMe: false,
    findMeName: '',
    findMeWords: '',
    keepFor: 'ever',
    noiseSuppression: 'system',
    proxyMode: 'system',
    proxyAddress: '',
  };

  it('merge saved settings over the defaults, and fall back where one makes no sense', async () => {
    storage.settings.save({ theme: 'dark', microphoneId: 'usb' });
    storage.close();
    const { sqlite } = await openDatabase({ path: profile.path, nowMs: startMs, logger: silentLogger });
    sqlite.exec(`INSERT INTO settings VALUES ('ringSound', '"perhaps"'), ('supernodeMode', 'not json')`);
    sqlite.close();
    storage = await profile.open();
    expect(storage.settings.load(defaults)).toEqual({ ...defaults, theme: 'dark', microphoneId: 'usb' });
  });
});

describe('What the network part keeps', () => {
  it('known nodes come back in order, the list replaced as a whole', async () => {
    storage.knownNodes.save([{ host: '9.9.9.9', port: 1 }]);
    storage.knownNodes.save([
      { host: '10.0.0.2', port: 49_737 },
      { host: '10.0.0.1', port: 49_738 },
    ]);
    await reopen();
    expect(storage.knownNodes.load().map(({ host, port }) => `${host}:${port}`)).toEqual(['10.0.0.2:49737', '10.0.0.1:49738']);
  });

  it('the port of last time comes back, and there is none before the first time', async () => {
    expect(storage.ownPort.load()).toBeNull();
    storage.ownPort.save(49_737);
    storage.ownPort.save(50_000);
    await reopen();
    expect(storage.ownPort.load()).toBe(50_000);
  });

  it('the shelf keeps records over restarts, each once', async () => {
    const shelved = (place: ShelfPlace, number: number, byte: number, expiresInMs: number) => ({
      target: target(number),
      place,
      record: new Uint8Array([byte]),
      expiresAtMs: startMs + expiresInMs,
    });
    for (const number of [1, 3, 4]) {
      storage.shelf.save(shelved('held', number, number, number));
    }
    storage.shelf.save(shelved('held', 1, 11, 100));
    storage.shelf.save(shelved('waiting', 1, 12, 50));
    await reopen();
    expect(storage.shelf.load().map(({ record: bytes, expiresAtMs }) => [bytes[0], expiresAtMs - startMs])).toEqual([
      [11, 100],
      [3, 3],
      [4, 4],
      [12, 50],
    ]);
    storage.shelf.remove(target(3), 'held');
    storage.shelf.remove(target(1), 'waiting');
    expect(storage.shelf.load().map(({ place, record: bytes }) => [place, bytes[0]])).toEqual([
      ['held', 11],
      ['held', 4],
    ]);
  });

  it('the highest sequence seen survives restarts and only rises', async () => {
    expect(storage.sequences.highest('certificate', alice)).toBe(0);
    storage.sequences.raise('certificate', alice, 5);
    storage.sequences.raise('certificate', alice, 3);
    storage.sequences.raise('claim', alice, 9);
    await reopen();
    expect([storage.sequences.highest('certificate', alice), storage.sequences.highest('claim', alice)]).toEqual([5, 9]);
  });

  it('a flood of new keys makes it forget strangers, never people in the contact list', async () => {
    storage.contacts.save({
      accountKey: alice,
      name: 'alice',
      nickname: null,
      relation: 'contact',
      relationBefore: null,
      volume: 1,
      hideAddress: false,
      favourite: false,
      invisibleTo: false,
      verifiedMs: null,
      removed: false,
      note: null,
      sinceMs: 0,
      lastSeenMs: null,
      address: null,
      ackedSequence: 0,
    });
    storage.close();
    const { sqlite } = await openDatabase({ path: profile.path, nowMs: startMs, logger: silentLogger });
    const memory = sequenceRepository(
      storeDatabase(sqlite, () => undefined),
      20,
    );
    memory.raise('certificate', alice, 77);
    for (let number = 0; number < 60; number += 1) memory.raise('certificate', id(number).repeat(2), 1);
    expect(memory.highest('certificate', alice)).toBe(77);
    expect(memory.highest('certificate', id(0).repeat(2))).toBe(0);
    expect(memory.highest('certificate', id(59).repeat(2))).toBe(1);
    expect(sqlite.prepare('SELECT count(*) AS n FROM sequences').get()?.['n']).toBeLessThanOrEqual(20);
    sqlite.close();
    storage = await profile.open();
  });
});

describe('the figures of a call', () => {
  const summary: CallSummary = {
    mouthToEarMs: { mean: 129, p95: 220 },
    delayPartsMs: { capture: 12, packing: 27, network: null, smoothing: 50, playout: 25 },
    jitterMs: 7,
    lossFraction: 0.02,
    sentLossFraction: null,
    concealedFraction: 0.01,
    repairedFraction: 0.04,
    bitrateBps: 32_000,
    copies: 1.5,
    codec: { mode: 'celt', bandwidthHz: 20_000 },
    path: 'direct',
    worst: 'patchy',
    trouble: 'their-loss',
  };

  it('are kept with it, also of one that is still open', async () => {
    storage.callLog.add({ ...missedCall(1, 1_000), summary });
    storage.openCalls.note({ ...missedCall(2, 2_000), summary });
    profile.closeAll();
    storage = await profile.open();
    expect(storage.callLog.list(null, 10)[0]?.summary).toEqual(summary);
    expect(storage.openCalls.takeAll()[0]?.summary).toEqual(summary);
  });

  it('of a version that kept fewer are still read', async () => {
    const {
      delayPartsMs: _parts,
      jitterMs: _jitter,
      repairedFraction: _repaired,
      copies: _copies,
      codec: _codec,
      ...old
    } = summary;
    storage.callLog.add(missedCall(1, 1_000));
    profile.closeAll();
    const sqlite = await openSqlite(profile.path, { busyTimeoutMs: 100 });
    sqlite.exec(`UPDATE calls SET summary = '${JSON.stringify(old)}'`);
    sqlite.close();
    storage = await profile.open();
    const kept = storage.callLog.list(null, 10)[0]?.summary;
    expect(kept).toEqual({ ...old, delayPartsMs: null, jitterMs: null, repairedFraction: null, copies: null, codec: null });
  });
});

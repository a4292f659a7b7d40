import { assert, property, string } from 'fast-check';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { openSqlite } from '../../../native-shims/sqlite/index.ts';
import { migrate } from '../../../main/storage/schema.ts';
import { alice, bob, comesFrom, filesWith, id, newProfile, queued, startMs, writeTo, type Profile } from './profile.ts';
import type { Storage } from '../../../main/storage/index.ts';

let profile: Profile;
let storage: Storage;
afterEach(() => profile.dispose());

describe.each(['node', 'wasm'] as const)('Searching messages (%s driver)', (driver) => {
  beforeEach(async () => {
    profile = newProfile();
    storage = await profile.open(driver);
  });

  const found = (typed: string, conversationId: string | null = null, limit = 50): string[] =>
    storage.search.find({ typed, conversationId, beforeOrdinal: null, limit }).map(({ text }) => text);

  it('finds whole words and beginnings, whatever their case and accents, newest first', () => {
    writeTo(storage, alice, 1, 'Der Gärtner kommt am Freitag');
    comesFrom(storage, bob, 2, 'Friday, the gardener said');
    expect(found('gart')).toEqual(['Der Gärtner kommt am Freitag']);
    expect(found('GARDENER said')).toEqual(['Friday, the gardener said']);
    expect(found('fr')).toEqual(['Friday, the gardener said', 'Der Gärtner kommt am Freitag']);
    expect(found('artner')).toEqual([]);
    expect(found('gardener freitag')).toEqual([]);
  });

  it('finds words in writing that has no spaces, and in any other', () => {
    comesFrom(storage, alice, 1, '明日は東京に行きます');
    comesFrom(storage, alice, 2, 'Привет, мир');
    comesFrom(storage, alice, 3, 'وصلت الصور، شكرا لك');
    comesFrom(storage, alice, 4, 'พรุ่งนี้เจอกัน');
    for (const [typed, count] of [
      ['東京', 1],
      ['京東', 0],
      ['行き', 1],
      ['мир', 1],
      ['الصور', 1],
      ['เจอ', 1],
    ] as const)
      expect([typed, found(typed).length]).toEqual([typed, count]);
  });

  it('looks in one conversation, or in all, and goes on where a page ended', () => {
    for (let number = 1; number <= 5; number += 1) writeTo(storage, alice, number, `tea ${number}`);
    comesFrom(storage, bob, 6, 'tea 6');
    expect(found('tea', bob)).toEqual(['tea 6']);
    expect(found('tea', alice, 2)).toEqual(['tea 5', 'tea 4']);
    const [, second] = storage.search.find({ typed: 'tea', conversationId: alice, beforeOrdinal: null, limit: 2 });
    const rest = storage.search.find({ typed: 'tea', conversationId: alice, beforeOrdinal: second?.ordinal ?? 0, limit: 9 });
    expect(rest.map(({ text }) => text)).toEqual(['tea 3', 'tea 2', 'tea 1']);
  });

  it('follows what is changed, deleted, hidden, taken back and erased; the words are then nowhere on the disk', () => {
    comesFrom(storage, alice, 1, 'walnut');
    storage.messages.editIncoming(alice, { of: id(1), text: 'chestnut', nowMs: startMs }, 2);
    expect([found('walnut'), found('chestnut')]).toEqual([[], ['chestnut']]);
    storage.messages.hide(alice, [id(1)], startMs);
    expect(found('chestnut')).toEqual([]);
    storage.messages.unhide(alice, [id(1)]);
    storage.messages.deleteIncoming(alice, id(1), 3, startMs);
    writeTo(storage, alice, 2, 'hazelnut');
    storage.messages.takeBack(alice, id(2));
    writeTo(storage, alice, 3, 'almond');
    storage.messages.markDelivered(alice, [id(3)]);
    storage.messages.hide(alice, [id(3)], startMs);
    storage.messages.purgeHidden(startMs + 1);
    comesFrom(storage, bob, 4, 'pistachio');
    storage.conversations.erase(bob);
    for (const word of ['walnut', 'chestnut', 'hazelnut', 'almond', 'pistachio']) {
      expect(found(word)).toEqual([]);
      expect([word, filesWith(profile, word)]).toEqual([word, []]);
    }
  });

  it('takes whatever is typed for words, never for a command', () => {
    comesFrom(storage, alice, 1, 'NEAR and OR "quoted" - col:on *');
    for (const typed of ['NEAR', 'OR', '"quoted"', 'col:on', 'quoted NOT', '(', '*', '^', '"', "' OR 1=1 --", 'conversation:x'])
      expect(() => found(typed)).not.toThrow();
    expect(found('"quoted" OR')).toHaveLength(1);
    expect(found(' ? ')).toEqual([]);
    assert(
      property(string({ unit: 'binary', maxLength: 40 }), (typed) => {
        expect(found(typed).length).toBeLessThanOrEqual(1);
      }),
      { numRuns: 100 },
    );
  });

  it('finds what an older version stored, as the index catches up', async () => {
    storage.close();
    profile.dispose();
    profile = newProfile();
    const sqlite = await openSqlite(profile.path, { busyTimeoutMs: 100 }, driver);
    migrate(sqlite, 0, 7);
    sqlite.exec(`INSERT INTO conversations (id) VALUES ('${alice}')`);
    for (let number = 1; number <= 5; number += 1)
      sqlite.exec(`INSERT INTO messages (conversation_id, id, direction, sequence, text, sent_ms, at_ms, delivery)
        VALUES ('${alice}', '${id(number)}', 'in', ${number}, 'old ${number}', 0, ${number}, 'delivered')`);
    sqlite.close();
    storage = await profile.open(driver);
    comesFrom(storage, alice, 6, 'old no more');
    expect(found('old')).toEqual(['old no more']);
    storage.messages.editIncoming(alice, { of: id(2), text: 'old but changed', nowMs: startMs }, 9);
    let rounds = 1;
    while (storage.search.backfill(2)) rounds += 1;
    expect(rounds).toBe(3);
    expect(found('old')).toHaveLength(6);
    expect(found('changed')).toHaveLength(1);
    storage.messages.deleteOutgoing(alice, id(1), queued(20, 'x'));
    expect(found('old 5')).toEqual(['old 5']);
  });
});

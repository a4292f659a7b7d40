import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { KeepFor, TimelineItem } from '../../../preload/contract/index.ts';
import type { Storage } from '../../../main/storage/index.ts';
import {
  alice,
  bob,
  comesFrom,
  filesWith,
  id,
  missedCall,
  newProfile,
  type Profile,
  queued,
  startMs,
  writeTo,
} from './profile.ts';

const dayMs = 86_400_000;

let profile: Profile;
let storage: Storage;
afterEach(() => profile.dispose());

describe.each(['node', 'wasm'] as const)('Forgetting (%s driver)', (driver) => {
  beforeEach(async () => {
    profile = newProfile();
    storage = await profile.open(driver);
  });

  const arrives = (account: string, number: number, text: string, ageDays: number): void =>
    void storage.messages.addIncoming(account, {
      id: id(number),
      sequence: number,
      text,
      replyTo: null,
      sentMs: startMs - ageDays * dayMs,
      nowMs: startMs - ageDays * dayMs,
    });
  const said = (account: string): string[] =>
    storage.conversations
      .page(account, null, 200)
      .items.map((item: TimelineItem) => (item.kind === 'message' ? item.text : 'call'));
  const found = (word: string): number =>
    storage.search.find({ typed: word, conversationId: null, beforeOrdinal: null, limit: 9 }).length;
  /** Batch after batch of `limit`, as the engine does. Returns how many went. */
  const removeTooOld = (keepFor: KeepFor, limit: number): number => {
    let gone = 0;
    for (let more = true; more;) {
      const batch = storage.forgetting.removeTooOld(keepFor, startMs, limit);
      gone += batch.items.length;
      more = batch.more;
    }
    storage.forgetting.scrub();
    return gone;
  };
  const purgeCleared = (beforeMs: number, limit: number): void => {
    while (storage.forgetting.purgeCleared(beforeMs, limit).more);
    storage.forgetting.scrub();
  };

  it.each([
    ['ever', 0, ['walnut', 'chestnut', 'hazelnut', 'almond']],
    ['year', 1, ['chestnut', 'hazelnut', 'almond']],
    ['month', 2, ['hazelnut', 'almond']],
    ['week', 4, ['almond']],
  ] as const)('keeps for “%s”: says beforehand that %d go, and those are then in no file', (keepFor, goes, stays) => {
    arrives(alice, 1, 'walnut', 400);
    arrives(alice, 2, 'chestnut', 100);
    arrives(bob, 3, 'hazelnut', 10);
    arrives(bob, 4, 'almond', 1);
    storage.callLog.add(missedCall(5, startMs - 20 * dayMs, bob));
    const preview = storage.forgetting.tooOld(keepFor, startMs);
    expect(preview.messages + preview.calls).toBe(goes);
    expect(removeTooOld(keepFor, 2)).toBe(goes);
    expect([...said(alice), ...said(bob)].filter((text) => text !== 'call')).toEqual(stays);
    expect(storage.forgetting.tooOld(keepFor, startMs)).toEqual({ messages: 0, calls: 0 });
    for (const word of ['walnut', 'chestnut', 'hazelnut', 'almond']) {
      const isKept = stays.some((kept) => kept === word);
      const isSomewhere = filesWith(profile, word).length > 0;
      expect([word, found(word), isSomewhere]).toEqual([word, isKept ? 1 : 0, isKept]);
    }
  });

  it('keeps what waits to be sent, however old', () => {
    writeTo(storage, alice, 1, 'they are away', startMs - 50 * dayMs);
    writeTo(storage, alice, 2, 'they have this', startMs - 49 * dayMs);
    storage.messages.markDelivered(alice, [id(2)]);
    expect(storage.forgetting.tooOld('week', startMs)).toEqual({ messages: 1, calls: 0 });
    expect(removeTooOld('week', 10)).toBe(1);
    expect(said(alice)).toEqual(['they are away']);
    expect(storage.outbox.next(alice, 0, 10, startMs)).toHaveLength(1);
  });

  it('follows the rule of a conversation before that of the settings', () => {
    for (const [number, account] of [alice, bob].entries()) arrives(account, number, 'old', 20);
    storage.forgetting.setKeepFor(alice, 'ever');
    expect(storage.forgetting.keepFor(alice)).toBe('ever');
    expect(removeTooOld('week', 10)).toBe(1);
    expect([said(alice), said(bob)]).toEqual([['old'], []]);
    storage.forgetting.setKeepFor(alice, null);
    expect(removeTooOld('week', 10)).toBe(1);
  });

  it('takes reactions along, and a copy that comes late is not taken for a new message', () => {
    arrives(alice, 1, 'old', 20);
    storage.messages.reactOutgoing(alice, { to: id(1), emoji: '🦉' }, queued(2, 'a reaction'));
    expect(filesWith(profile, '🦉')).not.toEqual([]);
    expect(removeTooOld('week', 10)).toBe(1);
    expect(filesWith(profile, '🦉')).toEqual([]);
    arrives(alice, 1, 'old, once more', 20);
    expect(said(alice)).toEqual([]);
  });

  it('clears a conversation at once, brings it back while that can be undone, and leaves others alone', () => {
    comesFrom(storage, alice, 1, 'walnut');
    writeTo(storage, alice, 2, 'and more');
    comesFrom(storage, bob, 3, 'almond');
    storage.callLog.add(missedCall(4, startMs + 9));
    storage.conversations.saveDraft(alice, 'not yet');
    const before = [said(alice), storage.conversations.list()];
    expect(storage.forgetting.clear(alice, startMs)).toEqual([alice]);
    expect(said(alice)).toEqual([]);
    expect(found('walnut')).toBe(0);
    expect(storage.callLog.list(null, 9)).toEqual([]);
    expect(storage.conversations.list().map((conversation) => conversation.id)).toEqual([bob]);
    expect(storage.conversations.count(alice)).toBe(0);
    expect(storage.forgetting.purgeCleared(startMs, 10)).toEqual({ items: [], more: false });
    expect(storage.forgetting.unclear(alice)).toEqual([alice]);
    expect([said(alice), storage.conversations.list()]).toEqual(before);
    expect(found('walnut')).toBe(1);
  });

  it('is then gone from every file, with what was written and not sent; what comes later stays', () => {
    for (let number = 1; number <= 30; number += 1) comesFrom(storage, alice, number, `walnut ${number}`);
    const { sequence } = writeTo(storage, alice, 31, 'chestnut, unsent');
    storage.conversations.saveDraft(alice, 'hazelnut, a draft');
    storage.forgetting.clear(alice, startMs);
    comesFrom(storage, alice, 32, 'almond, a moment later');
    purgeCleared(startMs + 1, 7);
    expect(said(alice)).toEqual(['almond, a moment later']);
    expect(storage.outbox.count(alice)).toBe(0);
    for (const word of ['walnut', 'chestnut', 'hazelnut']) expect([word, filesWith(profile, word)]).toEqual([word, []]);
    expect(storage.forgetting.unclear(alice)).toEqual([]);
    expect(writeTo(storage, alice, 33, 'and ours').sequence).toBe(sequence + 1);
  });

  it('clears everything there is, and brings everything back', () => {
    comesFrom(storage, alice, 1, 'walnut');
    comesFrom(storage, bob, 2, 'almond');
    storage.callLog.add(missedCall(3, startMs, 'c3'.repeat(32)));
    expect(storage.forgetting.clear(null, startMs)).toHaveLength(3);
    expect(storage.conversations.list()).toEqual([]);
    expect(storage.forgetting.unclear(null)).toHaveLength(3);
    expect(storage.conversations.list()).toHaveLength(3);
    storage.forgetting.clear(null, startMs);
    purgeCleared(startMs + 1, 1);
    expect(storage.size()).toMatchObject({ messages: 0, calls: 0 });
    for (const word of ['walnut', 'almond']) expect([word, filesWith(profile, word)]).toEqual([word, []]);
  });
});

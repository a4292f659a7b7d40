import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { Storage } from '../../../main/storage/index.ts';
import { alice, bob, comesFrom, filesWith, id, newProfile, type Profile, queued, startMs, writeTo } from './profile.ts';

let profile: Profile;
let storage: Storage;
beforeEach(async () => {
  profile = newProfile();
  storage = await profile.open();
});
afterEach(() => profile.dispose());

const reopen = async (): Promise<void> => {
  storage.close();
  storage = await profile.open();
};

describe('Messages', () => {
  it('get the next sequence number of their conversation, over restarts, the first by the clock', async () => {
    const first = startMs / 1000;
    expect(writeTo(storage, alice, 1, 'one').sequence).toBe(first);
    expect(writeTo(storage, bob, 2, 'other').sequence).toBe(first);
    await reopen();
    expect(writeTo(storage, alice, 3, 'two').sequence).toBe(first + 1);
    storage.conversations.erase(alice);
    expect(writeTo(storage, alice, 4, 'anew', startMs + 60_000).sequence).toBe(first + 60);
  });

  it('are stored once, however often they come, also after a restart', async () => {
    const message = { id: id(1), sequence: 1, text: 'hello', replyTo: null, sentMs: startMs, nowMs: startMs };
    expect(storage.messages.addIncoming(alice, message).result).toBe('stored');
    await reopen();
    expect(storage.messages.addIncoming(alice, message).result).toBe('duplicate');
    expect(storage.conversations.page(alice, null, 10).items).toHaveLength(1);
  });

  it('of ours are never replaced by one of theirs with the same id', () => {
    writeTo(storage, alice, 1, 'mine');
    const forged = { id: id(1), sequence: 1, text: 'forged', replyTo: null, sentMs: startMs, nowMs: startMs };
    expect(storage.messages.addIncoming(alice, forged).result).toBe('conflict');
    expect(storage.messages.addIncoming(bob, forged).result).toBe('stored');
  });

  it('go from waiting to sent to delivered, and never back from delivered', () => {
    writeTo(storage, alice, 1, 'x');
    writeTo(storage, alice, 2, 'y');
    expect(storage.messages.markSent(alice, id(1))?.delivery).toBe('sent');
    expect(storage.messages.markSent(alice, id(1))).toBeNull();
    expect(storage.messages.markWaiting(alice).map((message) => message.id)).toEqual([id(1)]);
    expect(storage.messages.markDelivered(alice, [id(1), id(9)]).map((message) => message.id)).toEqual([id(1)]);
    expect(storage.messages.markDelivered(alice, [id(1)])).toEqual([]);
    expect(storage.messages.markSent(alice, id(1))).toBeNull();
    expect(storage.outbox.next(alice, 0, 10, startMs).map((message) => message.id)).toEqual([id(2)]);
  });

  it('can not be acknowledged by the wrong person, and incoming ones not at all', () => {
    writeTo(storage, alice, 1, 'x');
    expect(storage.messages.markDelivered(bob, [id(1)])).toEqual([]);
    expect(storage.outbox.count(alice)).toBe(1);
  });

  it('change by the latest edit, whatever order they come in, and stay deleted', () => {
    comesFrom(storage, alice, 1, 'first');
    expect(storage.messages.editIncoming(alice, { of: id(1), text: 'third', nowMs: startMs }, 3)?.text).toBe('third');
    expect(storage.messages.editIncoming(alice, { of: id(1), text: 'second', nowMs: startMs }, 2)).toBeNull();
    expect(storage.messages.deleteIncoming(alice, id(1), 4, startMs)).toMatchObject({ deleted: true, text: '', editedMs: null });
    expect(storage.messages.editIncoming(alice, { of: id(1), text: 'back', nowMs: startMs }, 5)).toBeNull();
  });

  it('that were deleted before they came are not stored when they do; they are when nobody deleted them', () => {
    expect(storage.messages.deleteIncoming(alice, id(1), 2, startMs)).toBeNull();
    expect([comesFrom(storage, alice, 1, 'too late').result, comesFrom(storage, bob, 1, 'mine').result]).toEqual([
      'duplicate',
      'stored',
    ]);
    storage.messages.forgetGone(startMs + 1);
    expect(comesFrom(storage, alice, 1, 'too late').result).toBe('stored');
  });

  it('that never were can be deleted ten thousand times without more of it on the disk', () => {
    storage.transaction(() => {
      for (let number = 1; number <= 10_001; number += 1) storage.messages.deleteIncoming(alice, id(number), number, startMs);
    });
    expect(comesFrom(storage, alice, 10_000, 'deleted').result).toBe('duplicate');
    expect(comesFrom(storage, alice, 10_001, 'one too many').result).toBe('stored');
    storage.messages.deleteIncoming(bob, id(1), 1, startMs);
    expect(comesFrom(storage, bob, 1, 'deleted').result).toBe('duplicate');
  });

  it('are changed by who wrote them and nobody else', () => {
    writeTo(storage, alice, 1, 'mine');
    comesFrom(storage, alice, 2, 'theirs');
    expect(storage.messages.editIncoming(alice, { of: id(1), text: 'forged', nowMs: startMs }, 9)).toBeNull();
    expect(storage.messages.deleteIncoming(alice, id(1), 9, startMs)).toBeNull();
    expect(storage.messages.editOutgoing(alice, { of: id(2), text: 'forged', nowMs: startMs }, queued(3, 'edit'))).toBeNull();
    expect(storage.messages.deleteOutgoing(alice, id(2), queued(4, 'delete'))).toBeNull();
    expect(storage.outbox.next(alice, 0, 9, startMs).map(({ id: post }) => post)).toEqual([id(1)]);
  });

  it('carry one reaction a person, the latest, and none when deleted', () => {
    comesFrom(storage, alice, 1, 'look');
    storage.messages.reactIncoming(alice, { to: id(1), emoji: '👍' }, 2);
    storage.messages.reactOutgoing(alice, { to: id(1), emoji: '🎉' }, queued(2, 'reaction'));
    expect(storage.messages.reactIncoming(alice, { to: id(1), emoji: '👎' }, 1)).toBeNull();
    expect(storage.messages.find(alice, id(1))?.reactions).toEqual([
      { author: null, emoji: '🎉' },
      { author: alice, emoji: '👍' },
    ]);
    expect(storage.messages.reactIncoming(alice, { to: id(1), emoji: null }, 3)?.reactions).toHaveLength(1);
    expect(storage.messages.reactIncoming(alice, { to: id(7), emoji: '👍' }, 4)).toBeNull();
    expect(storage.messages.deleteIncoming(alice, id(1), 5, startMs)?.reactions).toEqual([]);
    expect(storage.messages.reactIncoming(alice, { to: id(1), emoji: '👍' }, 6)).toBeNull();
  });

  it('quote what they answer as it reads now', () => {
    writeTo(storage, alice, 1, 'q'.repeat(300));
    const answer = { id: id(2), sequence: 1, text: 'yes', replyTo: id(1), sentMs: startMs, nowMs: startMs };
    const quote = () => storage.messages.find(alice, id(2))?.reply;
    expect(storage.messages.addIncoming(alice, answer).result).toBe('stored');
    expect(quote()).toMatchObject({ id: id(1), state: 'there', direction: 'out' });
    expect(quote()?.excerpt.length).toBeLessThanOrEqual(200);
    storage.messages.deleteOutgoing(alice, id(1), queued(3, 'delete'));
    expect(quote()).toMatchObject({ state: 'deleted', excerpt: '' });
    storage.messages.hide(alice, [id(1)], startMs);
    expect(quote()).toEqual({ id: id(1), state: 'gone', direction: null, excerpt: '' });
  });

  it('that were never sent can be taken back without a trace; the others can’t', () => {
    writeTo(storage, alice, 1, 'sent');
    writeTo(storage, alice, 2, 'waits');
    storage.messages.markSent(alice, id(1));
    storage.messages.markWaiting(alice);
    expect(storage.messages.takeBack(alice, id(1))).toBeNull();
    expect(storage.messages.takeBack(alice, id(2))?.text).toBe('waits');
    expect(storage.conversations.page(alice, null, 9).items.map(({ id: item }) => item)).toEqual([id(1)]);
    expect(storage.outbox.count(alice)).toBe(1);
  });

  it('that are hidden come back until they are purged, and are then nowhere in the file', () => {
    comesFrom(storage, alice, 1, 'a secret of the garden');
    storage.messages.reactIncoming(alice, { to: id(1), emoji: '👍' }, 2);
    expect(storage.messages.hide(alice, [id(1), id(9)], startMs)).toEqual([id(1)]);
    expect(storage.conversations.page(alice, null, 9).items).toEqual([]);
    expect(storage.messages.unhide(alice, [id(1)])).toHaveLength(1);
    storage.messages.hide(alice, [id(1)], startMs);
    expect(storage.messages.purgeHidden(startMs)).toBe(0);
    expect(storage.messages.purgeHidden(startMs + 1)).toBe(1);
    expect(filesWith(profile, 'a secret of the garden')).toEqual([]);
  });

  it('that are deleted are nowhere in the file at once', () => {
    writeTo(storage, alice, 1, 'a secret of the shed');
    expect(filesWith(profile, 'a secret of the shed')).not.toEqual([]);
    storage.messages.markDelivered(alice, [id(1)]);
    storage.messages.deleteOutgoing(alice, id(1), queued(2, 'delete'));
    expect(filesWith(profile, 'a secret of the shed')).toEqual([]);
  });

  it('are shown as read there up to the sequence that was read', () => {
    for (const number of [1, 2, 3]) writeTo(storage, alice, number, 'x');
    storage.messages.markDelivered(alice, [id(1)]);
    const second = startMs / 1000 + 1;
    expect(storage.messages.markReadThere(alice, second, 9).map(({ id: read }) => read)).toEqual([id(2), id(1)]);
    expect(storage.messages.markReadThere(alice, second, 9)).toEqual([]);
    expect(storage.messages.markDelivered(alice, [id(2)])).toEqual([]);
    expect(storage.messages.find(alice, id(2))?.delivery).toBe('read');
  });
});

describe('The outbox', () => {
  it('keeps one waiting post of a topic, the latest, at the end', () => {
    const first = storage.outbox.add(alice, queued(1, 'old', startMs, 'read'));
    storage.outbox.add(alice, queued(2, 'text'));
    storage.outbox.add(alice, queued(3, 'new', startMs, 'read'));
    expect(storage.outbox.next(alice, 0, 9, startMs).map(({ body, sequence }) => [sequence, body])).toEqual([
      [first + 1, 'text'],
      [first + 2, 'new'],
    ]);
  });

  it('gives nothing beyond a post that is held back, until its time', () => {
    storage.outbox.add(alice, queued(1, 'one'));
    storage.outbox.add(alice, { ...queued(2, 'two'), holdUntilMs: startMs + 5000 });
    storage.outbox.add(alice, queued(3, 'three'));
    expect(storage.outbox.next(alice, 0, 9, startMs).map(({ body }) => body)).toEqual(['one']);
    expect(storage.outbox.heldUntil(alice, startMs)).toBe(startMs + 5000);
    expect(storage.outbox.next(alice, 0, 9, startMs + 5000)).toHaveLength(3);
  });
});

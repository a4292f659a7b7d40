import { array, assert, boolean, integer, property } from 'fast-check';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { TimelineItem } from '../../../preload/contract/index.ts';
import type { Storage } from '../../../main/storage/index.ts';
import { alice, bob, comesFrom, id, missedCall, newProfile, type Profile, startMs, writeTo } from './profile.ts';

let profile: Profile;
let storage: Storage;
beforeEach(async () => {
  profile = newProfile();
  storage = await profile.open();
});
afterEach(() => profile.dispose());

const timeOf = (item: TimelineItem): number => (item.kind === 'call' ? item.startedMs : item.atMs);

const addCall = (number: number, startedMs: number): void => void storage.callLog.add(missedCall(number, startedMs));

describe('A piece out of the middle of a conversation', () => {
  it('leads to both ends without losing or repeating an item, wherever it begins', () => {
    assert(
      property(
        array(boolean(), { maxLength: 25 }),
        integer({ min: -3, max: 80 }),
        integer({ min: 1, max: 4 }),
        (items, middle, half) => {
          storage.conversations.erase(alice);
          for (const [number, isCall] of items.entries()) {
            if (isCall) addCall(number, startMs + 3 * number);
            else writeTo(storage, alice, number, 'x', startMs + 3 * number);
          }
          const window = storage.conversations.around(alice, startMs + middle, 2 * half);
          const before = window.items.filter((item) => timeOf(item) < startMs + middle).length;
          expect(before).toBeLessThanOrEqual(half);
          expect(window.items.length - before).toBeLessThanOrEqual(half);
          const shown = [...window.items];
          for (let more = window.older; more;) {
            const page = storage.conversations.page(alice, shown[0] === undefined ? startMs + middle : timeOf(shown[0]), 3);
            shown.unshift(...page.items);
            more = page.more;
          }
          for (let more = window.newer; more;) {
            const last = shown.at(-1);
            const page = storage.conversations.newer(alice, last === undefined ? startMs + middle - 1 : timeOf(last), 3);
            shown.push(...page.items);
            more = page.more;
          }
          expect(shown.map((item) => item.id)).toEqual(items.map((_, number) => id(number)));
        },
      ),
      { numRuns: 60 },
    );
  });
});

describe('The first unread message', () => {
  it('is the oldest of theirs that was not read, is not deleted, and is not hidden', () => {
    const first = (): number | null => storage.conversations.view(alice).firstUnreadMs;
    expect(first()).toBeNull();
    comesFrom(storage, alice, 1, 'read');
    storage.conversations.markRead(alice);
    expect(first()).toBeNull();
    writeTo(storage, alice, 2, 'ours');
    const times = [3, 4, 5].map((number) => {
      comesFrom(storage, alice, number, `theirs ${number}`);
      return storage.messages.find(alice, id(number))?.atMs;
    });
    expect(first()).toBe(times[0]);
    storage.messages.hide(alice, [id(3)], startMs);
    expect(first()).toBe(times[1]);
    storage.messages.deleteIncoming(alice, id(4), 99, startMs);
    expect(first()).toBe(times[2]);
    expect(storage.conversations.view(bob).firstUnreadMs).toBeNull();
  });
});

describe('Counting what a search finds', () => {
  it('says how many there are in all, without what is hidden, up to a limit', () => {
    for (let number = 1; number <= 7; number += 1) writeTo(storage, alice, number, `tea ${number}`);
    comesFrom(storage, bob, 8, 'tea for two');
    expect(storage.search.count('tea', null, 100)).toBe(8);
    expect(storage.search.count('tea', alice, 100)).toBe(7);
    expect(storage.search.count('tea', alice, 3)).toBe(3);
    expect(storage.search.count('coffee', null, 100)).toBe(0);
    expect(storage.search.count('  ', null, 100)).toBe(0);
    storage.messages.hide(alice, [id(6), id(7)], startMs);
    expect(storage.search.count('tea', alice, 100)).toBe(5);
    // What is hidden takes no place in a page either.
    const page = storage.search.find({ typed: 'tea', conversationId: alice, beforeOrdinal: null, limit: 3 });
    expect(page.map(({ text }) => text)).toEqual(['tea 5', 'tea 4', 'tea 3']);
  });
});

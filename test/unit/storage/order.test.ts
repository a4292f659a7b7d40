import { array, assert, boolean, constantFrom, integer, property, record, uniqueArray } from 'fast-check';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { TimelineItem } from '../../../preload/contract/index.ts';
import type { Storage } from '../../../main/storage/index.ts';
import { alice, id, missedCall, newProfile, queued, startMs, writeTo, type Profile } from './profile.ts';

/** The order of a conversation, whatever order its messages come in. */
let profile: Profile;
let storage: Storage;
beforeEach(async () => {
  profile = newProfile();
  storage = await profile.open();
});
afterEach(() => profile.dispose());

const dayMs = 86_400_000;

interface Told {
  readonly sequence: number;
  readonly nowMs?: number;
  readonly sentMs?: number;
  readonly isLate?: boolean;
}

const told = ({ sequence, nowMs = startMs, sentMs = startMs + sequence, isLate = true }: Told): void => {
  const text = `${sequence}`;
  const message = { id: id(sequence), sequence, text, replyTo: null, sentMs, nowMs, isLate };
  expect(storage.messages.addIncoming(alice, message).result).toBe('stored');
};
const timeOf = (item: TimelineItem): number => (item.kind === 'message' ? item.atMs : item.startedMs);

/** All that is shown, read in pages from the end. */
function shown(limit = 200): readonly TimelineItem[] {
  const all: TimelineItem[] = [];
  for (let before: number | null = null; ;) {
    const page: ReturnType<Storage['conversations']['page']> = storage.conversations.page(alice, before, limit);
    all.unshift(...page.items);
    const [oldest] = page.items;
    if (!page.more || oldest === undefined) return all;
    before = timeOf(oldest);
  }
}
const ids = (items: readonly TimelineItem[]): string[] => items.map((item) => item.id);
const texts = (): string[] => shown().map((item) => (item.kind === 'message' ? item.text : 'call'));
const isSorted = (numbers: readonly number[]): boolean =>
  numbers.every((number, index) => index === 0 || (numbers[index - 1] ?? 0) < number);

interface Step {
  readonly kind: 'theirs' | 'ours' | 'call';
  readonly passMs: number;
  /** Of this computer's clock, and of the writer's. */
  readonly wrongByMs: number;
  readonly theirsWrongByMs: number;
  readonly isLate: boolean;
}
const wrongByMs = constantFrom(0, 0, 0, 0.9 * dayMs, -0.9 * dayMs);
const steps = array(
  record<Step>({
    kind: constantFrom('theirs', 'theirs', 'theirs', 'ours', 'call'),
    passMs: integer({ min: 0, max: 3 }),
    wrongByMs,
    theirsWrongByMs: wrongByMs,
    isLate: boolean(),
  }),
  { maxLength: 60, size: 'max' },
);

/** Takes their posts in the order that is given, and ours and calls in between; says what must be so after each. */
function live(arrivals: readonly number[], happening: readonly Step[]): readonly TimelineItem[] {
  storage.conversations.erase(alice);
  const coming = [...arrivals];
  let passedMs = startMs;
  let before: readonly string[] = [];
  for (const [number, step] of happening.entries()) {
    passedMs += step.passMs;
    const nowMs = passedMs + step.wrongByMs;
    const sequence = step.kind === 'theirs' ? coming.shift() : 0;
    if (sequence === undefined) continue;
    const added = sequence === 0 ? `f${id(number).slice(1)}` : id(sequence);
    const sentMs = startMs + Math.floor(sequence / 2) + step.theirsWrongByMs;
    if (sequence > 0) told({ sequence, nowMs, sentMs, isLate: step.isLate });
    else if (step.kind === 'call') storage.callLog.add({ ...missedCall(0, nowMs), id: added });
    else storage.messages.addOutgoing(alice, { text: 'x', replyTo: null, nowMs }, { ...queued(0, 'x'), id: added });
    const now = ids(shown());
    // It is there once, and all others stand as they stood.
    expect(now.filter((item) => item !== added)).toEqual(before);
    expect(now).toHaveLength(before.length + 1);
    before = now;
  }
  return shown();
}

const sequencesOf = (items: readonly TimelineItem[], direction: 'in' | 'out'): number[] =>
  items.flatMap((item) =>
    item.kind === 'message' && item.direction === direction ? (storage.messages.find(alice, item.id)?.sequence ?? []) : [],
  );

describe('A conversation', () => {
  it('has each writer’s messages in their own order, in whatever order and by whatever clocks they come', () => {
    const sequences = uniqueArray(integer({ min: 1, max: 60 }), { maxLength: 60, size: 'max' });
    assert(
      property(sequences, steps, (arrivals, happening) => {
        const items = live(arrivals, happening);
        expect(isSorted(sequencesOf(items, 'in'))).toBe(true);
        expect(isSorted(sequencesOf(items, 'out'))).toBe(true);
        expect(new Set(items.map(timeOf)).size).toBe(items.length);
      }),
      { numRuns: 40 },
    );
  });

  it('reads the same in pages of any size, from any place and in any direction', () => {
    const sequences = uniqueArray(integer({ min: 1, max: 60 }), { maxLength: 60, size: 'max' });
    assert(
      property(sequences, steps, integer({ min: 1, max: 9 }), (arrivals, happening, limit) => {
        const all = ids(live(arrivals, happening));
        expect(ids(shown(limit))).toEqual(all);
        const onward: string[] = [];
        for (let after = -1, more = true; more;) {
          const page = storage.conversations.newer(alice, after, limit);
          onward.push(...ids(page.items));
          more = page.more;
          after = page.items.map(timeOf).at(-1) ?? after;
        }
        expect(onward).toEqual(all);
        for (const [index, item] of shown().entries()) {
          const around = ids(storage.conversations.around(alice, timeOf(item), 2 * limit).items);
          expect(around).toEqual(all.slice(Math.max(0, index - limit), index + limit));
        }
      }),
      { numRuns: 20 },
    );
  });

  it('holds, whatever numbers somebody claims, each message once, and none before what they had said before it', () => {
    const wild = integer({ min: 1, max: Number.MAX_SAFE_INTEGER });
    const sequences = uniqueArray(wild, { maxLength: 60, size: 'max' });
    assert(
      property(sequences, steps, (arrivals, happening) => {
        const items = live(arrivals, happening);
        const order = sequencesOf(items, 'in');
        const came = arrivals.filter((sequence) => order.includes(sequence));
        for (const [index, sequence] of came.entries()) {
          const before = Math.max(0, ...came.slice(0, index).filter((earlier) => earlier < sequence));
          expect(order.indexOf(before)).toBeLessThan(order.indexOf(sequence));
        }
      }),
      { numRuns: 40 },
    );
  });
});

describe('A message that comes after what follows it', () => {
  it('stands between the two, also after a restart, and the next at the end', async () => {
    for (const sequence of [1, 2, 5, 3, 4]) told({ sequence });
    expect(texts()).toEqual(['1', '2', '3', '4', '5']);
    storage.close();
    storage = await profile.open();
    told({ sequence: 6 });
    expect(texts()).toEqual(['1', '2', '3', '4', '5', '6']);
  });

  it('stands directly after what its writer said before it, not after our answer to what follows', () => {
    told({ sequence: 1, nowMs: startMs });
    writeTo(storage, alice, 900, 'mine', startMs + 10_000);
    told({ sequence: 3, nowMs: startMs + 20_000, sentMs: startMs + 20_000 });
    told({ sequence: 2, nowMs: startMs + 90_000, sentMs: startMs + 15_000 });
    expect(texts()).toEqual(['1', '2', 'mine', '3']);
  });

  it('is unread, and the first of what is, wherever it stands', () => {
    for (const sequence of [1, 2, 4]) told({ sequence });
    storage.conversations.markRead(alice);
    told({ sequence: 5 });
    told({ sequence: 3 });
    const { unread, firstUnreadMs, last } = storage.conversations.view(alice);
    expect([unread, firstUnreadMs]).toEqual([2, storage.messages.find(alice, id(3))?.atMs]);
    expect(last?.id).toBe(id(5));
    storage.conversations.markRead(alice);
    expect(storage.conversations.view(alice)).toMatchObject({ unread: 0, firstUnreadMs: null });
  });

  it('is kept as long as one that came with it', () => {
    const nowMs = startMs + 10 * dayMs;
    for (const sequence of [1, 3]) told({ sequence, nowMs: startMs });
    told({ sequence: 2, nowMs });
    expect(texts()).toEqual(['1', '2', '3']);
    storage.forgetting.removeTooOld('week', nowMs + 6 * dayMs, 100);
    expect(texts()).toEqual(['2']);
    storage.forgetting.removeTooOld('week', nowMs + 8 * dayMs, 100);
    expect(texts()).toEqual([]);
  });

  it('stands before what follows it if nothing of its writer is kept from before', () => {
    writeTo(storage, alice, 900, 'mine');
    told({ sequence: 9 });
    told({ sequence: 8 });
    told({ sequence: 7 });
    expect(texts()).toEqual(['mine', '7', '8', '9']);
  });

  it('stands at its time in a wide gap, however far its number is from those around it', () => {
    const [hourMs, seconds] = [3_600_000, startMs / 1000];
    const at = (sequence: number): number | undefined => storage.messages.find(alice, id(sequence))?.atMs;
    writeTo(storage, alice, 900, 'mine');
    told({ sequence: seconds, nowMs: startMs + hourMs, sentMs: startMs + hourMs });
    told({ sequence: seconds - 1, nowMs: startMs + 9 * hourMs, sentMs: startMs + 60_000 });
    expect(at(seconds - 1)).toBe(startMs + 60_000);
    const far = seconds + 2_000_000;
    told({ sequence: far, nowMs: startMs + 2 * hourMs, sentMs: startMs + 2 * hourMs });
    told({ sequence: far - 1_000_000, nowMs: startMs + 9 * hourMs, sentMs: startMs + hourMs + 60_000 });
    expect(at(far - 1_000_000)).toBe(startMs + hourMs + 60_000);
  });

  it('stands at the end if it was written later than what it claims to stand before: its writer counts anew', () => {
    for (const sequence of [1, 2, 3]) told({ sequence });
    writeTo(storage, alice, 900, 'mine');
    const message = { id: id(901), sequence: 2, text: 'from my new computer', replyTo: null };
    storage.messages.addIncoming(alice, { ...message, sentMs: startMs + 3 * dayMs, nowMs: startMs + 3 * dayMs });
    expect(texts()).toEqual(['1', '2', '3', 'mine', 'from my new computer']);
  });

  it('can be edited, answered and deleted like any', () => {
    for (const sequence of [1, 3, 2]) told({ sequence });
    expect(storage.messages.editIncoming(alice, { of: id(2), text: 'two', nowMs: startMs }, 4)?.text).toBe('two');
    writeTo(storage, alice, 900, 'mine');
    expect(texts()).toEqual(['1', 'two', '3', 'mine']);
    storage.messages.deleteIncoming(alice, id(2), 5, startMs);
    expect(texts()).toEqual(['1', '', '3', 'mine']);
    expect(storage.search.find({ typed: 'two', conversationId: alice, beforeOrdinal: null, limit: 9 })).toEqual([]);
  });
});

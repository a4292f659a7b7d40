import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { conversationViewSchema, timelineItemSchema } from '../../../preload/contract/index.ts';
import { encodeAck, encodePost, encodeTyping, type Post, type PostBody } from '../../../main/chat/index.ts';
import { encodeCbor } from '../../../main/ports/cbor.ts';
import type { MemoryNet } from './memory-wire.ts';
import type { VirtualClock } from '../virtual-clock.ts';
import { bob, id, sayAsBob, startPair, textsOf, type Writer } from './writers.ts';

/** A contact whose app was changed to do harm: what they send is bounded, harms nobody else, and everything goes on. */
let net: MemoryNet;
let clock: VirtualClock;
let a: Writer;
let b: Writer;
beforeEach(async () => {
  ({ net, clock, a, b } = await startPair());
});
afterEach(() => {
  // Whatever they did: what is stored can be shown, and we can go on writing to them.
  const items = a.storage.conversations.page(bob, null, 200).items;
  for (const item of items) expect(timelineItemSchema.safeParse(item).error).toBeUndefined();
  expect(conversationViewSchema.safeParse(a.storage.conversations.view(bob)).error).toBeUndefined();
  expect(() => a.chat.send(bob, 'we go on', null)).not.toThrow();
  a.profile.dispose();
  b.profile.dispose();
});

const carol = 'c3'.repeat(32);
const farthest = Number.MAX_SAFE_INTEGER;
const asBob = (...frames: Uint8Array[]): void => sayAsBob(net, frames);
const post = (number: number, body: PostBody, change: Partial<Post> = {}): Uint8Array =>
  encodePost({ id: id(number), sequence: number, sentMs: clock.nowMs(), body, ...change });
const text = (number: number, words: string, change: Partial<Post> = {}): Uint8Array =>
  post(number, { kind: 'text', text: words, replyTo: null }, change);
const itemsOf = (other: string) =>
  a.storage.conversations.page(other, null, 200).items.flatMap((item) => (item.kind === 'message' ? [item] : []));

describe('Times that can’t be', () => {
  const raw = (sentMs: unknown): Uint8Array =>
    encodeCbor({
      type: 'post',
      id: new Uint8Array(16).fill(9),
      sequence: 1,
      sentMs,
      body: { kind: 'text', text: 'x', replyTo: null },
    });

  it.each([
    ['before 1970', -62_135_596_800_000],
    ['a fraction', 0.5],
    ['beyond what a number holds', 2 ** 60],
    ['a word', 'yesterday'],
    ['nothing', null],
  ])('are refused: %s', (_, sentMs) => {
    asBob(raw(sentMs));
    expect(a.misbehaved).toEqual(['malformed chat message']);
    expect(itemsOf(bob)).toEqual([]);
  });

  it('are refused as numbers that are none, which only a forged frame can hold', () => {
    const frame = Buffer.from(raw(1.5));
    const at = frame.indexOf(Buffer.from('f93e00', 'hex'));
    expect(at).toBeGreaterThan(0);
    for (const half of ['f97e00', 'f97c00', 'f9fc00']) {
      // A half float: NaN, then the infinities.
      Buffer.from(half, 'hex').copy(frame, at);
      asBob(frame);
    }
    expect(a.misbehaved).toEqual(Array.from({ length: 3 }, () => 'malformed chat message'));
    expect(itemsOf(bob)).toEqual([]);
  });

  it('in 1970, in the year 9999 and at the end of numbers don’t move a message: it stands where it came', () => {
    const nowMs = clock.nowMs();
    asBob(text(1, 'first'), text(2, 'of 1970', { sentMs: 0 }), text(3, 'of 9999', { sentMs: 253_402_300_799_000 }));
    asBob(text(4, 'of never', { sentMs: farthest }), text(5, 'last'));
    expect(textsOf(a, bob)).toEqual(['first', 'of 1970', 'of 9999', 'of never', 'last']);
    for (const { atMs } of itemsOf(bob)) expect(Math.abs(atMs - nowMs)).toBeLessThan(1_000);
    expect(a.misbehaved).toEqual([]);
  });
});

describe('Texts made to harm', () => {
  it.each([
    ['turned round', 'invoice\u202Efdp.exe'],
    ['isolates without end', '\u2066'.repeat(16_000)],
    ['piles of marks', `z${'\u0335\u0300'.repeat(7_999)}`],
    ['nothing but joiners', '\u200D\uFE0F'.repeat(8_000)],
    ['one letter, sixteen thousand times', '﷽'.repeat(16_000)],
    ['controls', '\u0007\u001B[31m\u009B2J\u2028\u2029'],
    ['markup', '<img src=x onerror=alert(1)>'],
    ['a database command', "'); DROP TABLE messages; --"],
    ['words of the search', '" OR words : * NEAR('],
  ])('are kept as they came, and can be found, changed and deleted: %s', (_, words) => {
    asBob(text(1, words), text(2, `${words.slice(0, 7_000)} needle`));
    expect(textsOf(a, bob)[0]).toBe(words);
    expect(a.storage.search.find({ typed: 'needle', conversationId: bob, beforeOrdinal: null, limit: 9 })).toHaveLength(1);
    a.storage.search.find({ typed: words.slice(0, 200), conversationId: null, beforeOrdinal: null, limit: 9 });
    asBob(post(3, { kind: 'edit', of: id(1), text: `${words.slice(0, 7_000)}!` }), post(4, { kind: 'delete', of: id(2) }));
    expect(textsOf(a, bob)).toEqual([`${words.slice(0, 7_000)}!`, '']);
    expect(a.storage.search.find({ typed: 'needle', conversationId: bob, beforeOrdinal: null, limit: 9 })).toEqual([]);
    expect(a.misbehaved).toEqual([]);
  });
});

describe('Ids that collide', () => {
  it('with one of theirs: the first stays, whatever comes with the same', () => {
    asBob(text(1, 'the first'), text(2, 'another', { id: id(1) }), text(3, 'a third', { id: id(1) }));
    expect(textsOf(a, bob)).toEqual(['the first']);
  });

  it('with a message of another conversation: both stand, and neither can be changed from the other', () => {
    const ours = a.chat.send(carol, 'for carol', null);
    a.storage.messages.addIncoming(carol, {
      id: id(7),
      sequence: 1,
      text: 'of carol',
      replyTo: null,
      sentMs: clock.nowMs(),
      nowMs: clock.nowMs(),
    });
    asBob(text(1, 'of bob', { id: id(7) }), text(2, 'also of bob', { id: ours.id }));
    asBob(
      post(3, { kind: 'edit', of: id(7), text: 'changed by bob' }),
      post(4, { kind: 'delete', of: ours.id }),
      post(5, { kind: 'reaction', to: ours.id, emoji: '👎' }),
    );
    expect(textsOf(a, carol)).toEqual(['for carol', 'of carol']);
    expect(itemsOf(carol).map(({ reactions }) => reactions)).toEqual([[], []]);
    expect(textsOf(a, bob)).toEqual(['changed by bob', '']);
  });

  it('with one of ours: refused, and ours is still sent', () => {
    const { id: ours } = a.chat.send(bob, 'ours', null);
    asBob(text(1, 'theirs', { id: ours }));
    expect(a.misbehaved).toEqual(['an id of ours']);
    expect(a.storage.outbox.next(bob, 0, 9, clock.nowMs())).toMatchObject([{ id: ours }]);
  });
});

describe('Changes of what isn’t theirs, or isn’t there', () => {
  it('leave ours as it is', () => {
    const { id: ours } = a.chat.send(bob, 'ours', null);
    asBob(post(1, { kind: 'edit', of: ours, text: 'forged' }), post(2, { kind: 'delete', of: ours }));
    expect(textsOf(a, bob)).toEqual(['ours']);
    expect(itemsOf(bob)).toMatchObject([{ editedMs: null, deleted: false }]);
  });

  it('to nothing are taken and forgotten: two thousand of them leave no row', () => {
    const size = (): number => a.storage.size().databaseBytes;
    asBob(post(1, { kind: 'reaction', to: id(999), emoji: '👍' }));
    const before = size();
    for (let number = 2; number < 2_000; number += 250) {
      asBob(
        ...Array.from({ length: 250 }, (_, index) => {
          const nth = number + index;
          if (nth % 2 === 0) return post(nth, { kind: 'reaction', to: id(1_000_000 + nth), emoji: '👍' });
          return post(nth, { kind: 'edit', of: id(1_000_000 + nth), text: 'x'.repeat(100) });
        }),
      );
    }
    expect(size()).toBe(before);
    expect(a.changes).toEqual([]);
  });

  it('one mark a person: a thousand different ones leave the last', () => {
    const { id: ours } = a.chat.send(bob, 'ours', null);
    const emoji = ['👍', '👎', '🎉', '😀', '🐈'];
    asBob(
      ...Array.from({ length: 1_000 }, (_, number) =>
        post(number + 1, { kind: 'reaction', to: ours, emoji: emoji[number % emoji.length] ?? '👍' }),
      ),
    );
    expect(itemsOf(bob)[0]?.reactions).toEqual([{ author: bob, emoji: '🐈' }]);
  });
});

describe('Numbers that jump', () => {
  it('to the end: what comes after is taken all the same, before it, and so are our receipts', () => {
    asBob(text(1, 'one'), text(2, 'far', { sequence: farthest }), text(3, 'three'));
    expect(textsOf(a, bob)).toEqual(['one', 'three', 'far']);
    a.chat.read(bob);
    expect(a.storage.outbox.next(bob, 0, 9, clock.nowMs()).map(({ body }) => body)).toEqual([
      JSON.stringify({ kind: 'read', upTo: farthest }),
    ]);
    expect(a.misbehaved).toEqual([]);
  });

  it('in a change: the highest stays, which is theirs to choose, and only of theirs', () => {
    asBob(text(1, 'one'), post(2, { kind: 'edit', of: id(1), text: 'last word' }, { sequence: farthest }));
    asBob(post(3, { kind: 'edit', of: id(1), text: 'too late' }));
    expect(textsOf(a, bob)).toEqual(['last word']);
  });

  it('in a receipt: what was not sent is still sent', () => {
    a.chat.send(bob, 'one', null);
    asBob(post(1, { kind: 'read', upTo: farthest }));
    expect(a.storage.outbox.count(bob)).toBe(1);
    expect(a.chat.send(bob, 'two', null).delivery).toBe('waiting');
  });

  it('beyond the end, or backwards, are refused', () => {
    const raw = (sequence: number): Uint8Array =>
      encodeCbor({
        type: 'post',
        id: new Uint8Array(16).fill(9),
        sequence,
        sentMs: 0,
        body: { kind: 'text', text: 'x', replyTo: null },
      });
    asBob(raw(2 ** 53), raw(2 ** 63), raw(0), raw(-5));
    expect(a.misbehaved).toHaveLength(4);
    expect(itemsOf(bob)).toEqual([]);
  });
});

describe('Floods', () => {
  it('of “I am writing” are one notice and one timer', () => {
    asBob(...Array.from({ length: 5_000 }, () => encodeTyping()));
    expect(a.changes).toEqual([{ type: 'typing', account: bob }]);
  });

  it('of receipts for things that we never sent touch nothing', () => {
    a.chat.send(bob, 'ours', null);
    asBob(encodeAck([id(999)]));
    const before = a.changes.length;
    for (let round = 0; round < 100; round += 1)
      asBob(encodeAck(Array.from({ length: 50 }, (_, number) => id(1_000 + round * 50 + number))));
    expect(a.changes).toHaveLength(before);
    expect(a.storage.outbox.count(bob)).toBe(1);
  });

  it('of unread messages are counted to a hundred, and a page of them is a page', () => {
    asBob(...Array.from({ length: 400 }, (_, number) => text(number + 1, 'spam')));
    expect(a.storage.conversations.view(bob).unread).toBe(100);
    expect(a.storage.conversations.page(bob, null, 50).items).toHaveLength(50);
    a.storage.forgetting.clear(bob, clock.nowMs());
    expect(a.storage.conversations.view(bob)).toMatchObject({ unread: 0, last: null });
  });
});

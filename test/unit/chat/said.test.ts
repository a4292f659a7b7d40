import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { undoSendMs } from '../../../preload/contract/index.ts';
import { encodePost, encodeTyping, type Post } from '../../../main/chat/index.ts';
import type { MemoryNet } from './memory-wire.ts';
import type { VirtualClock } from '../virtual-clock.ts';
import { alice, bob, id, sayAsBob, startPair, textsOf, type Writer } from './writers.ts';

let net: MemoryNet;
let clock: VirtualClock;
let a: Writer;
let b: Writer;
beforeEach(async () => {
  ({ net, clock, a, b } = await startPair());
});
afterEach(() => {
  a.profile.dispose();
  b.profile.dispose();
});

const asBob = (...frames: Uint8Array[]): void => sayAsBob(net, frames);

describe('What was said', () => {
  const itemOf = (writer: Writer, other: string, messageId: string) =>
    writer.storage.conversations.page(other, null, 99).items.find((item) => item.id === messageId);

  beforeEach(() => net.connect(alice, bob));

  it('can be answered, changed, and marked with a picture; both see the same', () => {
    const { id: first } = a.chat.send(bob, 'Tea at four?', null);
    net.settle();
    const { id: answer } = b.chat.send(alice, 'Gladly', first);
    b.chat.react(alice, first, '🫖');
    a.chat.edit(bob, first, 'Tea at five?');
    net.settle();
    expect(itemOf(b, alice, first)).toMatchObject({ text: 'Tea at five?', reactions: [{ author: null, emoji: '🫖' }] });
    expect(itemOf(a, bob, first)).toMatchObject({ text: 'Tea at five?', reactions: [{ author: bob, emoji: '🫖' }] });
    expect(itemOf(a, bob, answer)).toMatchObject({ reply: { id: first, direction: 'out', excerpt: 'Tea at five?' } });
    b.chat.react(alice, first, null);
    net.settle();
    expect(itemOf(a, bob, first)).toMatchObject({ reactions: [] });
    expect([a.misbehaved, b.misbehaved]).toEqual([[], []]);
  });

  it('is deleted for both, its place stays, also when the friend was away', () => {
    const { id: messageId } = a.chat.send(bob, 'not meant for you', null);
    net.settle();
    net.close(alice, bob);
    a.chat.deleteForBoth(bob, messageId);
    expect(itemOf(b, alice, messageId)).toMatchObject({ text: 'not meant for you' });
    net.connect(alice, bob);
    net.settle();
    for (const [writer, other] of [
      [a, bob],
      [b, alice],
    ] as const)
      expect(itemOf(writer, other, messageId)).toMatchObject({ text: '', deleted: true });
  });

  it('leaves no trace when it is deleted before it ever left', () => {
    net.close(alice, bob);
    const { id: messageId } = a.chat.send(bob, 'too early', null);
    a.chat.deleteForBoth(bob, messageId);
    net.connect(alice, bob);
    net.settle();
    expect([itemOf(a, bob, messageId), itemOf(b, alice, messageId)]).toEqual([undefined, undefined]);
    expect(a.storage.outbox.count(bob)).toBe(0);
  });

  it('is never stored if its deletion came first, written or spoken, and acknowledged all the same', () => {
    const post = (number: number, body: Post['body']): Uint8Array =>
      encodePost({ id: id(number), sequence: number, sentMs: clock.nowMs(), body });
    const voice = { attachment: id(99), sizeBytes: 100, hash: '0'.repeat(64), durationMs: 1_000, waveform: [1], replyTo: null };
    asBob(
      post(3, { kind: 'delete', of: id(1) }),
      post(4, { kind: 'delete', of: id(2) }),
      post(1, { kind: 'text', text: 'regretted', replyTo: null }),
      post(2, { kind: 'voice', ...voice }),
      post(5, { kind: 'text', text: 'kept', replyTo: null }),
    );
    expect(a.storage.conversations.page(bob, null, 9).items.map((item) => item.id)).toEqual([id(5)]);
    expect(a.misbehaved).toEqual([]);
  });

  it('can only be changed by who said it, whatever a modified app sends', () => {
    const { id: ours } = a.chat.send(bob, 'ours', null);
    net.settle();
    const post = (sequence: number, body: Post['body']): Uint8Array =>
      encodePost({ id: id(sequence), sequence, sentMs: 0, body });
    asBob(
      post(1, { kind: 'edit', of: ours, text: 'forged' }),
      post(2, { kind: 'delete', of: ours }),
      post(3, { kind: 'edit', of: id(77), text: 'of nothing' }),
      post(4, { kind: 'reaction', to: id(77), emoji: '👍' }),
      post(5, { kind: 'read', upTo: Number.MAX_SAFE_INTEGER }),
    );
    expect(itemOf(a, bob, ours)).toMatchObject({ text: 'ours', deleted: false });
    expect(a.misbehaved).toEqual([]);
    expect(() => b.chat.edit(alice, ours, 'forged')).toThrow('NO_SUCH_MESSAGE');
  });

  it('is shown as read once it is, unless either side keeps that to itself', () => {
    const { id: first } = a.chat.send(bob, 'one', null);
    net.settle();
    b.chat.read(alice);
    b.chat.read(alice);
    net.settle();
    expect(itemOf(a, bob, first)).toMatchObject({ delivery: 'read' });
    b.habits = { ...b.habits, readReceipts: false };
    const { id: second } = a.chat.send(bob, 'two', null);
    net.settle();
    b.chat.read(alice);
    net.settle();
    expect(itemOf(a, bob, second)).toMatchObject({ delivery: 'delivered' });
  });

  it('waits five seconds and can be taken back, where the person wishes so; what follows keeps its order', () => {
    a.habits = { ...a.habits, undoSend: true };
    const { id: regretted } = a.chat.send(bob, 'regretted', null);
    a.chat.send(bob, 'kept', null);
    net.settle();
    expect(textsOf(b, alice)).toEqual([]);
    expect(a.chat.takeBack(bob, regretted)).toBe('regretted');
    clock.advance(undoSendMs); // as long as the window offers it
    net.settle();
    expect(textsOf(b, alice)).toEqual([]);
    clock.advance(1_000);
    net.settle();
    expect(textsOf(b, alice)).toEqual(['kept']);
    expect(() => a.chat.takeBack(bob, regretted)).toThrow('NO_SUCH_MESSAGE');
  });

  it('is out of our sight when we remove it, until that is undone; after half a minute it is gone for good', () => {
    const { id: messageId } = a.chat.send(bob, 'clutter', null);
    net.settle();
    a.chat.hide(bob, [messageId]);
    expect(itemOf(a, bob, messageId)).toBeUndefined();
    a.chat.unhide(bob, [messageId]);
    expect(itemOf(a, bob, messageId)).toBeDefined();
    a.chat.hide(bob, [messageId]);
    clock.advance(31_000);
    expect(a.storage.messages.find(bob, messageId)).toBeNull();
    expect(itemOf(b, alice, messageId)).toMatchObject({ text: 'clutter' });
  });
});

describe('That somebody is writing', () => {
  beforeEach(() => net.connect(alice, bob));

  it('is said once in three seconds, believed for six, and over with the message', () => {
    for (let key = 0; key < 10; key += 1) b.chat.typing(alice);
    expect(net.inFlight(bob, alice)).toBe(1);
    net.settle();
    expect(a.chat.isTyping(bob)).toBe(true);
    b.chat.send(alice, 'there', null);
    net.settle();
    expect(a.chat.isTyping(bob)).toBe(false);
    b.chat.typing(alice);
    net.settle();
    expect(a.chat.isTyping(bob)).toBe(true);
    clock.advance(6_100);
    expect(a.chat.isTyping(bob)).toBe(false);
    expect(a.changes.filter(({ type }) => type === 'typing')).toHaveLength(4);
  });

  it('is neither said nor shown by who does not want it', () => {
    a.habits = { ...a.habits, typingNotices: false };
    a.chat.typing(bob);
    expect(net.inFlight(alice, bob)).toBe(0);
    asBob(encodeTyping());
    expect(a.chat.isTyping(bob)).toBe(false);
  });
});

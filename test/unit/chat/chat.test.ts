import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { createChat, decodeChatMessage, encodeAck, encodePost, maxWaiting, type Post } from '../../../main/chat/index.ts';
import { encodeCbor } from '../../../main/ports/cbor.ts';
import { silentLogger } from '../../../main/ports/logger.ts';
import { systemRandom } from '../../../main/ports/random.ts';
import { writeTo } from '../storage/profile.ts';
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

const frame = (change: Record<string, unknown>): Uint8Array =>
  encodeCbor({
    type: 'post',
    id: new Uint8Array(16),
    sequence: 1,
    sentMs: 0,
    body: { kind: 'text', text: 'x', replyTo: null },
    ...change,
  });

const outgoing = (writer: Writer) =>
  writer.storage.conversations.page(bob, null, 200).items.flatMap((item) => (item.kind === 'message' ? [item] : []));
const deliveries = (writer: Writer): string[] =>
  writer.changes.flatMap((change) => (change.type === 'changed' ? [change.message.delivery] : []));

describe('A message', () => {
  it('is stored, sent, stored there, acknowledged; and shown so at each step', () => {
    net.connect(alice, bob);
    const { id: messageId } = a.chat.send(bob, 'hello', null);
    expect(deliveries(a)).toEqual(['waiting', 'sent']);
    net.settle();
    expect(deliveries(a)).toEqual(['waiting', 'sent', 'delivered']);
    expect(b.changes).toMatchObject([{ type: 'received', message: { id: messageId, text: 'hello', direction: 'in' } }]);
  });

  it('waits on the disk, over a restart, until the friend is there', async () => {
    a.chat.send(bob, 'one', null);
    a.chat.send(bob, 'two', null);
    await a.killAndStart([a, b]);
    net.connect(alice, bob);
    net.settle();
    expect(textsOf(b, alice)).toEqual(['one', 'two']);
  });

  it('is waiting again when the session ends before the acknowledgement, and when the engine was killed', async () => {
    net.connect(alice, bob);
    a.chat.send(bob, 'hello', null);
    net.close(alice, bob);
    expect(deliveries(a)).toEqual(['waiting', 'sent', 'waiting']);
    net.connect(alice, bob);
    expect(outgoing(a).map(({ delivery }) => delivery)).toEqual(['sent']);
    await a.killAndStart([a, b]);
    expect(outgoing(a).map(({ delivery }) => delivery)).toEqual(['waiting']);
  });

  it('is not repeated while the session is only interrupted', () => {
    net.connect(alice, bob);
    a.chat.send(bob, 'hello', null);
    net.interrupt(alice, bob);
    net.resume(alice, bob);
    expect(net.inFlight(alice, bob)).toBe(1);
  });

  it('is not acknowledged while it can not be stored, and comes again, with those after it, in order', () => {
    net.connect(alice, bob);
    b.diskFull = true;
    a.chat.send(bob, 'one', null);
    net.settle();
    b.diskFull = false;
    a.chat.send(bob, 'two', null);
    net.settle();
    expect(textsOf(b, alice)).toEqual([]);
    clock.advance(31_000);
    net.settle();
    expect(textsOf(b, alice)).toEqual(['one', 'two']);
    expect(a.storage.outbox.count(bob)).toBe(0);
  });
});

describe('A long silence', () => {
  it('ends with at most 50 unacknowledged messages under way, and no more a second than the other side puts up with', () => {
    for (let number = 0; number < 180; number += 1) a.chat.send(bob, `message ${number}`, null);
    net.connect(alice, bob);
    expect(net.inFlight(alice, bob)).toBe(50);
    let seconds = 0;
    let most = 0;
    for (; a.storage.outbox.count(bob) > 0 && seconds < 60; seconds += 1) {
      const before = b.changes.length;
      net.settle();
      for (let tick = 0; tick < 10; tick += 1) {
        clock.advance(100);
        net.settle();
      }
      most = Math.max(most, b.changes.length - before);
    }
    expect(textsOf(b, alice)).toEqual(Array.from({ length: 180 }, (_, number) => `message ${number}`));
    expect(most).toBeLessThanOrEqual(80);
    expect(seconds).toBeLessThan(10);
  });

  it('is bounded: the message after the thousandth that waits is refused', () => {
    a.storage.transaction(() => {
      for (let number = 0; number < maxWaiting; number += 1) {
        writeTo(a.storage, bob, number, 'x', clock.nowMs());
      }
    });
    expect(() => a.chat.send(bob, 'one too many', null)).toThrow('TOO_MANY');
  });
});

describe('What may be written', () => {
  it('is up to 16,000 characters in any script, whole', () => {
    net.connect(alice, bob);
    const text = '長'.repeat(16_000);
    a.chat.send(bob, text, null);
    net.settle();
    expect(textsOf(b, alice)).toEqual([text]);
    expect(() => a.chat.send(bob, 'x'.repeat(16_001), null)).toThrow('TOO_LONG');
    expect(() => a.chat.send(bob, ' \n ', null)).toThrow('BAD_INPUT');
  });

  it('arrives even when it holds half a character or a NUL, mended', () => {
    net.connect(alice, bob);
    a.chat.send(bob, 'a\uD83D\0b', null);
    net.settle();
    expect(textsOf(b, alice)).toEqual(['a\uFFFDb']);
    expect(textsOf(a, bob)).toEqual(['a\uFFFDb']);
  });

  it('goes to contacts only', () => {
    a.friends = () => false;
    expect(() => a.chat.send(bob, 'hello', null)).toThrow('NOT_A_CONTACT');
  });
});

describe('A newer version on the other side', () => {
  /** Says it as Bob, and returns how much of it was acknowledged. */
  const acknowledged = (...frames: Uint8Array[]): number => {
    let count = 0;
    const wire = net.wire(bob);
    wire.onMessage((_, bytes) => (count += decodeChatMessage(bytes)?.type === 'ack' ? 1 : 0));
    net.connect(alice, bob);
    for (const each of frames) wire.send(alice, each);
    net.settle();
    return count;
  };

  it('says what this one does not know: it is taken once, acknowledged, and shown as that', () => {
    const song = frame({ id: new Uint8Array(16).fill(7), body: { kind: 'song', of: 'la', notes: [1, 2, 3] } });
    expect(acknowledged(song, song)).toBe(2);
    expect(a.misbehaved).toEqual([]);
    expect(a.changes).toMatchObject([{ type: 'received', message: { unknown: true, text: '', direction: 'in' } }]);
  });

  it('says things that are nothing to look at, and types of message that nobody knows: nothing is shown', () => {
    expect(acknowledged(frame({ body: { kind: 'nod', quiet: true } }), encodeCbor({ type: 'shout', text: 'HI' }))).toBe(1);
    expect([a.misbehaved, a.changes]).toEqual([[], []]);
  });
});

describe('A hostile peer', () => {
  const said = (text: string, change: Partial<Post> = {}): Post => ({
    id: id(1),
    sequence: 1,
    sentMs: 0,
    body: { kind: 'text', text, replyTo: null },
    ...change,
  });

  it.each([
    ['noise', new Uint8Array([1, 2, 3])],
    ['nothing', new Uint8Array(0)],
    ['a type that is no word', encodeCbor({ type: 7 })],
    ['a type without end', encodeCbor({ type: 's'.repeat(33) })],
    ['too long a text', frame({ body: { kind: 'text', text: 'x'.repeat(16_001), replyTo: null } })],
    ['an empty text', frame({ body: { kind: 'text', text: '', replyTo: null } })],
    ['a NUL', frame({ body: { kind: 'text', text: '\0', replyTo: null } })],
    ['a short id', frame({ id: new Uint8Array(15) })],
    ['a negative sequence', frame({ sequence: -1 })],
    ['a body of no kind', frame({ body: { text: 'la' } })],
    ['a kind without end', frame({ body: { kind: 's'.repeat(33) } })],
    ['an edit whose message is named in words', frame({ body: { kind: 'edit', of: id(3), text: 'x' } })],
    ['an edit of nothing', frame({ body: { kind: 'edit', text: 'x' } })],
    ['a reaction that is a word', frame({ body: { kind: 'reaction', to: new Uint8Array(16), emoji: 'lol' } })],
    [
      'a reaction of a thousand pictures',
      frame({ body: { kind: 'reaction', to: new Uint8Array(16), emoji: '👍'.repeat(1000) } }),
    ],
    ['a receipt for nothing', frame({ body: { kind: 'read', upTo: 0 } })],
    ['too many ids', encodeCbor({ type: 'ack', ids: Array.from({ length: 51 }, () => new Uint8Array(16)) })],
    ['more bytes than allowed', new Uint8Array(50_000)],
  ])('is reported for %s, and nothing is stored', (_, bytes) => {
    asBob(bytes);
    expect(a.misbehaved).toEqual(['malformed chat message']);
    expect(a.chat.refused(bob)).toBe(1);
    expect(a.changes).toEqual([]);
  });

  it('can replay a message without effect', () => {
    asBob(encodePost(said('hi')), encodePost(said('hi')), encodePost(said('changed')));
    expect(textsOf(a, bob)).toEqual(['hi']);
  });

  it("can't put words into our mouth by using an id of ours", () => {
    const { id: ours } = a.chat.send(bob, 'mine', null);
    asBob(encodePost(said('forged', { id: ours })));
    expect(a.misbehaved).toEqual(['an id of ours']);
    expect(textsOf(a, bob)).toEqual(['mine']);
  });

  it("can't acknowledge what was not sent to them", () => {
    const carol = 'c3'.repeat(32);
    const { id: toCarol } = a.chat.send(carol, 'secret', null);
    asBob(encodeAck([toCarol, id(99)]));
    expect(a.storage.outbox.count(carol)).toBe(1);
    expect(a.misbehaved).toEqual([]);
  });

  it('is not heard at all when no friend', () => {
    a.friends = () => false;
    asBob(encodePost(said('hi')), new Uint8Array([1]));
    expect([a.changes, a.misbehaved]).toEqual([[], []]);
  });

  it('that sends out of order is stored in order, each once', () => {
    asBob(encodePost(said('five', { id: id(5), sequence: 5 })), encodePost(said('two', { id: id(2), sequence: 2 })));
    expect(textsOf(a, bob)).toEqual(['two', 'five']);
  });
});

describe('A link that takes no more for the moment', () => {
  it('is tried again, and nothing is lost or reordered', () => {
    let full = true;
    const sent: number[] = [];
    const chat = createChat({
      wire: {
        send: (_, bytes) => {
          if (full) return 'too-much';
          sent.push(bytes.byteLength);
          return 'queued';
        },
        onMessage: () => () => undefined,
        onState: (listener) => {
          listener({ account: bob, device: bob }, 'connected');
          return () => undefined;
        },
      },
      messages: a.storage.messages,
      voices: a.storage.voices,
      outbox: a.storage.outbox,
      addMissedCall: () => null,
      habits: () => a.habits,
      isContact: () => true,
      isFriend: () => true,
      misbehaved: () => undefined,
      clock,
      random: systemRandom,
      logger: silentLogger,
    });
    chat.start();
    chat.send(bob, 'x', null);
    chat.send(bob, 'xx', null);
    expect(sent).toEqual([]);
    full = false;
    clock.advance(600);
    expect(sent).toHaveLength(2);
    expect(sent[1]).toBe((sent[0] ?? 0) + 1);
    chat.stop();
  });
});

import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { createChat, encodeAck, encodeText, maxWaiting } from '../../../main/chat/index.ts';
import { encodeCbor } from '../../../main/ports/cbor.ts';
import { silentLogger } from '../../../main/ports/logger.ts';
import { systemRandom } from '../../../main/ports/random.ts';
import { memoryNet, type MemoryNet } from './memory-wire.ts';
import { VirtualClock } from '../virtual-clock.ts';
import { Writer } from './writers.ts';

const alice = 'a1'.repeat(32);
const bob = 'b2'.repeat(32);
const id = (number: number): string => number.toString(16).padStart(32, '0');

let net: MemoryNet;
let clock: VirtualClock;
let a: Writer;
let b: Writer;
beforeEach(async () => {
  net = memoryNet();
  clock = new VirtualClock();
  a = new Writer(alice, net, clock);
  b = new Writer(bob, net, clock);
  await a.start();
  await b.start();
});
afterEach(() => {
  a.profile.dispose();
  b.profile.dispose();
});

/** Speaks on the wire as Bob, without his engine. */
const asBob = (...frames: Uint8Array[]): void => {
  const wire = net.wire(bob);
  net.connect(alice, bob);
  for (const frame of frames) wire.send(alice, frame);
  net.settle();
};

const textsOf = (writer: Writer, other: string): string[] =>
  writer.storage.conversations.page(other, null, 200).items.flatMap((item) => (item.kind === 'message' ? [item.text] : []));
const deliveries = (writer: Writer): string[] =>
  writer.changes.flatMap((change) => (change.type === 'outgoing' ? [change.message.delivery] : []));

describe('A message', () => {
  it('is stored, sent, stored there, acknowledged; and shown so at each step', () => {
    net.connect(alice, bob);
    const { id: messageId } = a.chat.send(bob, 'hello');
    expect(deliveries(a)).toEqual(['waiting', 'sent']);
    net.settle();
    expect(deliveries(a)).toEqual(['waiting', 'sent', 'delivered']);
    expect(b.changes).toMatchObject([{ type: 'received', message: { id: messageId, text: 'hello', direction: 'in' } }]);
  });

  it('waits on the disk, over a restart, until the friend is there', async () => {
    a.chat.send(bob, 'one');
    a.chat.send(bob, 'two');
    await a.killAndStart([a, b]);
    net.connect(alice, bob);
    net.settle();
    expect(textsOf(b, alice)).toEqual(['one', 'two']);
  });

  it('is waiting again when the session ends before the acknowledgement, and when the engine was killed', async () => {
    net.connect(alice, bob);
    a.chat.send(bob, 'hello');
    net.close(alice, bob);
    expect(deliveries(a)).toEqual(['waiting', 'sent', 'waiting']);
    net.connect(alice, bob);
    expect(a.storage.messages.undelivered(bob, 0, 9).map(({ delivery }) => delivery)).toEqual(['sent']);
    await a.killAndStart([a, b]);
    expect(a.storage.messages.undelivered(bob, 0, 9).map(({ delivery }) => delivery)).toEqual(['waiting']);
  });

  it('is not repeated while the session is only interrupted', () => {
    net.connect(alice, bob);
    a.chat.send(bob, 'hello');
    net.interrupt(alice, bob);
    net.resume(alice, bob);
    expect(net.inFlight(alice, bob)).toBe(1);
  });

  it('is not acknowledged while it can not be stored, and comes again, with those after it, in order', () => {
    net.connect(alice, bob);
    b.diskFull = true;
    a.chat.send(bob, 'one');
    net.settle();
    b.diskFull = false;
    a.chat.send(bob, 'two');
    net.settle();
    expect(textsOf(b, alice)).toEqual([]);
    clock.advance(31_000);
    net.settle();
    expect(textsOf(b, alice)).toEqual(['one', 'two']);
    expect(a.storage.messages.countUndelivered(bob)).toBe(0);
  });
});

describe('A long silence', () => {
  it('ends with at most 50 unacknowledged messages under way, and no more a second than the other side puts up with', () => {
    for (let number = 0; number < 180; number += 1) a.chat.send(bob, `message ${number}`);
    net.connect(alice, bob);
    expect(net.inFlight(alice, bob)).toBe(50);
    let seconds = 0;
    let most = 0;
    for (; a.storage.messages.countUndelivered(bob) > 0 && seconds < 60; seconds += 1) {
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
        a.storage.messages.addOutgoing(bob, { id: id(number), text: 'x', nowMs: clock.nowMs() });
      }
    });
    expect(() => a.chat.send(bob, 'one too many')).toThrow('TOO_MANY');
  });
});

describe('What may be written', () => {
  it('is up to 16,000 characters in any script, whole', () => {
    net.connect(alice, bob);
    const text = '長'.repeat(16_000);
    a.chat.send(bob, text);
    net.settle();
    expect(textsOf(b, alice)).toEqual([text]);
    expect(() => a.chat.send(bob, 'x'.repeat(16_001))).toThrow('TOO_LONG');
    expect(() => a.chat.send(bob, ' \n ')).toThrow('BAD_INPUT');
  });

  it('arrives even when it holds half a character or a NUL, mended', () => {
    net.connect(alice, bob);
    a.chat.send(bob, 'a\uD83D\0b');
    net.settle();
    expect(textsOf(b, alice)).toEqual(['a\uFFFDb']);
    expect(textsOf(a, bob)).toEqual(['a\uFFFDb']);
  });

  it('goes to contacts only', () => {
    a.friends = () => false;
    expect(() => a.chat.send(bob, 'hello')).toThrow('NOT_A_CONTACT');
  });
});

describe('A hostile peer', () => {
  const text = { id: id(1), sequence: 1, text: 'hi', sentMs: 0 };

  it.each([
    ['noise', new Uint8Array([1, 2, 3])],
    ['nothing', new Uint8Array(0)],
    ['another type', encodeCbor({ type: 'shout', text: 'HI' })],
    ['too long a text', encodeCbor({ type: 'text', id: new Uint8Array(16), sequence: 1, text: 'x'.repeat(16_001), sentMs: 0 })],
    ['an empty text', encodeCbor({ type: 'text', id: new Uint8Array(16), sequence: 1, text: '', sentMs: 0 })],
    ['a NUL', encodeCbor({ type: 'text', id: new Uint8Array(16), sequence: 1, text: '\0', sentMs: 0 })],
    ['a short id', encodeCbor({ type: 'text', id: new Uint8Array(15), sequence: 1, text: 'x', sentMs: 0 })],
    ['a negative sequence', encodeCbor({ type: 'text', id: new Uint8Array(16), sequence: -1, text: 'x', sentMs: 0 })],
    ['too many ids', encodeCbor({ type: 'ack', ids: Array.from({ length: 51 }, () => new Uint8Array(16)) })],
    ['more bytes than allowed', new Uint8Array(50_000)],
  ])('is reported for %s, and nothing is stored', (_, frame) => {
    asBob(frame);
    expect(a.misbehaved).toEqual(['malformed chat message']);
    expect(a.chat.refused(bob)).toBe(1);
    expect(a.changes).toEqual([]);
  });

  it('can replay a message without effect', () => {
    asBob(encodeText(text), encodeText(text), encodeText({ ...text, text: 'changed' }));
    expect(textsOf(a, bob)).toEqual(['hi']);
  });

  it("can't put words into our mouth by using an id of ours", () => {
    const { id: ours } = a.chat.send(bob, 'mine');
    asBob(encodeText({ ...text, id: ours, text: 'forged' }));
    expect(a.misbehaved).toEqual(['an id of ours']);
    expect(textsOf(a, bob)).toEqual(['mine']);
  });

  it("can't acknowledge what was not sent to them", () => {
    const carol = 'c3'.repeat(32);
    const { id: toCarol } = a.chat.send(carol, 'secret');
    asBob(encodeAck([toCarol, id(99)]));
    expect(a.storage.messages.countUndelivered(carol)).toBe(1);
    expect(a.misbehaved).toEqual([]);
  });

  it('is not heard at all when no friend', () => {
    a.friends = () => false;
    asBob(encodeText(text), new Uint8Array([1]));
    expect([a.changes, a.misbehaved]).toEqual([[], []]);
  });

  it('that sends out of order is stored as it comes, each once', () => {
    asBob(
      encodeText({ ...text, id: id(5), sequence: 5, text: 'five' }),
      encodeText({ ...text, id: id(2), sequence: 2, text: 'two' }),
    );
    expect(textsOf(a, bob)).toEqual(['five', 'two']);
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
      isContact: () => true,
      isFriend: () => true,
      misbehaved: () => undefined,
      clock,
      random: systemRandom,
      logger: silentLogger,
    });
    chat.start();
    chat.send(bob, 'x');
    chat.send(bob, 'xx');
    expect(sent).toEqual([]);
    full = false;
    clock.advance(600);
    expect(sent).toHaveLength(2);
    expect(sent[1]).toBe((sent[0] ?? 0) + 1);
    chat.stop();
  });
});

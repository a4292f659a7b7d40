import { Buffer } from 'node:buffer';
import dgram from 'node:dgram';
import { once } from 'node:events';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { datagramOf, impairSockets } from '../../quality/in-process/impaired-sockets.ts';
import { conditionsOf, createOutgoing, type OutgoingOptions } from '../../quality/in-process/outgoing.ts';
import type { Impairment } from '../../quality/wire/impairment.ts';
import { VirtualClock } from '../virtual-clock.ts';

type Note = Parameters<OutgoingOptions['note']>[0];

/** A way out on a clock of its own; what left it, and what it said about each datagram. */
function outgoingWith(impairment: Impairment, random: () => number = () => 0.5) {
  const clock = new VirtualClock(0);
  const { advance } = clock;
  const notes: Note[] = [];
  const left: string[] = [];
  const outgoing = createOutgoing({ clock, random, impairment, note: (note) => notes.push(note) });
  const take = (name: string, bytes = 100): void => outgoing.take(bytes, () => left.push(`${name} at ${clock.monotonicMs()}`));
  return { outgoing, take, advance, notes, left };
}

describe('one end’s way out', () => {
  test('lets a datagram go when its delay has passed, and says what it imposed', () => {
    const { take, advance, left, notes } = outgoingWith({ delayMs: 50 });
    take('one');
    advance(20);
    take('two');
    advance(29);
    expect(left).toEqual([]);
    advance(1);
    expect(left).toEqual(['one at 50']);
    advance(20);
    expect(left).toEqual(['one at 50', 'two at 70']);
    expect(notes).toEqual([
      { atMs: 0, bytes: 100, fate: 'ok', delayMs: 50 },
      { atMs: 20, bytes: 100, fate: 'ok', delayMs: 50 },
    ]);
  });

  test('lets nothing overtake when the delay shrinks', () => {
    const { take, advance, left, outgoing } = outgoingWith({ delayMs: 200 });
    take('one');
    outgoing.set({ delayMs: 10 });
    take('two');
    advance(199);
    expect(left).toEqual([]);
    advance(1);
    expect(left).toEqual(['one at 200', 'two at 200']);
    take('three');
    advance(10);
    expect(left.at(-1)).toBe('three at 210');
  });

  test('loses what it loses, from the moment it is told to', () => {
    const { take, advance, left, notes, outgoing } = outgoingWith({ delayMs: 5 });
    take('heard');
    outgoing.set({ delayMs: 5, lossPercent: 100 });
    take('lost');
    outgoing.set({ delayMs: 5 });
    take('heard again');
    advance(5);
    expect(left).toEqual(['heard at 5', 'heard again at 5']);
    expect(notes.map(({ fate }) => fate)).toEqual(['ok', 'lost', 'ok']);
  });

  test('is as narrow as it is told: 100 bytes at 80 kbit/s take 10 ms, and what finds the queue too long is gone', () => {
    const { take, advance, left, notes } = outgoingWith({ rateKbps: 80, queueMs: 15 });
    for (const name of ['one', 'two', 'three']) take(name);
    advance(100);
    expect(left).toEqual(['one at 10', 'two at 20']);
    expect(notes[2]?.fate).toBe('lost');
  });

  test('understands the cable’s per cent, bursts included', () => {
    expect(conditionsOf({ lossPercent: 20, burst: [5, 15, 100], rateKbps: 32 })).toEqual({
      delayMs: 0,
      jitterMs: 0,
      loss: 0.2,
      burst: { enter: 0.05, leave: 0.15, lossInBad: 1 },
      rateBps: 32_000,
      bucketBytes: 0,
      queueMs: 200,
    });
  });
});

describe('what a program gives to a socket', () => {
  const bytes = Buffer.from('abcdef');

  test('is taken whole or in part, and copied', () => {
    const whole = datagramOf([bytes, 5000, '127.0.0.1']);
    expect(whole).toMatchObject({ port: 5000, address: '127.0.0.1', sent: null });
    expect(whole.message.toString()).toBe('abcdef');
    const part = datagramOf([bytes, 2, 3, 5000, '::1']);
    expect(part).toMatchObject({ port: 5000, address: '::1' });
    bytes[2] = 0;
    expect(part.message.toString()).toBe('cde');
  });

  test.each([
    [['text', 5000, '127.0.0.1']],
    [[Buffer.from('x')]],
    [[Buffer.from('x'), 5000]],
    [[[Buffer.from('x')], 5000, '::1']],
  ])('must not slip by unknown: %o', (given) => {
    expect(() => datagramOf(given)).toThrow('and no others');
  });
});

describe('real sockets', () => {
  let near: dgram.Socket;
  let far: dgram.Socket;
  let putBack: () => void;
  const waiting: { bytes: number; deliver: () => void }[] = [];

  beforeEach(async () => {
    waiting.length = 0;
    near = dgram.createSocket('udp4');
    far = dgram.createSocket('udp4');
    far.bind(0, '127.0.0.1');
    await once(far, 'listening');
    putBack = impairSockets(dgram.Socket, {
      take: (bytes, deliver) => void waiting.push({ bytes, deliver }),
      set: () => undefined,
    });
  });
  afterEach(() => {
    putBack();
    near.close();
    far.close();
  });

  test('send what they were given, from the same port, once the cable lets it go', async () => {
    const buffer = Buffer.from('..hello..');
    const sent = new Promise((resolve) => near.send(buffer, 2, 5, far.address().port, '127.0.0.1', (_, bytes) => resolve(bytes)));
    buffer.fill(0);
    expect(await sent).toBe(5);
    expect(waiting.map(({ bytes }) => bytes)).toEqual([5 + 8 + 20]);
    const heard = once(far, 'message');
    waiting[0]?.deliver();
    const [message, from] = await heard;
    expect(String(message)).toBe('hello');
    expect(from).toMatchObject({ port: near.address().port });
  });

  test('that are closed before a datagram’s time lose it', async () => {
    const gone = dgram.createSocket('udp4');
    gone.send(Buffer.from('late'), far.address().port, '127.0.0.1');
    gone.close();
    await once(gone, 'close');
    expect(() => waiting[0]?.deliver()).not.toThrow();
  });

  test('are themselves again afterwards', async () => {
    putBack();
    const heard = once(far, 'message');
    near.send(Buffer.from('plain'), far.address().port, '127.0.0.1');
    expect(String((await heard)[0])).toBe('plain');
    expect(waiting).toEqual([]);
  });
});

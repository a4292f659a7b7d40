import { array, assert, asyncProperty, constant, integer, oneof, record } from 'fast-check';
import { afterEach, describe, expect, it } from 'vitest';
import { memoryNet } from './memory-wire.ts';
import { VirtualClock } from '../virtual-clock.ts';
import { Killed, Writer } from './writers.ts';

const seed = Date.now() % 2 ** 31;
const alice = 'a1'.repeat(32);
const bob = 'b2'.repeat(32);

let made: Writer[] = [];
afterEach(() => {
  for (const writer of made) writer.profile.dispose();
  made = [];
});

const who = integer({ min: 0, max: 1 });
const step = oneof(
  { weight: 4, arbitrary: record({ do: constant('write' as const), who }) },
  { weight: 8, arbitrary: record({ do: constant('deliver' as const), who }) },
  { weight: 3, arbitrary: record({ do: constant('connect' as const), who }) },
  { weight: 2, arbitrary: record({ do: constant('close' as const), who }) },
  { weight: 1, arbitrary: record({ do: constant('wait' as const), who }) },
  { weight: 3, arbitrary: record({ do: constant('kill' as const), who, at: integer({ min: 0, max: 8 }) }) },
);

describe(`Two people writing while links drop and processes are killed (seed ${seed})`, { timeout: 180_000 }, () => {
  it('each message arrives once, in order, and is shown as delivered', async () => {
    await assert(
      asyncProperty(array(step, { minLength: 10, maxLength: 60 }), async (steps) => {
        const net = memoryNet();
        const clock = new VirtualClock();
        const pair = [new Writer(alice, net, clock), new Writer(bob, net, clock)] as const;
        made.push(...pair);
        for (const writer of pair) await writer.start();
        const mortal = async (run: () => void): Promise<void> => {
          try {
            run();
          } catch (error) {
            if (!(error instanceof Killed)) throw error;
            await error.writer.killAndStart(pair);
          }
        };
        let written = 0;
        for (const next of steps) {
          const me = next.who === 0 ? pair[0] : pair[1];
          const you = next.who === 0 ? pair[1] : pair[0];
          written += 1;
          const text = `${next.who}/${written}`;
          await mortal(() => {
            if (next.do === 'write') me.chat.send(you.key, text, null);
            if (next.do === 'deliver') net.deliverOne(me.key, you.key);
            if (next.do === 'connect') net.connect(alice, bob);
            if (next.do === 'close') net.close(alice, bob);
            if (next.do === 'wait') clock.advance(40_000);
            if (next.do === 'kill') me.killAt = next.at;
          });
        }
        for (const writer of pair) writer.killAt = null;
        net.connect(alice, bob);
        for (let round = 0; round < 20; round += 1) {
          net.settle();
          clock.advance(1000);
        }
        for (const [from, to] of [pair, pair.toReversed()] as const) {
          const sent = itemsOf(from, to.key, 'out');
          const received = itemsOf(to, from.key, 'in');
          expect(received.map(({ text }) => text)).toEqual(sent.map(({ text }) => text));
          expect(sent.every(({ delivery }) => delivery === 'delivered')).toBe(true);
          expect(from.misbehaved).toEqual([]);
        }
        for (const writer of made.splice(0)) writer.profile.dispose();
      }),
      { seed, numRuns: 80 },
    );
  });

  it('a kill before or after each single step of one exchange loses and repeats nothing', async () => {
    let survived = 0;
    for (const victim of [0, 1] as const) {
      for (let killAt = 0; killAt < 24; killAt += 1) {
        const net = memoryNet();
        const clock = new VirtualClock();
        const pair = [new Writer(alice, net, clock), new Writer(bob, net, clock)] as const;
        for (const writer of pair) await writer.start();
        net.connect(alice, bob);
        pair[victim].killAt = killAt;
        const texts = ['one', 'two', 'three'];
        for (const text of texts) {
          try {
            pair[0].chat.send(bob, text, null);
            net.settle();
          } catch (error) {
            if (!(error instanceof Killed)) throw error;
            await error.writer.killAndStart(pair);
            net.connect(alice, bob);
          }
        }
        pair[victim].killAt = null;
        net.connect(alice, bob);
        for (let round = 0; round < 5; round += 1) {
          net.settle();
          clock.advance(1000);
        }
        const sent = itemsOf(pair[0], bob, 'out');
        expect(itemsOf(pair[1], alice, 'in').map(({ text }) => text)).toEqual(sent.map(({ text }) => text));
        expect(sent.map(({ delivery }) => delivery)).toEqual(sent.map(() => 'delivered'));
        // Only the one being written when the writer was killed before it was on disk may be missing; it was never accepted.
        expect(sent.length).toBeGreaterThanOrEqual(2);
        survived += 1;
        for (const writer of pair) writer.profile.dispose();
      }
    }
    expect(survived).toBe(48);
  });
});

function itemsOf(writer: Writer, other: string, direction: 'in' | 'out') {
  const { items } = writer.storage.conversations.page(other, null, 200);
  return items.flatMap((item) => (item.kind === 'message' && item.direction === direction ? [item] : []));
}

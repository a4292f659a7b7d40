import { beforeEach, describe, expect, it } from 'vitest';
import { decodeCallMessage, encodeCallMessage } from '../../../main/calls/call-signal.ts';
import { encodeCbor } from '../../../main/ports/cbor.ts';
import { description, goodStats } from './descriptions.ts';
import { createWorld, talk, type Person, type World } from './two-people.ts';

let world: World;
let ann: Person;
let ben: Person;
beforeEach(() => {
  world = createWorld();
  ({ ann, ben } = world);
});
const advance = (ms: number): void => world.clock.advance(ms);
const hold = (person: Person, held: boolean): void => {
  person.calls.setHeld(person.view().id, held);
  advance(50);
};
const holds = (): readonly string[] => [ann.view().hold, ben.view().hold];
/** Whose media lets no sound through. */
const silenced = (): readonly boolean[] => [ann, ben].map(({ media }) => [...media.sessions.values()].every(({ held }) => held));

describe('a call on hold', () => {
  it('is silent on both sides, and both see who holds', () => {
    talk(world);
    expect([holds(), silenced()]).toEqual([
      ['none', 'none'],
      [false, false],
    ]);
    hold(ann, true);
    expect([holds(), silenced()]).toEqual([
      ['local', 'remote'],
      [true, true],
    ]);
    hold(ann, false);
    expect([holds(), silenced()]).toEqual([
      ['none', 'none'],
      [false, false],
    ]);
  });

  it('that both hold goes on when the second lets go, also if both pressed in the same moment', () => {
    talk(world);
    ann.calls.setHeld(ann.view().id, true);
    ben.calls.setHeld(ben.view().id, true);
    advance(50);
    expect([holds(), silenced()]).toEqual([
      ['both', 'both'],
      [true, true],
    ]);
    hold(ann, false);
    expect([holds(), silenced()]).toEqual([
      ['remote', 'local'],
      [true, true],
    ]);
    hold(ben, false);
    expect([holds(), silenced()]).toEqual([
      ['none', 'none'],
      [false, false],
    ]);
  });

  it('stays on hold when its path is lost and found', () => {
    talk(world);
    hold(ben, true);
    ann.media.interrupt();
    ben.media.interrupt();
    expect([ann.view().phase, ben.view().phase]).toEqual(['reconnecting', 'reconnecting']);
    for (const { media } of [ann, ben]) media.air = true;
    ann.media.beat(ben.media);
    ben.media.beat(ann.media);
    expect([ann.view().phase, ben.view().phase]).toEqual(['active', 'active']);
    expect([holds(), silenced()]).toEqual([
      ['remote', 'local'],
      [true, true],
    ]);
  });

  it('is told again to the next session, because the one that ended took the word with it', () => {
    talk(world);
    world.network.close();
    hold(ann, true);
    expect(holds()).toEqual(['local', 'none']);
    world.network.reconnect();
    advance(50);
    expect([holds(), silenced()]).toEqual([
      ['local', 'remote'],
      [true, true],
    ]);
  });

  it('has no quality word, and judges anew afterwards', () => {
    talk(world);
    const callId = ann.view().id;
    ann.media.emit({ type: 'stats', callId, stats: goodStats });
    expect(ann.view().quality).toBe('clear');
    hold(ann, true);
    ann.media.emit({ type: 'stats', callId, stats: { ...goodStats, concealedMs: 900 } });
    expect(ann.view().quality).toBe(null);
  });

  it('is not a thing before anybody talks', () => {
    ann.calls.start(ben.address.account);
    advance(200);
    hold(ann, true);
    expect(holds()).toEqual(['none', 'none']);
  });
});

describe('a friend whose app is older', () => {
  it('is told nothing of a hold, and hears silence', () => {
    const id = '7'.repeat(32);
    const said: string[] = [];
    const offer = encodeCallMessage({
      id,
      signal: { type: 'offer', sentMs: world.clock.nowMs(), description: description(5) },
    });
    ann.wire.onMessage((_from, bytes) => {
      const message = decodeCallMessage(bytes);
      if (message !== null && 'signal' in message) said.push(message.signal.type);
    });
    ben.wire.deliver(ann.address, offer);
    advance(200);
    ben.calls.accept(id);
    hold(ben, true);
    expect(ben.view().hold).toBe('local');
    expect([...ben.media.sessions.values()].map(({ held }) => held)).toEqual([true]);
    expect(said).toContain('accept');
    expect(said).not.toContain('hold');
  });
});

describe('a word of a later version', () => {
  it.each([
    ['a signal', { id: '1'.repeat(32), signal: { type: 'sing', song: 'a new one' } }],
    ['a message', { type: 'weather', rain: true }],
  ])('(%s) is let pass', (_what, message) => {
    talk(world);
    ben.wire.deliver(ann.address, encodeCbor(message));
    advance(10);
    expect(ben.complaints).toEqual([]);
    expect(ben.view().phase).toBe('active');
  });

  it('does not excuse a known signal that makes no sense', () => {
    talk(world);
    ben.wire.deliver(ann.address, encodeCbor({ id: ann.view().id, signal: { type: 'hold', held: 'perhaps' } }));
    ben.wire.deliver(ann.address, encodeCbor({ type: 'hello', sentMs: 'now' }));
    expect(ben.complaints).toHaveLength(2);
  });
});

it('a friend is played as loud as was chosen, from the start and when it changes', () => {
  const volumes = (): readonly number[] => [...ann.media.sessions.values()].map(({ volume }) => volume);
  ann.volumes.set(ben.address.account, 0.5);
  talk(world);
  expect(volumes()).toEqual([0.5]);
  ann.volumes.set(ben.address.account, 1.75);
  ann.calls.volumeChanged(ben.address.account);
  expect(volumes()).toEqual([1.75]);
  ann.calls.volumeChanged(world.cem.address.account);
  expect(volumes()).toEqual([1.75]);
});

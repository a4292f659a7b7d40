import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { PresenceView } from '../../../preload/contract/index.ts';
import { encodeCbor } from '../../../main/ports/cbor.ts';
import { silentLogger } from '../../../main/ports/logger.ts';
import { createPresence, type Presence } from '../../../main/presence/index.ts';
import { memoryNet, type MemoryNet } from '../chat/memory-wire.ts';
import { VirtualClock } from '../virtual-clock.ts';

const alice = 'a1'.repeat(32);
const bob = 'b2'.repeat(32);

interface Person {
  readonly presence: Presence;
  readonly saved: Map<string, number | null>;
  readonly views: PresenceView[];
  readonly misbehaved: string[];
  readonly strangers: Set<string>;
  /** Whom they are invisible to. */
  readonly hiddenFrom: Set<string>;
  readonly wishes: { hidesLastSeen: boolean };
}

let net: MemoryNet;
let clock: VirtualClock;
let a: Person;
let b: Person;

function person(key: string, saved = new Map<string, number | null>()): Person {
  const views: PresenceView[] = [];
  const misbehaved: string[] = [];
  const strangers = new Set<string>();
  const hiddenFrom = new Set<string>();
  const wishes = { hidesLastSeen: false };
  const presence = createPresence({
    wire: net.wire(key),
    isFriend: (account) => !strangers.has(account),
    lastSeen: (account) => saved.get(account) ?? null,
    saveLastSeen: (account, atMs) => saved.set(account, atMs),
    isInvisibleTo: (account) => hiddenFrom.has(account),
    hidesLastSeen: () => wishes.hidesLastSeen,
    misbehaved: (_, reason) => misbehaved.push(reason),
    clock,
    logger: silentLogger,
  });
  presence.onChange((_, view) => views.push(view));
  presence.start();
  return { presence, saved, views, misbehaved, strangers, hiddenFrom, wishes };
}

beforeEach(() => {
  net = memoryNet();
  clock = new VirtualClock();
  a = person(alice);
  b = person(bob);
});
afterEach(() => {
  a.presence.stop();
  b.presence.stop();
});

const meet = (): void => {
  net.connect(alice, bob);
  net.settle();
};

describe('Presence between contacts', () => {
  it('is offline, never seen, before the first meeting', () => {
    expect(a.presence.view(bob)).toEqual({ state: 'offline', onCall: false, lastSeenMs: null });
  });

  it('is told when they meet, and at once when it changes', () => {
    b.presence.setOwn('away');
    meet();
    expect(a.presence.view(bob)).toEqual({ state: 'away', onCall: false, lastSeenMs: clock.nowMs() });
    b.presence.setOwn('dnd');
    b.presence.setOnCall(true);
    net.settle();
    expect(a.views.map(({ state, onCall }) => [state, onCall])).toEqual([
      ['away', false],
      ['dnd', false],
      ['dnd', true],
    ]);
  });

  it('says nothing when nothing changed', () => {
    meet();
    b.presence.setOwn('online');
    b.presence.setOnCall(false);
    expect(net.inFlight(bob, alice)).toBe(0);
  });

  it('is offline as soon as the session is closed, last seen then, over a restart of ours', () => {
    meet();
    clock.advance(60_000);
    const leftMs = clock.nowMs();
    net.close(alice, bob);
    clock.advance(60_000);
    expect(a.presence.view(bob)).toEqual({ state: 'offline', onCall: false, lastSeenMs: leftMs });
    a.presence.stop();
    a = person(alice, a.saved);
    expect(a.presence.view(bob).lastSeenMs).toBe(leftMs);
  });

  it('survives an interruption of two seconds without a flicker', () => {
    meet();
    net.interrupt(alice, bob);
    clock.advance(2000);
    net.resume(alice, bob);
    clock.advance(60_000);
    expect(a.views.map(({ state }) => state)).toEqual(['online']);
  });

  it('is offline three seconds after an interruption, last seen when it began, and back when the session resumes', () => {
    meet();
    const lostMs = clock.nowMs();
    net.interrupt(alice, bob);
    clock.advance(3000);
    expect(a.presence.view(bob)).toEqual({ state: 'offline', onCall: false, lastSeenMs: lostMs });
    net.resume(alice, bob);
    expect(a.presence.view(bob).state).toBe('online');
  });

  it('does not stretch the grace when the interruption is reported twice', () => {
    meet();
    net.interrupt(alice, bob);
    clock.advance(2000);
    net.interrupt(alice, bob);
    clock.advance(1000);
    expect(a.presence.view(bob).state).toBe('offline');
  });

  it('waits for a new word in a new session: what was said in the old one does not count', () => {
    meet();
    net.close(alice, bob);
    net.connect(alice, bob);
    expect(a.presence.view(bob).state).toBe('offline');
    net.settle();
    expect(a.presence.view(bob).state).toBe('online');
  });
});

describe('Being invisible', () => {
  it('looks like being offline, also while on a call, and "last seen" stays where it was', () => {
    meet();
    const hidMs = clock.nowMs();
    b.presence.setOwn('invisible');
    net.settle();
    clock.advance(600_000);
    b.presence.setOnCall(true);
    expect(net.inFlight(bob, alice)).toBe(0);
    expect(a.presence.view(bob)).toEqual({ state: 'offline', onCall: false, lastSeenMs: hidMs });
    net.close(alice, bob);
    expect(a.presence.view(bob).lastSeenMs).toBe(hidMs);
  });

  it('from the start leaves no trace of the meeting', () => {
    b.presence.setOwn('invisible');
    meet();
    clock.advance(600_000);
    net.close(alice, bob);
    expect(a.presence.view(bob)).toEqual({ state: 'offline', onCall: false, lastSeenMs: null });
    expect([a.views, a.saved.size]).toEqual([[], 0]);
  });
});

describe('Being invisible to one friend', () => {
  it('is offline to them and as it is to the others', () => {
    const carol = 'c3'.repeat(32);
    const c = person(carol);
    b.hiddenFrom.add(alice);
    net.connect(alice, bob);
    net.connect(carol, bob);
    net.settle();
    expect([a.presence.view(bob).state, c.presence.view(bob).state]).toEqual(['offline', 'online']);
    c.presence.stop();
  });

  it('says nothing at all when something changes, and is taken back at once', () => {
    meet();
    b.hiddenFrom.add(alice);
    b.presence.refresh();
    net.settle();
    expect(a.presence.view(bob).state).toBe('offline');
    b.presence.setOwn('dnd');
    b.presence.setOnCall(true);
    b.presence.setIdle(true);
    expect(net.inFlight(bob, alice)).toBe(0);
    b.hiddenFrom.clear();
    b.presence.refresh();
    net.settle();
    expect(a.presence.view(bob)).toMatchObject({ state: 'dnd', onCall: true });
  });
});

describe('Being away without saying so', () => {
  it('is what somebody online is whose computer nobody touches, unless they talk', () => {
    meet();
    b.presence.setIdle(true);
    net.settle();
    expect(a.presence.view(bob).state).toBe('away');
    b.presence.setOnCall(true);
    net.settle();
    expect(a.presence.view(bob)).toMatchObject({ state: 'online', onCall: true });
    b.presence.setOnCall(false);
    b.presence.setIdle(false);
    net.settle();
    expect(a.presence.view(bob).state).toBe('online');
  });

  it.each(['dnd', 'invisible'] as const)('changes nothing for somebody who chose %s', (chosen) => {
    b.presence.setOwn(chosen);
    meet();
    const before = a.presence.view(bob).state;
    b.presence.setIdle(true);
    expect(net.inFlight(bob, alice)).toBe(0);
    expect(a.presence.view(bob).state).toBe(before);
  });

  it('a computer that goes to sleep says so first, and that it is back', () => {
    meet();
    b.presence.setAsleep(true);
    net.settle();
    expect(a.presence.view(bob)).toMatchObject({ state: 'offline', lastSeenMs: clock.nowMs() });
    net.interrupt(alice, bob);
    net.resume(alice, bob);
    b.presence.setAsleep(false);
    net.settle();
    expect(a.presence.view(bob).state).toBe('online');
  });
});

describe('Last seen', () => {
  it('is neither kept nor shown of somebody who hides it, and what was known is forgotten', () => {
    a.saved.set(bob, 5);
    b.wishes.hidesLastSeen = true;
    meet();
    expect(a.presence.view(bob)).toMatchObject({ state: 'online', lastSeenMs: null });
    clock.advance(3_600_000);
    net.close(alice, bob);
    expect(a.presence.view(bob)).toEqual({ state: 'offline', onCall: false, lastSeenMs: null });
    expect(a.saved.get(bob)).toBeNull();
  });

  it('is saved now and then while somebody is there, so a crash of ours costs minutes', () => {
    meet();
    clock.advance(3_600_000);
    expect(clock.nowMs() - (a.saved.get(bob) ?? 0)).toBeLessThanOrEqual(300_000);
  });
});

describe('Strangers and broken peers', () => {
  it('a stranger with a session is told nothing and not heard', () => {
    b.strangers.add(alice);
    a.strangers.add(bob);
    net.connect(alice, bob);
    expect([net.inFlight(alice, bob), net.inFlight(bob, alice)]).toEqual([0, 0]);
  });

  it.each([
    ['noise', new Uint8Array([255, 0])],
    ['an unknown state', encodeCbor({ state: 'invisible', onCall: false })],
    ['something too large', encodeCbor({ state: 'online', onCall: false, story: 'x'.repeat(200) })],
  ])('%s is reported and changes nothing', (_, frame) => {
    meet();
    net.wire(bob).send(alice, frame);
    net.settle();
    expect(a.misbehaved).toEqual(['malformed presence']);
    expect(a.presence.view(bob).state).toBe('online');
  });
});

import { beforeEach, describe, expect, it } from 'vitest';
import { encodeCallMessage } from '../../../main/calls/call-signal.ts';
import { description, goodStats } from './descriptions.ts';
import { createWorld, talk, type Person, type World } from './two-people.ts';

let world: World;
let ann: Person;
let ben: Person;
let cem: Person;
beforeEach(() => {
  world = createWorld();
  ({ ann, ben, cem } = world);
});
const advance = (ms: number): void => world.clock.advance(ms);
const reasons = (): readonly (string | null)[] => [ann.view().reason, ben.view().reason];
const ring = (): void => {
  ann.calls.start(ben.address.account);
  advance(200);
};

describe('a call between two people', () => {
  it('goes from preparing to active on both sides and ends with one record each', () => {
    talk(world);
    ann.calls.hangUp(ann.view().id);
    advance(100);
    expect(ann.shown).toEqual(['preparing', 'connecting', 'ringing', 'active', 'hung-up']);
    expect(ben.shown).toEqual(['preparing', 'connecting', 'ringing', 'active', 'hung-up-by-other']);
    expect(ann.records).toMatchObject([{ direction: 'out', missed: false, reason: 'hung-up', talkedMs: 995 }]);
    expect(ben.records).toMatchObject([{ direction: 'in', missed: false, reason: 'hung-up-by-other', talkedMs: 1005 }]);
    expect(ben.records[0]?.id).toBe(ann.records[0]?.id);
  });

  it('rings only when the path is up on both sides, and nobody is heard before the answer', () => {
    ann.media.air = false;
    ben.media.air = false;
    ring();
    expect(ben.shown).not.toContain('ringing');
    expect([ann.media.hearsAudio, ben.media.hearsAudio]).toEqual([false, false]);
    ann.calls.hangUp(ann.view().id);
    ann.media.air = true;
    ben.media.air = true;
    advance(100);
    ring();
    expect([ann.view().phase, ben.view().phase]).toEqual(['ringing', 'ringing']);
    expect([ann.media.hearsAudio, ben.media.hearsAudio]).toEqual([false, false]);
    ben.calls.accept(ben.view().id);
    expect([ann.media.hearsAudio, ben.media.hearsAudio]).toEqual([false, true]);
    advance(5);
    expect([ann.media.hearsAudio, ben.media.hearsAudio]).toEqual([true, true]);
  });

  it('accepted before its path is up becomes active as soon as the path is', () => {
    ben.admission = 'answer';
    ann.calls.start(ben.address.account);
    advance(200);
    expect(ann.shown).toEqual(['preparing', 'accepting', 'active'].toSpliced(1, 0, 'connecting'));
    expect(ben.shown).toContain('accepting');
    expect(ben.view().phase).toBe('active');
  });

  it('that nobody answers ends after 45 s, missed at the callee', () => {
    ring();
    advance(45_000);
    expect(reasons()).toEqual(['no-answer', 'unanswered']);
    expect(ben.records).toMatchObject([{ missed: true, talkedMs: 0 }]);
    expect(ann.records).toMatchObject([{ missed: false, talkedMs: 0 }]);
  });

  it('whose caller loses patience first was not answered, in both views', () => {
    ring();
    const id = ben.view().id;
    ben.wire.deliver(ann.address, encodeCallMessage({ id, signal: { type: 'hang-up', why: 'no-answer' } }));
    expect(ben.view().reason).toBe('unanswered');
  });

  it('that is declined says so to the caller, and was not missed', () => {
    ring();
    ben.calls.decline(ben.view().id);
    advance(10);
    expect(reasons()).toEqual(['declined-by-other', 'declined']);
    expect(ben.records).toMatchObject([{ missed: false }]);
  });

  it('that its caller gives up is a missed call', () => {
    ring();
    ann.calls.hangUp(ann.view().id);
    advance(10);
    expect(reasons()).toEqual(['cancelled', 'cancelled-by-other']);
    expect(ben.records).toMatchObject([{ missed: true }]);
  });

  it('that finds no path has a named reason at the caller and is a missed call at the callee', () => {
    ann.media.air = false;
    ben.media.air = false;
    ring();
    advance(20_000);
    expect(reasons()).toEqual(['no-relay', 'no-relay']);
    expect(ben.records).toMatchObject([{ missed: true }]);
    expect(ben.shown).not.toContain('ringing');
  });

  it('to somebody who is not connected ends as not reachable at once', () => {
    world.network.close();
    ann.calls.start(ben.address.account);
    advance(10);
    expect(ann.view().reason).toBe('not-reachable');
  });

  it('to a computer that says nothing ends as not reachable after 20 s', () => {
    ben.admission = 'refuse';
    ann.calls.start(ben.address.account);
    advance(20_010);
    expect(ann.view().reason).toBe('not-reachable');
    expect(ben.calls.views()).toEqual([]);
    expect(ben.records).toEqual([]);
  });

  it('tells the other side about muting, also when muted before the answer', () => {
    ring();
    ann.calls.setMuted(ann.view().id, true);
    ben.calls.accept(ben.view().id);
    advance(50);
    expect(ben.view().remoteMuted).toBe(true);
    ann.calls.setMuted(ann.view().id, false);
    advance(50);
    expect(ben.view().remoteMuted).toBe(false);
    expect([...ann.media.sessions.values()].map(({ muted }) => muted)).toEqual([false]);
  });
});

describe('hanging up', () => {
  it.each([
    ['ann', 0],
    ['ann', 60],
    ['ben', 0],
    ['ben', 60],
  ] as const)('by %s at any moment of a normal call ends it on both sides, once, with a BYE that takes %i ms', (who, byeMs) => {
    for (let momentMs = 0; momentMs <= 300; momentMs += 1) {
      const own = createWorld();
      own[who].media.byeMs = byeMs;
      own.ann.calls.start(own.ben.address.account);
      own.clock.setTimer(150, () => {
        for (const { id } of own.ben.calls.views()) own.ben.calls.accept(id);
      });
      own.clock.advance(momentMs);
      const [view] = own[who].calls.views();
      if (view === undefined) continue;
      own[who].calls.hangUp(view.id);
      own.clock.advance(60_000);
      for (const person of [own.ann, own.ben]) {
        expect(person.media.sessions.size).toBe(0);
        const views = person.calls.views();
        expect(person.records.map(({ reason }) => reason)).toEqual(views.map(({ reason }) => reason));
        expect(views.every(({ phase }) => phase === 'ended')).toBe(true);
      }
      expect(own[who].records).toHaveLength(1);
      // The BYE says that it is over, the signal why: whichever comes first, what is shown is the reason and no step before it.
      const other = who === 'ann' ? own.ben : own.ann;
      expect(other.shown).not.toContain('reconnecting');
      for (const { reason } of other.records) expect(reason).toMatch(/-by-other$/u);
    }
  });

  it('crossing on the wire is a hang-up for both', () => {
    talk(world);
    ann.calls.hangUp(ann.view().id);
    ben.calls.hangUp(ben.view().id);
    advance(100);
    expect(reasons()).toEqual(['hung-up', 'hung-up']);
  });

  it('crossing the acceptance ends the call', () => {
    ring();
    ben.calls.accept(ben.view().id);
    ann.calls.hangUp(ann.view().id);
    advance(100);
    expect(reasons()).toEqual(['cancelled', 'hung-up-by-other']);
    expect([ann.media.hearsAudio, ben.media.hearsAudio]).toEqual([false, false]);
  });
});

describe('the other side closes the media path', () => {
  /** Its BYE comes through, its word doesn't. */
  const leaveWithoutWord = (who: Person): void => {
    world.network.interrupt();
    who.calls.hangUp(who.view().id);
  };

  it('and gives no reason: after two seconds in which nothing moves, they hung up', () => {
    talk(world);
    leaveWithoutWord(ann);
    advance(1_990);
    expect(ben.view()).toMatchObject({ phase: 'active', reason: null });
    advance(20);
    expect(ben.shown).toEqual(['preparing', 'connecting', 'ringing', 'active', 'hung-up-by-other']);
    world.network.resume();
    advance(100);
    expect(ben.records, 'their word, late').toMatchObject([{ reason: 'hung-up-by-other' }]);
  });

  it('before the answer and gives no reason: nobody is said to have decided anything', () => {
    ring();
    leaveWithoutWord(ann);
    advance(2_010);
    expect(ben.view().reason).toBe('peer-gone');
    expect(ben.records).toMatchObject([{ missed: true }]);
  });

  it('when the session that would say why is gone: it is over at once', () => {
    talk(world);
    world.network.close();
    ann.calls.hangUp(ann.view().id);
    advance(10);
    expect(ben.view().reason).toBe('hung-up-by-other');
  });

  it('and then the session goes, too: it is over then', () => {
    talk(world);
    leaveWithoutWord(ann);
    advance(500);
    world.network.close();
    expect(ben.view().reason).toBe('hung-up-by-other');
  });

  it('while the person presses Answer: no microphone is opened for somebody who left', () => {
    ring();
    leaveWithoutWord(ann);
    advance(100);
    ben.calls.accept(ben.view().id);
    expect(ben.media.hearsAudio).toBe(false);
    advance(2_000);
    expect(ben.view()).toMatchObject({ reason: 'peer-gone', activeSinceMs: null });
  });

  it('and calls anew at once: that call rings', () => {
    talk(world);
    leaveWithoutWord(ann);
    advance(100);
    world.network.close();
    world.network.reconnect();
    ann.calls.start(ben.address.account);
    advance(200);
    expect(ben.calls.views().map(({ phase, reason }) => reason ?? phase)).toEqual(['hung-up-by-other', 'ringing']);
  });

  it('of a call it refuses, and calls back before its word is here: the call back rings', () => {
    ring();
    ann.media.emit({ type: 'path-closed', callId: ann.view().id });
    const offer = { type: 'offer', sentMs: world.clock.nowMs(), description: description(77) } as const;
    ann.wire.deliver(ben.address, encodeCallMessage({ id: '9'.repeat(32), signal: offer }));
    advance(100);
    expect(ann.calls.views().map(({ phase, reason }) => reason ?? phase)).toEqual(['declined-by-other', 'ringing']);
  });
});

describe('when both dial', () => {
  it.each([0, 3, 8, 12])('with %i ms between them, both end up in one accepted call', (gapMs) => {
    for (const [first, second] of [
      [0, 1],
      [1, 0],
    ] as const) {
      const own = createWorld();
      const people = [own.ann, own.ben] as const;
      people[first].calls.start(people[second].address.account);
      own.clock.advance(gapMs);
      people[second].calls.start(people[first].address.account);
      own.clock.advance(500);
      for (const person of people) {
        expect(person.view().phase).toBe('active');
        expect(person.calls.views()).toHaveLength(1);
        expect(person.media.sessions.size).toBe(1);
        expect(person.media.hearsAudio).toBe(true);
      }
      expect([...own.ann.media.sessions.keys()]).toEqual([...own.ben.media.sessions.keys()]);
      own.ben.calls.hangUp(own.ben.view().id);
      own.clock.advance(100);
      expect(own.ann.records).toMatchObject([{ reason: 'hung-up-by-other' }]);
      expect(own.ben.records).toMatchObject([
        { reason: 'hung-up', direction: people[first] === own.ben || gapMs < 15 ? 'out' : 'in' },
      ]);
    }
  });

  it('the one who yields keeps its row in the view, and its mute', () => {
    const id = ben.calls.start(ann.address.account);
    const lower = ann.calls.start(ben.address.account);
    ben.calls.setMuted(id, true);
    advance(500);
    expect(ben.view()).toMatchObject({ id, phase: 'active', muted: true, direction: 'out' });
    expect(ann.view().remoteMuted).toBe(true);
    expect([...ben.media.sessions.keys()], 'the offer of the lower key won').toEqual([lower]);
  });

  it('dialling somebody whose call is ringing here accepts it', () => {
    ring();
    expect(ben.calls.start(ann.address.account)).toBe(ben.view().id);
    advance(50);
    expect([ann.view().phase, ben.view().phase]).toEqual(['active', 'active']);
  });
});

describe('a second call', () => {
  it('from a third person gets busy, and is a missed call', () => {
    talk(world);
    cem.calls.start(ben.address.account);
    advance(200);
    expect(cem.view().reason).toBe('busy');
    expect(ben.view().phase).toBe('active');
    expect(ben.records).toMatchObject([{ conversationId: cem.address.account, reason: 'busy', missed: true, talkedMs: 0 }]);
  });

  it('cannot be started here during the first', () => {
    talk(world);
    expect(() => ann.calls.start(cem.address.account)).toThrow(/CALL_IN_PROGRESS/u);
    expect(() => ann.calls.start(ben.address.account)).toThrow(/CALL_IN_PROGRESS/u);
    expect(() => ann.calls.start(ann.address.account)).toThrow(/IT_IS_YOU/u);
  });

  it('of the same caller replaces a ringing one that it has forgotten', () => {
    ring();
    ben.wire.deliver(
      ann.address,
      encodeCallMessage({
        id: '9'.repeat(32),
        signal: { type: 'offer', sentMs: world.clock.nowMs(), description: description(77) },
      }),
    );
    advance(100);
    expect(ben.calls.views().map(({ phase, reason }) => reason ?? phase)).toEqual(['cancelled-by-other', 'ringing']);
  });
});

describe('the view', () => {
  it('keeps an ended call for five minutes, or until it is dismissed', () => {
    const removed: string[] = [];
    ann.calls.onRemove((id) => removed.push(id));
    talk(world);
    const { id } = ann.view();
    ann.calls.dismiss(id);
    expect(removed).toEqual([]);
    ann.calls.hangUp(id);
    ann.calls.dismiss(id);
    expect(removed).toEqual([id]);
    expect(ann.calls.views()).toEqual([]);
    expect(ann.records).toHaveLength(1);
    advance(299_000);
    expect(ben.calls.views()).toHaveLength(1);
    advance(2_000);
    expect(ben.calls.views()).toEqual([]);
  });

  it('shows what was measured, and a word for it', () => {
    talk(world);
    const callId = ann.view().id;
    ann.media.emit({ type: 'stats', callId, stats: goodStats });
    expect(ann.view()).toMatchObject({ quality: 'clear', stats: { roundTripMs: 30 } });
  });

  it('leaves echo calls out of the log', () => {
    ben.admission = 'echo';
    ann.calls.start(ben.address.account, { echo: true });
    advance(500);
    expect([ann.view(), ben.view()]).toMatchObject([
      { echo: true, phase: 'active' },
      { echo: true, phase: 'active' },
    ]);
    ann.calls.hangUp(ann.view().id);
    advance(100);
    expect([...ann.records, ...ben.records]).toEqual([]);
  });

  it('knows no call by an unknown id', () => {
    expect(() => ann.calls.accept('0'.repeat(32))).toThrow(/NO_SUCH_CALL/u);
  });
});

it('stopping hangs up, tells the other side, and leaves no timer behind', () => {
  talk(world);
  ann.calls.stop();
  advance(100);
  expect(ben.view().reason).toBe('hung-up-by-other');
  ben.calls.stop();
  cem.calls.stop();
  advance(1);
  expect(world.clock.pendingTimers).toBe(0);
});

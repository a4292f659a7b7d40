import { beforeEach, describe, expect, it } from 'vitest';
import { createCalls } from '../../../main/calls/index.ts';
import { encodeCallMessage } from '../../../main/calls/call-signal.ts';
import { description } from './descriptions.ts';
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
/** Ben's computer receives this, as if from ann. */
const deliver = (message: Parameters<typeof encodeCallMessage>[0], from = ann): void =>
  ben.wire.deliver(from.address, encodeCallMessage(message));

describe('when something breaks', () => {
  it('a link that is interrupted during a call changes nothing, and what was said meanwhile arrives', () => {
    talk(world);
    world.network.interrupt();
    ann.calls.setMuted(ann.view().id, true);
    advance(5_000);
    expect([ann.view().phase, ben.view().phase]).toEqual(['active', 'active']);
    world.network.resume();
    advance(50);
    expect(ben.view().remoteMuted).toBe(true);
  });

  it('a call goes on without its signalling session while media flows', () => {
    talk(world);
    world.network.close();
    advance(60_000);
    expect([ann.view().phase, ben.view().phase]).toEqual(['active', 'active']);
    world.network.reconnect();
    ben.calls.hangUp(ben.view().id);
    advance(50);
    expect(reasons()).toEqual(['hung-up-by-other', 'hung-up']);
  });

  it('a killed friend shows as reconnecting at once, and as gone when the session closes', () => {
    talk(world);
    ann.media.interrupt();
    expect(ann.view()).toMatchObject({ phase: 'reconnecting', quality: 'lost' });
    advance(10_000);
    world.network.close();
    expect(ann.view().reason).toBe('peer-gone');
  });

  it('who slept while the other gave up wakes to a lost connection, not to a hang-up', () => {
    talk(world);
    // What ann sends gets there, and waits until ben's computer wakes.
    ann.media.emit({ type: 'path-interrupted', callId: ann.view().id });
    world.network.close();
    expect(ann.view().reason).toBe('peer-gone');
    advance(2_000);
    expect(ben.view().phase).toBe('active');
    ben.media.interrupt();
    expect(ben.view().reason).toBe('peer-gone');
  });

  it('a computer that slept says that it was that, and one that is awake again that the other is gone', () => {
    talk(world);
    world.clock.hang(30_000);
    world.network.close();
    ben.media.interrupt();
    expect(ben.view().reason).toBe('slept');
    ann.media.interrupt();
    world.network.reconnect();
    advance(30_000);
    talk(world);
    world.network.close();
    ben.media.interrupt();
    expect(ben.view().reason).toBe('peer-gone');
  });

  it('a call that survives the sleep ends as any other later', () => {
    talk(world);
    world.clock.hang(30_000);
    advance(30_000);
    expect(ben.view().phase).toBe('active');
    world.network.close();
    ben.media.interrupt();
    expect(ben.view().reason).toBe('peer-gone');
  });

  it('an app that fell and is back before its silence shows knows nothing of the call, and says so when asked', () => {
    talk(world);
    world.network.close();
    ann.media.air = false;
    ann.calls.stop();
    const back = createCalls({ ...ann.options, admit: () => 'ring' });
    ann.media.air = true;
    world.network.reconnect();
    advance(1_000);
    expect(ben.view().phase).toBe('active');
    ben.media.beat(ann.media);
    advance(500);
    expect(ben.view().reason).toBe('peer-gone');
    back.stop();
  });

  it('a session that is gone and media that stops end the call in the other order too', () => {
    talk(world);
    world.network.close();
    ann.media.interrupt();
    expect(ann.view().reason).toBe('peer-gone');
  });

  it('a session that closes while it rings ends the call', () => {
    ring();
    world.network.close();
    expect(reasons()).toEqual(['peer-gone', 'peer-gone']);
    expect(ben.records).toMatchObject([{ missed: true }]);
  });

  it('a path that stays away for 30 s ends the call as lost', () => {
    talk(world);
    ann.media.interrupt();
    ben.media.interrupt();
    advance(30_010);
    expect(reasons()).toEqual(['path-lost', 'path-lost']);
  });

  it('a path that failed is made anew with new credentials when packets get through again', () => {
    talk(world);
    ann.media.interrupt();
    ben.media.interrupt();
    advance(5_000);
    ann.media.air = true;
    ben.media.air = true;
    expect([ann.view().phase, ben.view().phase]).toEqual(['reconnecting', 'reconnecting']);
    advance(9_000);
    expect([ann.view().phase, ben.view().phase]).toEqual(['active', 'active']);
    expect(ann.view().activeSinceMs).toBe(1_700_000_000_205);
  });

  it('a path that only the callee lost is restarted by the caller, who is asked to', () => {
    talk(world);
    const callId = ben.view().id;
    let restarts = 0;
    const restart = ann.media.restart.bind(ann.media);
    ann.media.restart = (...given) => {
      restarts += 1;
      restart(...given);
    };
    ben.media.emit({ type: 'path-interrupted', callId });
    ben.media.emit({ type: 'path-failed', callId, detail: 'script' });
    expect(ben.view().phase).toBe('reconnecting');
    advance(500);
    expect(restarts).toBe(1);
  });

  it('a changed network (link redialled, media still away) restarts the path at once', () => {
    talk(world);
    world.network.interrupt();
    ann.media.interrupt();
    ben.media.interrupt();
    advance(3_000);
    ann.media.air = true;
    ben.media.air = true;
    world.network.resume();
    advance(200);
    expect([ann.view().phase, ben.view().phase]).toEqual(['active', 'active']);
  });

  it('a computer that sleeps through a call finds it over when it wakes', () => {
    talk(world);
    world.network.interrupt();
    ann.media.interrupt();
    advance(120_000);
    expect(ann.view().reason).toBe('path-lost');
    expect(ben.view().phase).toBe('active');
    world.network.resume();
    advance(50);
    expect(ben.view().reason).toBe('path-lost');
    expect([ann.media.sessions.size, ben.media.sessions.size]).toEqual([0, 0]);
  });

  it('a hang-up while the link is interrupted and no packet gets through is over here at once, and there when the link is back', () => {
    talk(world);
    world.network.interrupt();
    ann.media.air = false;
    ann.calls.hangUp(ann.view().id);
    expect(ann.view()).toMatchObject({ phase: 'ended', reason: 'hung-up' });
    advance(10_000);
    expect(ben.view().phase).toBe('active');
    world.network.resume();
    advance(50);
    expect(ben.view().reason).toBe('hung-up-by-other');
  });

  it('a microphone that fails leaves the call going, listening, and says why', () => {
    talk(world);
    const callId = ann.view().id;
    ann.media.emit({ type: 'device-failed', callId, device: 'microphone', detail: 'script' });
    expect(ann.view()).toMatchObject({ phase: 'active', microphone: 'failed' });
    ann.calls.reportMicrophone('unplugged');
    ann.media.emit({ type: 'device-failed', callId, device: 'microphone', detail: 'script' });
    expect(ann.view()).toMatchObject({ phase: 'active', microphone: 'unplugged' });
    ann.calls.reportMicrophone(null);
    expect(ann.view()).toMatchObject({ phase: 'active', microphone: null });
  });

  it('a crash of the media process ends the call with that reason, and tells the other', () => {
    talk(world);
    ann.media.emit({ type: 'media-crashed' });
    advance(50);
    expect(reasons()).toEqual(['media-crashed', 'peer-gone']);
  });

  it('a call made while the media process is away ends with that reason at once, and so does one that comes in', () => {
    for (const { media } of [ann, ben]) media.open = () => media.emit({ type: 'media-crashed' });
    ann.calls.start(ben.address.account);
    expect(ann.view().reason).toBe('media-crashed');
    deliver({ id: '1'.repeat(32), signal: { type: 'offer', sentMs: world.clock.nowMs(), description: description(7) } });
    expect(ben.view().reason).toBe('media-crashed');
    expect(ben.records).toMatchObject([{ missed: true, reason: 'media-crashed' }]);
  });

  it('a media process that never describes itself ends the call', () => {
    ann.media.describes = false;
    ann.calls.start(ben.address.account);
    advance(20_000);
    expect(ann.view().reason).toBe('no-path');
  });
});

describe('what is not believed', () => {
  it('an offer whose caller gave up long ago does not ring, and is a missed call', () => {
    advance(100);
    deliver({ id: '1'.repeat(32), signal: { type: 'offer', sentMs: world.clock.nowMs() - 45_100, description: description(7) } });
    advance(1_000);
    expect(ben.shown).toEqual([]);
    expect(ben.records).toMatchObject([{ missed: true, reason: 'cancelled-by-other' }]);
  });

  it('a caller whose clock is an hour slow still rings', () => {
    const slow = world.clock.nowMs() - 3_600_000;
    deliver({ type: 'hello', sentMs: slow });
    deliver({ id: '1'.repeat(32), signal: { type: 'offer', sentMs: slow + 10, description: description(7) } });
    advance(100);
    expect(ben.view().phase).toBe('ringing');
  });

  it('an offer that was kept through a long interruption is a missed call, not a ring', () => {
    advance(100);
    world.network.interrupt();
    ann.calls.start(ben.address.account);
    advance(60_000);
    expect(ann.view().reason).toBe('not-reachable');
    world.network.resume();
    advance(1_000);
    expect(ben.shown).toEqual([]);
    expect(ben.records).toMatchObject([{ missed: true }]);
  });

  it('the offer of a call that is over does not ring again', () => {
    ring();
    const { id } = ben.view();
    ann.calls.hangUp(id);
    advance(100);
    deliver({ id, signal: { type: 'offer', sentMs: world.clock.nowMs(), description: description(7) } });
    advance(100);
    expect(ben.view().phase).toBe('ended');
    expect(ben.records).toHaveLength(1);
  });

  it('an offer whose certificate is not the one that was vouched for', () => {
    const { sdp } = description(1);
    const { fingerprint } = description(2);
    deliver({ id: '1'.repeat(32), signal: { type: 'offer', sentMs: world.clock.nowMs(), description: { sdp, fingerprint } } });
    advance(1_000);
    expect(ben.media.sessions.size).toBe(0);
    expect(ben.records).toMatchObject([{ reason: 'protocol-error', missed: true }]);
  });

  it('an answer whose certificate is not the one that was vouched for', () => {
    ben.admission = 'refuse';
    const id = ann.calls.start(ben.address.account);
    advance(50);
    const forged = { sdp: description(1).sdp, fingerprint: description(2).fingerprint };
    ann.wire.deliver(ben.address, encodeCallMessage({ id, signal: { type: 'answer', description: forged } }));
    expect(ann.view().reason).toBe('protocol-error');
  });

  it('a word about our call from somebody else, or from another device', () => {
    talk(world);
    const { id } = ben.view();
    deliver({ id, signal: { type: 'hang-up', why: 'hung-up' } }, cem);
    ben.wire.deliver(
      { ...ann.address, device: 'f'.repeat(64) },
      encodeCallMessage({ id, signal: { type: 'hang-up', why: 'hung-up' } }),
    );
    expect(ben.view().phase).toBe('active');
  });

  it('a flood of offers: a few ring or are missed, the rest leaves no trace', () => {
    for (let i = 0; i < 500; i += 1) {
      const id = i.toString(16).padStart(32, '0');
      deliver({ id, signal: { type: 'offer', sentMs: world.clock.nowMs(), description: description(7) } });
    }
    expect(ben.calls.views().length + ben.records.length).toBeLessThanOrEqual(12);
    advance(120_000);
    deliver({ id: 'e'.repeat(32), signal: { type: 'offer', sentMs: world.clock.nowMs(), description: description(7) } });
    advance(100);
    expect(ben.view().phase).toBe('ringing');
  });

  it('a word from somebody else about a call that is not answered yet', () => {
    ann.calls.start(ben.address.account);
    advance(12);
    const { id } = ann.view();
    ann.wire.deliver(cem.address, encodeCallMessage({ id, signal: { type: 'busy' } }));
    expect(ann.view().phase).toBe('connecting');
  });

  it('bytes that are no call message: their sender is reported, the call goes on', () => {
    talk(world);
    ben.wire.deliver(cem.address, Uint8Array.of(0xff));
    ben.wire.deliver(cem.address, new Uint8Array(100_000));
    expect(ben.complaints).toEqual(['c: malformed call message', 'c: malformed call message']);
    expect(ben.view().phase).toBe('active');
    expect([ann.complaints, cem.complaints]).toEqual([[], []]);
  });

  it('a listener that fails (the history’s disk is full) ends neither the call nor anything else', () => {
    let failures = 0;
    const fail = (): never => {
      failures += 1;
      throw new Error('the disk is full');
    };
    ben.calls.onRecord(fail);
    ben.calls.onChange(fail);
    talk(world);
    expect(ben.view().phase).toBe('active');
    ben.calls.hangUp(ben.view().id);
    advance(1_000);
    expect([ann.view().phase, ben.view().phase, failures > 2]).toEqual(['ended', 'ended', true]);
  });

  it('more candidates than any computer has', () => {
    talk(world);
    const { id } = ben.view();
    let added = 0;
    ben.media.addCandidate = () => (added += 1);
    for (let i = 0; i < 500; i += 1) deliver({ id, signal: { type: 'candidate', candidate: `candidate:${i}` } });
    expect(added).toBeLessThanOrEqual(64);
  });

  it('candidates are counted anew after each restart: a call that lasts has many networks', () => {
    talk(world);
    const { id } = ben.view();
    let added = 0;
    ben.media.addCandidate = () => (added += 1);
    for (let round = 0; round < 20; round += 1) {
      ann.media.emit({ type: 'path-interrupted', callId: ann.view().id });
      ann.media.emit({ type: 'path-failed', callId: ann.view().id, detail: 'script' });
      advance(500);
      for (let i = 0; i < 10; i += 1) deliver({ id, signal: { type: 'candidate', candidate: `candidate:${round}${i}` } });
    }
    expect(ben.view().phase).toBe('active');
    expect(added).toBeGreaterThanOrEqual(200);
  });

  it('an acceptance that the caller itself sends', () => {
    ring();
    deliver({ id: ben.view().id, signal: { type: 'accept' } });
    expect(ben.view().phase).toBe('ringing');
    expect(ben.media.hearsAudio).toBe(false);
  });
});

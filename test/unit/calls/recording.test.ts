import { beforeEach, describe, expect, it } from 'vitest';
import { timerMs, type CallState, type Direction } from '../../../main/calls/call-state.ts';
import { encodeCallMessage } from '../../../main/calls/call-signal.ts';
import { description } from './descriptions.ts';
import { everyRecordingEvent, explore } from './exploration.ts';
import { createWorld, talk, type Person, type World } from './two-people.ts';

describe.each<Direction>(['out', 'in'])('every event in every state of an %s-going call that may be recorded', (direction) => {
  const { places, edges } = explore(direction, everyRecordingEvent);
  const isOn = (state: CallState): boolean => state.stage === 'open' && state.recording === 'on';
  const starts = edges.filter(({ effects }) => effects.some(({ type }) => type === 'start-recording'));

  it('starts to record only on the word that the other side’s app shows it, after it was told', () => {
    expect(starts.length).toBeGreaterThan(0);
    const wrong = starts.filter(
      ({ before, event }) =>
        event.type !== 'signal' ||
        event.signal.type !== 'recording-shown' ||
        before.state.stage !== 'open' ||
        before.state.recording !== 'telling',
    );
    expect(wrong).toEqual([]);
  });

  it('records exactly while its state says so, and never without a call', () => {
    expect(places.filter(({ state, records }) => records !== isOn(state))).toEqual([]);
  });

  it('never is recorded by the other side without showing it: the answer goes out on the step that shows it', () => {
    const answers = edges.filter(({ effects }) =>
      effects.some((effect) => effect.type === 'send' && effect.signal.type === 'recording-shown'),
    );
    expect(answers.length).toBeGreaterThan(0);
    expect(answers.filter(({ after }) => after.state.stage !== 'open' || !after.state.remoteRecording)).toEqual([]);
  });

  it('never tells or records an app that does not know the word', () => {
    const first = explore(
      direction,
      everyRecordingEvent.filter(
        (event) => event.type !== 'signal' || event.signal.type !== 'answer' || event.signal.extensions === undefined,
      ),
      [],
    );
    expect(first.places.filter(({ records }) => records)).toEqual([]);
    const told = first.edges.filter(({ effects }) =>
      effects.some((effect) => effect.type === 'send' && effect.signal.type === 'recording'),
    );
    expect(told).toEqual([]);
    expect(first.edges.some(({ effects }) => effects.some(({ type }) => type === 'refuse-recording'))).toBe(true);
  });
});

let world: World;
let ann: Person;
let ben: Person;
beforeEach(() => {
  world = createWorld();
  ({ ann, ben } = world);
});
const advance = (ms: number): void => world.clock.advance(ms);
const record = (person: Person, on: boolean, waitMs = 50): void => {
  person.calls.setRecording(person.view().id, on);
  advance(waitMs);
};
const fileOf = ({ media }: Person): string | null => [...media.sessions.values()][0]?.recording ?? null;

describe('recording a call', () => {
  it('begins when the other side sees it, shows on both sides for how long, and ends on both', () => {
    talk(world);
    record(ann, true, 0);
    expect([ann.view().recording.state, fileOf(ann)]).toEqual(['telling', null]);
    advance(50);
    expect(ann.view().recording).toMatchObject({ state: 'on', path: '/recordings/a/person-b.opus', problem: null });
    expect(fileOf(ann)).toBe('/recordings/a/person-b.opus');
    expect(ben.view().remoteRecording).toMatchObject({ recordedMs: 0 });
    expect([fileOf(ben), ben.view().recording.state]).toEqual([null, 'off']);
    advance(10_000);
    record(ann, false);
    expect(fileOf(ann)).toBe(null);
    expect(ann.view().recording).toMatchObject({ state: 'off', path: '/recordings/a/person-b.opus' });
    expect(ann.view().recording.time.recordedMs).toBeGreaterThanOrEqual(10_000);
    expect(ben.view().remoteRecording).toBe(null);
  });

  it('stands still on hold, on both sides', () => {
    talk(world);
    record(ann, true);
    advance(5_000);
    ben.calls.setHeld(ben.view().id, true);
    advance(50);
    const atHold = [ann.view().recording.time, ben.view().remoteRecording];
    expect(atHold.map((time) => time?.runningSinceMs)).toEqual([null, null]);
    advance(60_000);
    expect([ann.view().recording.time, ben.view().remoteRecording]).toEqual(atHold);
    ben.calls.setHeld(ben.view().id, false);
    advance(50);
    expect(ann.view().recording.time.runningSinceMs).not.toBe(null);
  });

  it('ends with the call, and the file can still be found', () => {
    talk(world);
    record(ann, true);
    ben.calls.hangUp(ben.view().id);
    advance(50);
    expect(ann.view()).toMatchObject({ phase: 'ended', recording: { state: 'off', path: '/recordings/a/person-b.opus' } });
    expect(ann.calls.recordingOf(ann.view().id)).toBe('/recordings/a/person-b.opus');
    expect(ben.calls.recordingOf(ben.view().id)).toBe(null);
    expect(ann.media.sessions.size).toBe(0);
  });

  it('ends for both when the file can’t go on, and says why', () => {
    talk(world);
    record(ann, true);
    ann.media.emit({ type: 'recording-ended', callId: ann.view().id, why: 'disk-full' });
    advance(50);
    expect(ann.view().recording).toMatchObject({ state: 'off', problem: 'disk-full' });
    expect(ben.view().remoteRecording).toBe(null);
    expect(ann.view().phase).toBe('active');
  });

  it('does not begin with a friend whose app is older, and says so', () => {
    const id = '7'.repeat(32);
    ben.wire.deliver(
      ann.address,
      encodeCallMessage({ id, signal: { type: 'offer', sentMs: world.clock.nowMs(), description: description(5) } }),
    );
    advance(200);
    ben.calls.accept(id);
    advance(50);
    ben.media.emit({ type: 'path-up', callId: id });
    record(ben, true);
    expect([ben.view().phase, fileOf(ben)]).toEqual(['active', null]);
    expect(ben.view().recording).toMatchObject({ state: 'off', problem: 'too-old' });
  });

  it('does not begin when nobody can be told, or nothing comes back', () => {
    talk(world);
    world.network.interrupt();
    record(ann, true, timerMs.notice - 1);
    expect(ann.view().recording.state).toBe('telling');
    advance(2);
    expect([ann.view().recording.problem, fileOf(ann)]).toEqual(['not-told', null]);
    world.network.resume();
    advance(50);
    expect([fileOf(ann), ben.view().remoteRecording]).toEqual([null, null]);
    world.network.close();
    record(ann, true);
    expect(ann.view().recording).toMatchObject({ state: 'off', problem: 'not-told' });
  });

  it('goes on over a session that was lost, and the next one is told again', () => {
    talk(world);
    record(ann, true);
    world.network.close();
    advance(1_000);
    expect(fileOf(ann)).not.toBe(null);
    expect(ben.view().remoteRecording).not.toBe(null);
    world.network.reconnect();
    advance(50);
    record(ann, false);
    expect(ben.view().remoteRecording).toBe(null);
  });

  it('by both at once is two recordings, each shown', () => {
    talk(world);
    record(ann, true, 0);
    record(ben, true);
    expect([fileOf(ann), fileOf(ben)]).toEqual(['/recordings/a/person-b.opus', '/recordings/b/person-a.opus']);
    expect([ann.view().remoteRecording === null, ben.view().remoteRecording === null]).toEqual([false, false]);
  });

  it('before anybody talks is not a thing', () => {
    ann.calls.start(ben.address.account);
    advance(200);
    record(ann, true);
    expect([ann.view().recording.state, ben.view().remoteRecording]).toEqual(['off', null]);
  });
});

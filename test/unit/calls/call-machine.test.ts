import { describe, expect, it } from 'vitest';
import { callEndReasons, type CallEndReason } from '../../../preload/contract/index.ts';
import { transition } from '../../../main/calls/call-machine.ts';
import { phaseOf, timerOf, type CallEvent, type CallState, type Direction } from '../../../main/calls/call-state.ts';
import { everyEvent, explore, type Exploration } from './exploration.ts';

const directions: readonly Direction[] = ['out', 'in'];
/** Nothing throws: `explore` takes every event in every place, and its world refuses effects that make no sense. */
const explored: Readonly<Record<Direction, Exploration>> = { out: explore('out'), in: explore('in') };

const isTheYes = (direction: Direction, event: CallEvent): boolean =>
  direction === 'in' ? event.type === 'accept' : event.type === 'signal' && event.signal.type === 'accept';

const isOver = (state: CallState): boolean => state.stage !== 'open';

describe.each(directions)('every event in every reachable state of an %s-going call', (direction) => {
  const { places, edges } = explored[direction];

  it('was really taken', () => {
    expect(places.length).toBeGreaterThan(100);
    expect(edges.length).toBe(places.length * everyEvent.length);
    const phases = new Set(places.map(({ state }) => phaseOf(state)));
    expect(phases).toContain('active');
    expect(phases).toContain('reconnecting');
    expect(phases).toContain('accepting');
  });

  it('starts audio only on the step that is the acceptance itself', () => {
    const starts = edges.filter(({ effects }) => effects.some(({ type }) => type === 'start-audio'));
    expect(starts.length).toBeGreaterThan(0);
    for (const { before, event, after } of starts) {
      expect(isTheYes(direction, event)).toBe(true);
      expect(before.state).toMatchObject({ stage: 'open' });
      expect(before.state).not.toMatchObject({ consent: 'accepted' });
      expect(after.state).toMatchObject({ stage: 'open', consent: 'accepted' });
    }
  });

  it('never starts audio if all events but the acceptance happen, in any order', () => {
    const withoutYes = explore(
      direction,
      everyEvent.filter((event) => !isTheYes(direction, event)),
    );
    expect(withoutYes.places.some(({ audio }) => audio)).toBe(false);
    expect(withoutYes.places.some(({ state }) => state.stage === 'open' && state.consent === 'accepted')).toBe(false);
  });

  it('has audio on exactly while the call is open and accepted', () => {
    for (const { state, audio } of places) expect(audio).toBe(state.stage === 'open' && state.consent === 'accepted');
  });

  it('lets nobody be heard exactly while one of the two holds the call', () => {
    expect(places.filter(({ silenced }) => silenced).length).toBeGreaterThan(0);
    const wrong = places.filter(({ state, silenced }) => state.stage === 'open' && silenced !== (state.held || state.remoteHeld));
    expect(wrong).toEqual([]);
  });

  it('holds only what was accepted, and each side for itself', () => {
    const wrong = edges.filter(({ before, event, after }) => {
      if (before.state.stage !== 'open' || after.state.stage !== 'open') return false;
      const { held, remoteHeld, consent } = after.state;
      if ((held || remoteHeld) && consent !== 'accepted') return true;
      const isOurs = event.type === 'set-held';
      const isTheirs = event.type === 'signal' && event.signal.type === 'hold';
      return (held !== before.state.held && !isOurs) || (remoteHeld !== before.state.remoteHeld && !isTheirs);
    });
    expect(wrong).toEqual([]);
  });

  it('says nothing of a hold to an app that does not know what it is', () => {
    const told = edges.filter(({ effects }) => effects.some((effect) => effect.type === 'send' && effect.signal.type === 'hold'));
    expect(told.length).toBeGreaterThan(0);
    expect(told.filter(({ before }) => before.state.stage !== 'open' || before.state.extensions.length === 0)).toEqual([]);
  });

  it('keeps media open exactly as long as the call', () => {
    for (const { state, media } of places) expect(media).toBe(isOver(state) ? 'closed' : 'open');
  });

  it('has the timer of its state running, and only that', () => {
    for (const { state, timer } of places) expect(timer).toBe(timerOf(state));
  });

  it('ends from everywhere when the person hangs up', () => {
    for (const { state } of places) {
      const ending = transition(state, { type: 'hang-up' }).state;
      expect(isOver(ending)).toBe(true);
      expect(transition(ending, { type: 'timeout', timer: 'ending' }).state.stage).toBe('ended');
    }
  });

  it('ends by its timers alone from everywhere but an active call', () => {
    for (const start of places) {
      let { state } = start;
      for (let steps = 0; steps < 4; steps += 1) {
        const timer = timerOf(state);
        if (timer !== null) ({ state } = transition(state, { type: 'timeout', timer }));
      }
      expect(state.stage === 'ended' || phaseOf(state) === 'active').toBe(true);
    }
  });

  it('stands still once the other side closed its end of the path, but for the answer they had given before', () => {
    const after = edges.filter(({ before }) => before.state.stage === 'open' && before.state.theirEnd === 'closed');
    expect(after.length).toBeGreaterThan(0);
    for (const { before, event, after: next, effects } of after) {
      expect(timerOf(before.state)).toBe('farewell');
      expect(effects.filter(({ type }) => type === 'restart-media')).toEqual([]);
      if (next.state.stage !== 'open') continue;
      expect(next.state.theirEnd).toBe('closed');
      // What they said before they left may still come in: an answer, a description. Nothing else moves what is shown.
      const isTheirs = event.type === 'signal' && ['accept', 'answer', 'ringing'].includes(event.signal.type);
      const mayMove = isTheirs || event.type === 'local-description';
      expect(mayMove || phaseOf(next.state) === phaseOf(before.state), event.type).toBe(true);
    }
  });

  it('has one reason for its end, and keeps it', () => {
    for (const { before, after } of edges) {
      if (before.state.stage === 'open') continue;
      expect(after.state).toMatchObject({ reason: before.state.reason });
    }
  });

  it('does nothing any more once ended', () => {
    for (const { before, after, effects } of edges) {
      if (before.state.stage !== 'ended') continue;
      expect(after.state).toBe(before.state);
      expect(effects).toEqual([]);
    }
  });

  it('never goes back on an acceptance', () => {
    for (const { before, after } of edges) {
      if (before.state.stage !== 'open' || before.state.consent !== 'accepted' || after.state.stage !== 'open') continue;
      expect(after.state.consent).toBe('accepted');
    }
  });

  it('tells the other side about every end of its own while there is a wire', () => {
    for (const { before, event, after, effects } of edges) {
      if (before.state.stage !== 'open' || after.state.stage === 'open' || event.type === 'glare-lost') continue;
      if (event.type === 'signal' && event.signal.type === 'bye') continue;
      expect(effects.filter(({ type }) => type === 'send')).toHaveLength(1);
    }
  });
});

it('tells a caller of the first version nothing that it would not understand', () => {
  const { edges } = explore('in', everyEvent, []);
  const said = new Set(
    edges.flatMap(({ effects }) => effects.flatMap((effect) => (effect.type === 'send' ? [effect.signal.type] : []))),
  );
  expect(said).toContain('mute');
  expect(said).not.toContain('hold');
});

it('reaches every reason of the contract but those that belong to the page, the engine and the runner', () => {
  const reached = new Set<CallEndReason>();
  for (const direction of directions) {
    for (const { state } of explored[direction].places) if (state.stage !== 'open') reached.add(state.reason);
  }
  const elsewhere: readonly CallEndReason[] = [
    'slept',
    'blocked-here',
    'blocked-there',
    'no-relay',
    'device-failed',
    'engine-crashed',
  ];
  expect([...reached].toSorted()).toEqual(callEndReasons.filter((reason) => !elsewhere.includes(reason)).toSorted());
});

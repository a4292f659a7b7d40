import { array, assert, constantFrom, integer, property, record } from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  nextPresence,
  presenceView,
  unheardOf,
  type PeerPresence,
  type PresenceEvent,
} from '../../../main/presence/peer-presence.ts';

const seed = Date.now() % 2 ** 31;

const events: readonly PresenceEvent[] = [
  { type: 'connected' },
  { type: 'announced', announcement: { state: 'online', onCall: false, hidesLastSeen: false } },
  { type: 'announced', announcement: { state: 'offline', onCall: true, hidesLastSeen: false } },
  { type: 'interrupted' },
  { type: 'resumed' },
  { type: 'closed' },
  { type: 'grace-over' },
  { type: 'tick' },
];

describe('Somebody who hides when they were last there', () => {
  it('is shown while they are, leaves no time behind, and takes back what was known', () => {
    const announcement = { state: 'online', onCall: false, hidesLastSeen: true } as const;
    const there = nextPresence(
      nextPresence(unheardOf(500), { type: 'connected' }, 1_000),
      { type: 'announced', announcement },
      1_001,
    );
    expect(presenceView(there)).toEqual({ state: 'online', onCall: false, lastSeenMs: null });
    const later = nextPresence(there, { type: 'tick' }, 60_000);
    expect(presenceView(nextPresence(later, { type: 'closed' }, 70_000))).toEqual({
      state: 'offline',
      onCall: false,
      lastSeenMs: null,
    });
  });
});

describe(`The presence of one person (seed ${seed})`, () => {
  it('is offline after a close, whatever came before, and last seen is never in the future nor goes back', () => {
    const steps = array(record({ event: constantFrom(...events), laterMs: integer({ min: 0, max: 5000 }) }), { maxLength: 40 });
    assert(
      property(steps, (sequence) => {
        let state: PeerPresence = unheardOf(null);
        let nowMs = 1_000;
        for (const { event, laterMs } of sequence) {
          nowMs += laterMs;
          const before = presenceView(state).lastSeenMs ?? 0;
          state = nextPresence(state, event, nowMs);
          const view = presenceView(state);
          expect(view.lastSeenMs ?? 0).toBeGreaterThanOrEqual(before);
          expect(view.lastSeenMs ?? 0).toBeLessThanOrEqual(nowMs);
          expect(event.type === 'closed' || event.type === 'connected' ? view.state : 'offline').toBe('offline');
          expect(view.state === 'offline' && view.onCall).toBe(false);
        }
      }),
      { seed, numRuns: 500 },
    );
  });
});

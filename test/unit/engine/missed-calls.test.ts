import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { callEndReasons, type CallRecordView } from '../../../preload/contract/index.ts';
import { addMissed, tellMissed } from '../../../main/engine/missed-calls.ts';
import type { MissedCall } from '../../../main/chat/index.ts';
import type { Storage } from '../../../main/storage/index.ts';
import { alice, bob, comesFrom, id, newProfile, startMs, type Profile } from '../storage/profile.ts';
import { VirtualClock } from '../virtual-clock.ts';

let profile: Profile;
let storage: Storage;
let clock: VirtualClock;
beforeEach(async () => {
  profile = newProfile();
  storage = await profile.open();
  clock = new VirtualClock(startMs);
});
afterEach(() => profile.dispose());

const record = (change: Partial<CallRecordView> = {}): CallRecordView => ({
  kind: 'call',
  id: id(1),
  conversationId: alice,
  direction: 'out',
  startedMs: startMs,
  talkedMs: 0,
  reason: 'no-answer',
  missed: false,
  summary: null,
  ...change,
});
const toldOf = (ended: CallRecordView): [string, MissedCall][] => {
  const told: [string, MissedCall][] = [];
  tellMissed(ended, { missedCall: (account, call) => void told.push([account, call]) });
  return told;
};
const nobodyCalls = { views: () => [] };
const hear = (account: string, call: MissedCall): CallRecordView | null => addMissed(account, call, nobodyCalls, storage, clock);

describe('Whoever was called and did not answer', () => {
  it('is told, when it may not have rung there', () => {
    expect(toldOf(record())).toEqual([[alice, { id: id(1), atMs: startMs }]]);
    const told = callEndReasons.filter((reason) => toldOf(record({ reason })).length > 0);
    expect(told).toContain('not-reachable');
    expect(told).toContain('cancelled');
    // They know these better than we do.
    for (const reason of ['declined-by-other', 'busy', 'hung-up', 'glare-lost'] as const) expect(told).not.toContain(reason);
  });

  it('is not told of a call in which both talked, nor of one of their own', () => {
    expect([toldOf(record({ talkedMs: 1, reason: 'path-lost' })), toldOf(record({ direction: 'in' }))]).toEqual([[], []]);
  });
});

describe('Word of a call that never rang', () => {
  it('stands in the conversation once, as missed, at the time of the call', () => {
    comesFrom(storage, alice, 1, 'before');
    clock.advance(7_200_000);
    const added = hear(alice, { id: id(5), atMs: startMs + 60_000 });
    expect(added).toMatchObject({ id: id(5), direction: 'in', missed: true, talkedMs: 0, startedMs: startMs + 60_000 });
    expect(hear(alice, { id: id(5), atMs: startMs + 60_000 })).toBeNull();
    expect(storage.conversations.page(alice, null, 9).items.map(({ kind }) => kind)).toEqual(['message', 'call']);
  });

  it('changes nothing about a call that was seen here, or is going on', () => {
    const seen = storage.callLog.add(record({ id: id(6), direction: 'in', reason: 'declined' }));
    expect(hear(alice, { id: id(6), atMs: startMs })).toBeNull();
    expect(storage.callLog.list(null, 9)).toEqual([seen]);
    const ringing = { views: () => [{ id: id(7), phase: 'ringing' as const }] };
    expect(addMissed(alice, { id: id(7), atMs: startMs }, ringing, storage, clock)).toBeNull();
  });

  it('can’t take the place of a call of somebody else', () => {
    const theirs = storage.callLog.add(record({ id: id(8), conversationId: bob }));
    expect(hear(alice, { id: id(8), atMs: startMs })).toBeNull();
    expect(storage.callLog.list(null, 9)).toEqual([theirs]);
  });

  it('by a clock that is ahead stands at now', () => {
    expect(hear(alice, { id: id(9), atMs: startMs + 86_400_000 })?.startedMs).toBe(startMs);
  });
});

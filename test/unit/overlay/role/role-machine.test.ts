import { describe, expect, it } from 'vitest';
import type { Power } from '../../../../preload/contract/index.ts';
import {
  defaultRoleTiming,
  isMeasureDue,
  nextRole,
  startingRole,
  unknownPower,
  type Reach,
  type RoleFacts,
  type RoleState,
} from '../../../../main/overlay/role/role-machine.ts';

const minute = 60_000;
const { steadyMs, sparingMs, busyMs } = defaultRoleTiming;

/** A computer on the internet that has been up for an hour, and that others reached. */
const ripe: RoleFacts = {
  nowMs: 60 * minute,
  mode: 'auto',
  isLeaving: false,
  isSettled: true,
  nodesHeard: 30,
  isCutOff: false,
  isCarried: false,
  isAtHome: false,
  steadySinceMs: 0,
  power: unknownPower,
  reach: 'reached',
  wasProven: false,
  isLineBusy: false,
};
const battery: Power = { onBattery: true, metered: null };
const mobile: Power = { onBattery: false, metered: true };
const supernode: RoleState = { role: 'supernode', reason: 'reachable', sparingSinceMs: null };

const judge = (facts: Partial<RoleFacts>, before: RoleState = startingRole): RoleState =>
  nextRole(before, { ...ripe, ...facts }, defaultRoleTiming);
const said = (facts: Partial<RoleFacts>, before?: RoleState): string => {
  const { role, reason } = judge(facts, before);
  return `${role}: ${reason}`;
};

describe('a computer becomes a supernode', () => {
  it('when it has been up and undisturbed for 20 minutes and others reached it', () => {
    expect(said({})).toBe('supernode: reachable');
    expect(said({ nowMs: steadyMs })).toBe('supernode: reachable');
    expect(said({ nowMs: steadyMs - 1 })).toBe('client: new');
  });

  it('ten minutes later while people talk over a narrow line, and stays one where they begin to', () => {
    expect(said({ nowMs: steadyMs + busyMs - 1, isLineBusy: true })).toBe('client: new');
    expect(said({ nowMs: steadyMs + busyMs, isLineBusy: true })).toBe('supernode: reachable');
    expect(said({ nowMs: steadyMs, isLineBusy: true }, supernode)).toBe('supernode: reachable');
  });

  it('is measured when it has been up so long, or when it falls due, both ten minutes later while people talk over a narrow line', () => {
    const isDue = (nowMs: number, isLineBusy: boolean, measureAtMs = Number.NEGATIVE_INFINITY, wasProven = false): boolean =>
      isMeasureDue({ ...ripe, nowMs, isLineBusy, wasProven }, defaultRoleTiming, measureAtMs, false);
    expect([isDue(steadyMs - 1, false), isDue(steadyMs, false)]).toEqual([false, true]);
    expect([isDue(steadyMs + busyMs - 1, true), isDue(steadyMs + busyMs, true)]).toEqual([false, true]);
    const dueMs = 2 * steadyMs;
    expect([isDue(dueMs - 1, false, dueMs), isDue(dueMs, false, dueMs)]).toEqual([false, true]);
    expect([isDue(dueMs + busyMs - 1, true, dueMs), isDue(dueMs + busyMs, true, dueMs)]).toEqual([false, true]);
    expect([isDue(busyMs - 1, true, undefined, true), isDue(busyMs, true, undefined, true)]).toEqual([false, true]);
  });

  it.each<[Reach, string]>([
    ['unknown', 'client: measuring'],
    ['not-reached', 'client: not-reachable'],
  ])('not by being up alone: %s', (reach, expected) => expect(said({ reach })).toBe(expected));

  it('begins the 20 minutes anew when something upset it', () => {
    expect(said({ steadySinceMs: 50 * minute })).toBe('client: new');
    expect(said({ steadySinceMs: 50 * minute, reach: 'unknown' })).toBe('client: new');
  });

  it('at once where it was one at the same address today: when all restart together, nobody is there to ask', () => {
    const restarted = { steadySinceMs: ripe.nowMs, wasProven: true };
    expect(said({ ...restarted, reach: 'unknown' })).toBe('supernode: resumed');
    expect(said({ ...restarted, reach: 'reached' })).toBe('supernode: reachable');
    expect(said({ ...restarted, reach: 'not-reached' })).toBe('client: not-reachable');
  });

  it('at once in a home network, whatever outsiders would find', () => {
    expect(said({ isAtHome: true, reach: 'unknown', steadySinceMs: ripe.nowMs })).toBe('supernode: home');
  });

  it('when nobody else is there, even on battery: without one holder there is no directory', () => {
    expect(said({ nodesHeard: 0, reach: 'unknown' })).toBe('supernode: first');
    expect(said({ nodesHeard: 0, power: battery })).toBe('supernode: first');
    expect(said({ nodesHeard: 0, isSettled: false })).toBe('client: starting');
  });

  it('not when it only lost everybody a moment ago, nor behind a gateway', () => {
    expect(said({ nodesHeard: 0, isCutOff: true })).toBe('client: cut-off');
    expect(said({ nodesHeard: 0, isCutOff: true }, supernode)).toBe('supernode: reachable');
    expect(said({ nodesHeard: 0, isCarried: true }, supernode)).toBe('client: carried');
  });

  it('and stays the first while the second cannot yet say whether it reaches it', () => {
    const first = judge({ nodesHeard: 0 });
    expect(said({ nodesHeard: 1, reach: 'unknown' }, first)).toBe('supernode: first');
    expect(said({ nodesHeard: 1, reach: 'not-reached' }, first)).toBe('client: not-reachable');
  });
});

describe('a computer that has something to spare', () => {
  it.each<[string, Power, string]>([
    ['on battery', battery, 'client: on-battery'],
    ['on metered data', mobile, 'client: metered'],
    ['on both', { onBattery: true, metered: true }, 'client: on-battery'],
    ['on mains', { onBattery: false, metered: false }, 'supernode: reachable'],
    ['where the system does not say', unknownPower, 'supernode: reachable'],
  ])('%s', (_when, power, expected) => {
    expect(said({ power })).toBe(expected);
    expect(said({ power, isAtHome: true }).startsWith('client')).toBe(expected.startsWith('client'));
  });

  it('steps back after a minute, not when a plug is pulled for a moment', () => {
    const pulled = judge({ power: battery }, supernode);
    expect(pulled).toMatchObject({ role: 'supernode', reason: 'reachable', sparingSinceMs: ripe.nowMs });
    const soon = judge({ power: battery, nowMs: ripe.nowMs + sparingMs - 1 }, pulled);
    expect(soon.role).toBe('supernode');
    expect(said({ power: battery, nowMs: ripe.nowMs + sparingMs }, soon)).toBe('client: on-battery');
    const back = judge({ nowMs: ripe.nowMs + sparingMs }, soon);
    expect(back).toEqual({ role: 'supernode', reason: 'reachable', sparingSinceMs: null });
  });

  it('helps all the same where its person said so', () => {
    expect(said({ mode: 'on', power: battery, reach: 'not-reached', steadySinceMs: ripe.nowMs })).toBe('supernode: forced-on');
  });
});

/** Every combination of what can be known; time at both sides of each threshold. */
function* everything(): Generator<{ facts: RoleFacts; before: RoleState }> {
  const booleans = [true, false];
  const befores: RoleState[] = [
    startingRole,
    supernode,
    { role: 'supernode', reason: 'first', sparingSinceMs: null },
    { role: 'supernode', reason: 'home', sparingSinceMs: ripe.nowMs - sparingMs },
    { role: 'client', reason: 'on-battery', sparingSinceMs: 0 },
  ];
  for (const before of befores)
    for (const mode of ['auto', 'on', 'off'] as const)
      for (const isLeaving of booleans)
        for (const nodesHeard of [0, 1])
          for (const isCutOff of booleans)
            for (const isCarried of booleans)
              for (const isAtHome of [true, false, null])
                for (const power of [unknownPower, battery, mobile])
                  for (const reach of ['unknown', 'reached', 'not-reached'] as const)
                    for (const wasProven of booleans)
                      for (const steadySinceMs of [0, ripe.nowMs - 1])
                        for (const isLineBusy of booleans)
                          for (const isSettled of booleans)
                            yield {
                              before,
                              facts: {
                                ...ripe,
                                mode,
                                isLeaving,
                                nodesHeard,
                                isCutOff,
                                isCarried,
                                isAtHome,
                                power,
                                reach,
                                wasProven,
                                steadySinceMs,
                                isSettled,
                                isLineBusy,
                              },
                            };
}

describe('whatever is known', () => {
  it('whoever is leaving, or was told never to help, is a client', () => {
    for (const { facts, before } of everything()) {
      if (!facts.isLeaving && facts.mode !== 'off') continue;
      expect(nextRole(before, facts, defaultRoleTiming).role).toBe('client');
    }
  });

  it('nobody becomes a supernode on the internet without proof, unless it is forced or the first', () => {
    let seen = 0;
    for (const { facts, before } of everything()) {
      if (facts.mode !== 'auto' || facts.isAtHome !== false || facts.nodesHeard === 0 || before.role === 'supernode') continue;
      const after = nextRole(before, facts, defaultRoleTiming);
      if (after.role === 'client') continue;
      seen += 1;
      expect(facts.power).toBe(unknownPower);
      expect(facts.reach === 'reached' ? facts.steadySinceMs === 0 || facts.wasProven : facts.wasProven).toBe(true);
    }
    expect(seen).toBeGreaterThan(0);
  });

  it('the same facts again change nothing more', () => {
    for (const { facts, before } of everything()) {
      const once = nextRole(before, facts, defaultRoleTiming);
      expect(nextRole(once, facts, defaultRoleTiming)).toEqual(once);
    }
  });
});

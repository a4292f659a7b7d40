import type { Power, RoleView } from '../../../preload/contract/index.ts';
import type { SupernodeMode } from '../overlay-options.ts';

/** Why a node is what it is. */
export type RoleReason = RoleView['reason'];

export const unknownPower: Power = { onBattery: null, metered: null };

/** What others found who dialed us from sockets that we had never contacted; `unknown`: too few were asked. */
export type Reach = 'unknown' | 'reached' | 'not-reached';

/** What a node knows at one moment. Times are monotonic milliseconds. */
export interface RoleFacts {
  readonly nowMs: number;
  readonly mode: SupernodeMode;
  /** It is about to go, and was asked to carry nothing more. */
  readonly isLeaving: boolean;
  /** The first look around is over. */
  readonly isSettled: boolean;
  readonly nodesHeard: number;
  /** It heard somebody until a moment ago: more likely cut off than left alone. */
  readonly isCutOff: boolean;
  /** Nobody is heard but through a gateway. */
  readonly isCarried: boolean;
  /** Others see it at a private address; null: nobody said yet. */
  readonly isAtHome: boolean | null;
  /** Since when nothing upset it: no sleep, no other address, no silence of everybody. */
  readonly steadySinceMs: number;
  readonly power: Power;
  readonly reach: Reach;
  /** At this address it was a supernode that others reached, not long ago. */
  readonly wasProven: boolean;
  /** People talk, and the line carries little else (`LineGate`). */
  readonly isLineBusy: boolean;
}

export interface RoleTiming {
  /**
   * Up and undisturbed for so long. Who leaves a peer-to-peer network mostly leaves soon: of those that stayed this long, most stay for
   * hours (supernodes' sessions have a median of 5.5 h: Guha, Daswani and Jain 2006); dht-rpc waits as long.
   */
  readonly steadyMs: number;
  /** On battery or on metered data for so long, and it steps back: a plug is pulled for a moment when a table is changed. */
  readonly sparingMs: number;
  /** So much longer it waits where the line is busy, also to be measured: who begins to help looks around, opens a gateway, and is given what it is to keep. */
  readonly busyMs: number;
}

export const defaultRoleTiming: RoleTiming = { steadyMs: 20 * 60_000, sparingMs: 60_000, busyMs: 10 * 60_000 };

export interface RoleState {
  readonly role: 'supernode' | 'client';
  readonly reason: RoleReason;
  /** Since when there is something to spare; null: there is nothing. */
  readonly sparingSinceMs: number | null;
}

export const startingRole: RoleState = { role: 'client', reason: 'starting', sparingSinceMs: null };

/**
 * ```
 *            nobody else is there; a home network; forced;
 *            undisturbed for 20 min, and reached by three networks; or that was so today, at this address
 *          ┌──────────────────────────────────────────────────────────────────────────────────────────────►┐
 *       client                                                                                        supernode
 *          └◄──────────────────────────────────────────────────────────────────────────────────────────────┘
 *            forced; leaving; carried by a gateway; on battery or metered data for a minute;
 *            not reached any more; another address, or sleep (both begin the 20 min anew)
 * ```
 * The role only says what the node should be; who keeps it makes it so.
 */
export function nextRole(before: RoleState, facts: RoleFacts, timing: RoleTiming): RoleState {
  const spares = sparingReason(facts.power);
  const sparingSinceMs = spares === null ? null : (before.sparingSinceMs ?? facts.nowMs);
  const is = (role: RoleState['role'], reason: RoleReason): RoleState => ({ role, reason, sparingSinceMs });

  if (facts.isLeaving) return is('client', 'leaving');
  if (facts.mode === 'off') return is('client', 'forced-off');
  if (facts.nodesHeard === 0) {
    // There are others; they just can't be reached, nor reach us.
    if (facts.isCarried) return is('client', 'carried');
    if (facts.isCutOff) return before.role === 'supernode' ? is('supernode', before.reason) : is('client', 'cut-off');
    // Whatever is to be spared: where nobody is, nothing is carried, and without one holder there is no directory at all.
    return facts.isSettled ? is('supernode', 'first') : is('client', 'starting');
  }
  if (facts.mode === 'on') return is('supernode', 'forced-on');
  if (spares !== null && sparingSinceMs !== null) {
    const isBrief = facts.nowMs - sparingSinceMs < timing.sparingMs;
    // A role that was only "nobody else is here" is over now that somebody is.
    if (before.role === 'client' || !isBrief) return is('client', spares);
    return is('supernode', before.reason);
  }
  if (facts.isAtHome === null) return before.role === 'supernode' ? is('supernode', before.reason) : is('client', 'starting');
  // The others of a home are few and known, and what each holds is lost with it: whoever is up helps at once.
  if (facts.isAtHome) return is('supernode', 'home');
  return outside(before, facts, timing, is);
}

/** Where the internet is: others must have found that it can be reached, and it must have stayed. */
function outside(
  before: RoleState,
  facts: RoleFacts,
  timing: RoleTiming,
  is: (role: RoleState['role'], reason: RoleReason) => RoleState,
): RoleState {
  const busyMs = facts.isLineBusy && before.role === 'client' ? timing.busyMs : 0;
  const isSteady = facts.nowMs - facts.steadySinceMs >= timing.steadyMs + busyMs;
  switch (facts.reach) {
    case 'not-reached':
      return is('client', 'not-reachable');
    case 'reached':
      return isSteady || facts.wasProven ? is('supernode', 'reachable') : is('client', 'new');
    case 'unknown':
      // When everybody restarts at once nobody is there to ask: who was a supernode is one again, and is asked for proof meanwhile.
      if (facts.wasProven) return is('supernode', 'resumed');
      // The first of all, which the second has just found: it is asked for proof, too.
      if (before.role === 'supernode' && before.reason === 'first') return is('supernode', 'first');
      return is('client', isSteady ? 'measuring' : 'new');
  }
}

function sparingReason({ onBattery, metered }: Power): 'on-battery' | 'metered' | null {
  if (onBattery === true) return 'on-battery';
  return metered === true ? 'metered' : null;
}

/**
 * Whether others are to be asked now if they reach us.
 * @param measureAtMs when it falls due again; −∞: it was not asked yet @param hasId others know us as a node of the directory's
 */
export function isMeasureDue(facts: RoleFacts, timing: RoleTiming, measureAtMs: number, hasId: boolean): boolean {
  const isOfUse = facts.isAtHome === false && facts.mode !== 'off' && !facts.isLeaving && facts.nodesHeard > 0;
  const busyMs = facts.isLineBusy ? timing.busyMs : 0;
  const isNear = facts.wasProven || hasId || facts.nowMs - facts.steadySinceMs >= timing.steadyMs + busyMs;
  return isOfUse && isNear && facts.nowMs >= Math.max(measureAtMs, facts.steadySinceMs) + busyMs;
}

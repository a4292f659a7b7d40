import type { Reach } from './role-machine.ts';

/** So many distinct networks must have reached us: one may be mistaken or lie, and two may be one person's. */
export const enoughNetworks = 3;
/** Asked in one round, each of another network: three of them may be gone or refuse, and two lie. */
export const askedAtOnce = 8;
/** A supernode that was not reached is asked about once more before it believes it. */
const failuresBelieved = 2;

/** What became of one question. `refused`: no answer, or it has no time. */
export type ProbeOutcome = 'reached' | 'silent' | 'refused';

export interface ReachState {
  readonly reach: Reach;
  /** Distinct networks that reached us in the last round that told something. */
  readonly vouchers: number;
  readonly failures: number;
}

export const nothingMeasured: ReachState = { reach: 'unknown', vouchers: 0, failures: 0 };

/** How many must vouch where only so many other networks are known: in a network of two, the other. */
export const neededOf = (networksKnown: number): number => Math.max(1, Math.min(enoughNetworks, networksKnown));

/**
 * One round's outcomes, one of a network each. Who refuses says nothing; who said that it dials and was not heard says that we can't
 * be reached, once as many do as would have been enough.
 */
export function afterRound(before: ReachState, outcomes: readonly ProbeOutcome[], networksKnown: number): ReachState {
  const needed = neededOf(networksKnown);
  const reached = outcomes.filter((outcome) => outcome === 'reached').length;
  const told = outcomes.filter((outcome) => outcome !== 'refused').length;
  if (reached >= needed) return { reach: 'reached', vouchers: reached, failures: 0 };
  if (told < needed) return before;
  const failures = before.failures + 1;
  const isBelieved = before.reach !== 'reached' || failures >= failuresBelieved;
  return { reach: isBelieved ? 'not-reached' : before.reach, vouchers: reached, failures };
}

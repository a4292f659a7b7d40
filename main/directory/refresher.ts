import type { AccountSecrets } from '../identity/index.ts';
import { AppError } from '../ports/app-error.ts';
import { Listeners } from '../ports/listeners.ts';
import { createRecurring } from '../ports/recurring.ts';
import type { Unsubscribe } from '../ports/peer-wire.ts';
import { mineFor } from './claimant.ts';
import type { DirectoryContext } from './directory-context.ts';
import { currentWork, isStored, isWaiting, outranks, ownRecord, publish, type Placement } from './publisher.ts';

/**
 * pending: claimed here, not yet stored by enough networks; disputed: somebody else's valid claim was seen; waiting: ours if
 * the lapsed owner does not come back.
 */
export type ClaimState = 'pending' | 'held' | 'disputed' | 'waiting';

export interface Refresher {
  state(): ClaimState;
  /** The current state at once, then each change. */
  onState(listener: (state: ClaimState) => void): Unsubscribe;
  /** Now, for instance because whoever was asked meanwhile got no answer. Resolves after the attempt. */
  refreshNow(): Promise<void>;
  /**
   * Others are there again. What they were told before we lost them they still hold; what we said since `lostAtMs` nobody heard, and
   * it is said again at once. Null: nothing was said; we slept.
   */
  networkIsBack(lostAtMs: number | null): void;
  stop(): Promise<void>;
}

const hourMs = 3_600_000;
/** DESIGN: every 12 h, ± 25 % so that nodes started together spread out; an answer counts as fresh for 72 h. */
const intervalMs = 12 * hourMs;
/** A failure; also while the name is disputed, for the rival of a moment gives up within seconds. */
const retries = { firstMs: 60_000, lastMs: hourMs / 2 };
/** What fell due while we were away: power comes back to a whole town at once, and a login storm kept a network down for two days (2007). */
const spreadMs = 10 * 60_000;
/** What fell due long ago is told sooner: some are never there for ten minutes. */
const overdueMs = 4 * intervalMs;
const overdueSpreadMs = 60_000;

/**
 * Keeps the account's claim alive: refreshes it when it is due, which a start changes nothing about, so that the record doesn't tell
 * who has just come. `secrets` is asked each time: certificates are renewed.
 * @param known what the claim was when it was last looked at; only one that was held can wait
 */
export function startRefreshing(context: DirectoryContext, secrets: () => AccountSecrets, known: ClaimState = 'held'): Refresher {
  const { clock, random, log } = context;
  const listeners = new Listeners<[ClaimState]>(log);
  const lastMs = (): number => ownRecord(context, secrets())?.heartbeatMs ?? Number.NEGATIVE_INFINITY;
  // The shelf keeps only what others stored: after a restart, a claim that was held still is.
  let state: ClaimState = lastMs() === Number.NEGATIVE_INFINITY ? 'pending' : known;

  const setState = (next: ClaimState): void => {
    if (next === state) return;
    state = next;
    listeners.emit(next);
  };
  /** @returns whether nothing more is to be done until it is due again */
  const attempt = async (stopping: AbortSignal): Promise<boolean> => {
    try {
      const next = stateOf(await refreshOnce(context, secrets(), stopping), secrets());
      setState(next);
      return next === 'held' || next === 'waiting';
    } catch (error) {
      if (stopping.aborted) return false;
      const isExpected = error instanceof AppError && error.code === 'NO_NETWORK';
      log[isExpected ? 'info' : 'warn']('claim.refresh-failed', { error: error instanceof Error ? error.message : 'unknown' });
      return false;
    }
  };
  const recurring = createRecurring({ clock, random, attempt, pauseMs: () => intervalMs, retries, gate: context.gate });
  const resume = (): void => {
    const ageMs = clock.nowMs() - lastMs();
    // A clock that was set back tells nothing.
    if (state !== 'held' || ageMs < 0) void recurring.now();
    else recurring.resume(ageMs, ageMs < overdueMs ? spreadMs : overdueSpreadMs);
  };

  resume();
  return {
    state: () => state,
    onState(listener) {
      listener(state);
      return listeners.add(listener);
    },
    refreshNow: () => recurring.now(),
    networkIsBack(lostAtMs) {
      if (lostAtMs !== null && lastMs() >= lostAtMs) void recurring.now();
      else resume();
    },
    stop: () => recurring.stop(),
  };
}

async function refreshOnce(context: DirectoryContext, secrets: AccountSecrets, signal: AbortSignal): Promise<Placement> {
  const known = currentWork(ownRecord(context, secrets), context.clock.nowMs());
  const work = known ?? (await mineFor(context, secrets, () => undefined, signal));
  return publish(context, secrets, work, signal);
}

function stateOf(placement: Placement, secrets: AccountSecrets): ClaimState {
  if (isWaiting(placement)) return 'waiting';
  if (placement.rivals > 0) return 'disputed';
  // Another device of the account took over; the name is the account's all the same.
  if (placement.newerOwn !== null && outranks(placement.newerOwn, secrets)) return 'held';
  return isStored(placement) ? 'held' : 'pending';
}

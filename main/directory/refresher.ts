import type { AccountSecrets } from '../identity/index.ts';
import { AppError } from '../ports/app-error.ts';
import type { Timer } from '../ports/clock.ts';
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
  /** Now, for instance because the network is back or the first other node was met. Resolves after the attempt. */
  refreshNow(): Promise<void>;
  stop(): Promise<void>;
}

const hourMs = 3_600_000;
/** DESIGN: every 12 h, ± 25 % so that nodes started together spread out; an answer counts as fresh for 72 h. */
const intervalMs = 12 * hourMs;
/** After a failure, and while the name is disputed: the rival of a moment gives up within seconds. Doubles each time. */
const firstRetryMs = 60_000;
const lastRetryMs = hourMs / 2;

/** Keeps the account's claim alive: refreshes at once, then regularly. `secrets` is asked each time: certificates are renewed. */
export function startRefreshing(context: DirectoryContext, secrets: () => AccountSecrets): Refresher {
  const { clock, random, log } = context;
  const listeners = new Set<(state: ClaimState) => void>();
  const stopping = new AbortController();
  // The shelf keeps only what others stored: after a restart, a claim that was held still is.
  let state: ClaimState = ownRecord(context, secrets()) === null ? 'pending' : 'held';
  let failures = 0;
  let timer: Timer | null = null;
  let running: Promise<void> | null = null;
  let isAskedAgain = false;

  const setState = (next: ClaimState): void => {
    if (next === state) return;
    state = next;
    for (const listener of listeners) listener(next);
  };

  const attempt = async (): Promise<void> => {
    try {
      const placement = await refreshOnce(context, secrets(), stopping.signal);
      const next = stateOf(placement, secrets());
      failures = next === 'held' || next === 'waiting' ? 0 : failures + 1;
      setState(next);
    } catch (error) {
      if (stopping.signal.aborted) return;
      failures += 1;
      const isExpected = error instanceof AppError && error.code === 'NO_NETWORK';
      log[isExpected ? 'info' : 'warn']('claim.refresh-failed', { error: error instanceof Error ? error.message : 'unknown' });
    }
  };

  const schedule = (): void => {
    const plannedMs = failures === 0 ? intervalMs : Math.min(firstRetryMs * 2 ** (failures - 1), lastRetryMs);
    timer?.cancel();
    timer = clock.setTimer(Math.round(plannedMs * (0.75 + random.fraction() / 2)), () => void refreshNow());
  };

  const run = async (): Promise<void> => {
    do {
      isAskedAgain = false;
      // Attempts are in turn: a second one asked for meanwhile sees a network that the first did not.
      // oxlint-disable-next-line no-await-in-loop
      await attempt();
    } while (isAskedAgain && !stopping.signal.aborted);
    running = null;
    if (!stopping.signal.aborted) schedule();
  };

  const refreshNow = (): Promise<void> => {
    if (stopping.signal.aborted) return Promise.resolve();
    if (running === null) running = run();
    else isAskedAgain = true;
    return running;
  };

  void refreshNow();
  return {
    state: () => state,
    onState(listener) {
      listeners.add(listener);
      listener(state);
      return () => void listeners.delete(listener);
    },
    refreshNow,
    async stop() {
      stopping.abort();
      timer?.cancel();
      listeners.clear();
      await running;
    },
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

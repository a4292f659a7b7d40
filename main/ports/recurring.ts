import type { Clock, Timer } from './clock.ts';
import { openGate, type LineGate } from './line-gate.ts';
import type { Random } from './random.ts';

/** After a failure, doubling each time: the waits, in ms. */
export interface Retries {
  readonly firstMs: number;
  readonly lastMs: number;
}

export interface RecurringParts {
  readonly clock: Clock;
  readonly random: Random;
  /** Resolves to whether it worked; one that failed is made again soon. Never rejects. */
  readonly attempt: (stopping: AbortSignal) => Promise<boolean>;
  /** After one that worked, ± 25 %, ms; null: none until it is asked for. */
  readonly pauseMs: () => number | null;
  readonly retries: Retries;
  /** What is planned waits for it; what is asked for does not, nor what failed and is tried again. */
  readonly gate?: LineGate | undefined;
}

/** Nothing that is done again and again is so urgent, nor lapses so soon. */
const gatePatienceMs = 10 * 60_000;

/** Something that is done again and again, one attempt at a time. Nothing happens before it is asked for. */
export interface Recurring {
  /** At once; if an attempt is under way, another one after it. Resolves when that is over. */
  now(): Promise<void>;
  /** At some moment of the next so many milliseconds, unless it is planned for earlier: what many begin together, none does at once. */
  within(ms: number): void;
  /** As if the last one, of that age, had been made here: when its pause is over, or within so many milliseconds if it is. */
  resume(ageMs: number, withinMs: number): void;
  stop(): Promise<void>;
}

export function createRecurring({ clock, random, attempt, pauseMs, retries, gate = openGate }: RecurringParts): Recurring {
  const stopping = new AbortController();
  let failures = 0;
  let planned: { readonly timer: Timer; readonly atMs: number } | null = null;
  let running: Promise<void> | null = null;
  let isAskedAgain = false;

  const jittered = (ms: number): number => ms * (0.75 + random.fraction() / 2);
  const plan = (delayMs: number): void => {
    planned?.timer.cancel();
    const timer = clock.setTimer(Math.round(delayMs), () => void inItsTime());
    planned = { timer, atMs: clock.monotonicMs() + delayMs };
  };
  const planNext = (): void => {
    const wantedMs = failures === 0 ? pauseMs() : Math.min(retries.firstMs * 2 ** (failures - 1), retries.lastMs);
    if (wantedMs !== null) plan(jittered(wantedMs));
  };
  const run = async (): Promise<void> => {
    do {
      isAskedAgain = false;
      // oxlint-disable-next-line no-await-in-loop -- in turn: what it is asked for meanwhile may be what this one did not see
      failures = (await attempt(stopping.signal)) ? 0 : failures + 1;
    } while (isAskedAgain && !stopping.signal.aborted);
    running = null;
    if (!stopping.signal.aborted) planNext();
  };
  const now = (): Promise<void> => {
    if (stopping.signal.aborted) return Promise.resolve();
    planned?.timer.cancel();
    planned = null;
    if (running === null) running = run();
    else isAskedAgain = true;
    return running;
  };
  const inItsTime = async (): Promise<void> => {
    const due = planned;
    if (gate.isShut && failures === 0) await gate.opened(gatePatienceMs);
    // Unless somebody asked for it meanwhile.
    if (planned === due) await now();
  };
  /** Never later than planned. */
  const planBy = (delayMs: number): void => {
    const isFree = !stopping.signal.aborted && running === null;
    if (isFree && (planned === null || clock.monotonicMs() + delayMs < planned.atMs)) plan(delayMs);
  };

  return {
    now,
    within: (ms) => planBy(random.fraction() * ms),
    resume(ageMs, withinMs) {
      const leftMs = jittered(pauseMs() ?? 0) - ageMs;
      planBy(leftMs > 0 ? leftMs : random.fraction() * withinMs);
    },
    async stop() {
      stopping.abort();
      planned?.timer.cancel();
      await running;
    },
  };
}

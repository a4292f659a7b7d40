import type { Clock, Timer } from '../../ports/clock.ts';

/** Late by more than this, the sockets are read first: what they hold came in time, only we did not. */
const yieldAboveMs = 15;
/** Late by more than this, a pacer starts anew: the machine slept, and nobody wants the last minute played at once. */
const maxCatchUpMs = 500;

/**
 * Calls `onTick` every `periodMs` by the monotonic clock, without drift: tick n is due at start + n × period, and a late
 * timer makes up for what it missed.
 * @param onTick gets the time at which the tick was due
 */
export function startPacedTicks(clock: Clock, periodMs: number, onTick: (dueMs: number) => void): { stop(): void } {
  let dueMs = clock.monotonicMs() + periodMs;
  let timer: Timer | null = null;
  let stopped = false;
  let yielded = false;
  const run = (): void => {
    const nowMs = clock.monotonicMs();
    if (nowMs - dueMs > yieldAboveMs && !yielded) {
      yielded = true;
      timer = clock.setTimer(0, run);
      return;
    }
    yielded = false;
    if (nowMs - dueMs > maxCatchUpMs) dueMs = nowMs;
    for (; dueMs <= nowMs; dueMs += periodMs) {
      onTick(dueMs);
      if (stopped) return;
    }
    timer = clock.setTimer(Math.max(0, dueMs - clock.monotonicMs()), run);
  };
  timer = clock.setTimer(periodMs, run);
  return {
    stop() {
      stopped = true;
      timer?.cancel();
    },
  };
}

import type { Clock, Timer } from '../../ports/clock.ts';

/** Late by more than this, the sockets are read first: what they hold came in time, only we did not. */
const yieldAboveMs = 15;
/** Late by more than this, a pacer starts anew: the machine slept, and nobody wants the last minute played at once. */
const maxCatchUpMs = 500;
/** Timers know whole milliseconds, and may come so much before; to wait for the rest would wake the thread twice a tick. */
const earlyMs = 1.5;

/**
 * Calls `onTick` every `periodMs` by the monotonic clock, without drift: tick n is due at start + n × period, and a late
 * timer makes up for what it missed. As long as a tick takes a millisecond at most, the same two timers are used again and again.
 * @param onTick gets the time at which the tick was due
 */
export function startPacedTicks(clock: Clock, periodMs: number, onTick: (dueMs: number) => void): { stop(): void } {
  const wholeMs = Math.round(periodMs);
  /** Written in place: each write to a captured variable would put a number on the heap. */
  const next = { dueMs: clock.monotonicMs() + periodMs, yielded: false, stopped: false };
  let whole: Timer | null = null;
  /** Takes back what a millisecond's lateness added. */
  let shorter: Timer | null = null;
  /** For what is neither. */
  let other: Timer | null = null;

  const wait = (): void => {
    const leftMs = next.dueMs - clock.monotonicMs();
    if (leftMs > wholeMs - 1) {
      if (whole === null) whole = clock.setTimer(wholeMs, run);
      else whole.restart();
    } else if (leftMs > wholeMs - 2) {
      if (shorter === null) shorter = clock.setTimer(wholeMs - 1, run);
      else shorter.restart();
    } else {
      other = clock.setTimer(Math.max(0, leftMs), run);
    }
  };
  const run = (): void => {
    const nowMs = clock.monotonicMs();
    if (nowMs - next.dueMs > yieldAboveMs && !next.yielded) {
      next.yielded = true;
      other = clock.setTimer(0, run);
      return;
    }
    next.yielded = false;
    if (nowMs - next.dueMs > maxCatchUpMs) next.dueMs = nowMs;
    for (; next.dueMs <= nowMs + earlyMs; next.dueMs += periodMs) {
      onTick(next.dueMs);
      if (next.stopped) return;
    }
    wait();
  };
  wait();
  return {
    stop() {
      next.stopped = true;
      for (const timer of [whole, shorter, other]) timer?.cancel();
    },
  };
}

import type { Clock } from '../../../main/ports/clock.ts';

export interface VirtualClock extends Clock {
  /** Runs every timer that falls due within `ms`, in order, and moves the time on. */
  advance(ms: number): void;
}

export function virtualClock(startMs = Date.UTC(2026, 10, 23, 18)): VirtualClock {
  let now = startMs;
  let made = 0;
  const timers = new Map<number, { readonly atMs: number; readonly run: () => void }>();
  const next = (untilMs: number): number | undefined => {
    const due = [...timers].filter(([, { atMs }]) => atMs <= untilMs);
    return due.toSorted(([a, left], [b, right]) => left.atMs - right.atMs || a - b)[0]?.[0];
  };
  return {
    nowMs: () => now,
    monotonicMs: () => now - startMs,
    setTimer(delayMs, run) {
      made += 1;
      const key = made;
      timers.set(key, { atMs: now + delayMs, run });
      return { cancel: () => timers.delete(key) };
    },
    advance(ms) {
      const untilMs = now + ms;
      for (let key = next(untilMs); key !== undefined; key = next(untilMs)) {
        const timer = timers.get(key);
        timers.delete(key);
        now = Math.max(now, timer?.atMs ?? now);
        timer?.run();
      }
      now = untilMs;
    },
  };
}

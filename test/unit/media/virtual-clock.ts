import type { Clock } from '../../../main/ports/clock.ts';

interface Due {
  readonly atMs: number;
  readonly run: () => void;
}

/** Time that stands still until it is told to go on. */
export function createVirtualClock(startMs = 1000) {
  let nowMs = startMs;
  const timers = new Set<Due>();
  const clock: Clock = {
    nowMs: () => nowMs,
    monotonicMs: () => nowMs,
    setTimer(delayMs, run) {
      const due = { atMs: nowMs + delayMs, run };
      timers.add(due);
      return { cancel: () => void timers.delete(due) };
    },
  };
  return {
    clock,
    /** Runs what falls due, in order; `latenessMs` lets every timer fire late, as a busy thread does. */
    advance: (ms: number, latenessMs = 0): void => {
      const endMs = nowMs + ms;
      for (;;) {
        const next = [...timers].toSorted((a, b) => a.atMs - b.atMs)[0];
        if (next === undefined || next.atMs + latenessMs > endMs) break;
        timers.delete(next);
        nowMs = Math.max(nowMs, next.atMs + latenessMs);
        next.run();
      }
      nowMs = endMs;
    },
    /** The thread hung: time passes, and nothing runs. */
    hang: (ms: number): void => {
      nowMs += ms;
    },
  };
}

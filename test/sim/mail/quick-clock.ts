import type { Clock } from '../../../main/ports/clock.ts';
import { systemClock } from '../../../main/ports/system-clock.ts';

export interface Haste {
  /** From this moment of the real clock on, */
  readonly sinceMs: number;
  /** time goes so many times as fast. */
  readonly times: number;
}

export const noHaste: Haste = { sinceMs: 0, times: 1 };

/** The real clock in haste; processes of one machine that are told the same agree on it. */
export const quickClock = ({ sinceMs, times }: Haste): Clock => ({
  nowMs: () => sinceMs + (systemClock.nowMs() - sinceMs) * times,
  monotonicMs: () => systemClock.monotonicMs() * times,
  setTimer: (delayMs, run) => systemClock.setTimer(delayMs / times, run),
});

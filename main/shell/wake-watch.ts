import type { Clock } from '../ports/clock.ts';

const lookEveryMs = 5_000;
/** Wall time that passed unseen beyond the interval: no busy machine is that late, and shorter naps break no connection. */
const sleptMs = 10_000;

/** Notices that the computer slept, where the system does not tell: timers stop in sleep, the wall clock does not. */
export function watchWake(clock: Clock, onWake: () => void): { stop(): void } {
  let timer = clock.setTimer(lookEveryMs, () => look(clock.nowMs()));
  let lastMs = clock.nowMs();
  const look = (nowMs: number): void => {
    if (nowMs - lastMs > lookEveryMs + sleptMs) onWake();
    lastMs = nowMs;
    timer = clock.setTimer(lookEveryMs, () => look(clock.nowMs()));
  };
  return { stop: () => timer.cancel() };
}

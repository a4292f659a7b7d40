import type { Clock, Timer } from '../ports/clock.ts';

/**
 * Timers stand still in sleep. So if the system takes its word back, or its word that we are awake is lost, friends see us again
 * after this much of being awake.
 */
const believedMs = 30_000;

/** Whether the computer is about to sleep, or does. */
export interface SleepPart {
  begin(): void;
  end(): void;
  stop(): void;
}

export function createSleepPart(changed: (isAsleep: boolean) => void, clock: Clock): SleepPart {
  let timer: Timer | null = null;
  const end = (): void => {
    if (timer === null) return;
    timer.cancel();
    timer = null;
    changed(false);
  };
  return {
    begin() {
      timer?.cancel();
      timer = clock.setTimer(believedMs, end);
      changed(true);
    },
    end,
    stop: () => timer?.cancel(),
  };
}

import { powerMonitor } from 'electron';
import type { Clock, Timer } from '../../ports/clock.ts';
import type { Supervisor } from '../supervisor.ts';

/** How often the system is asked how long nobody has touched it: friends see "away" that late, and "online" again. */
const lookEveryMs = 10_000;

/** Passes on what the operating system says of sleep, of the battery, and of whether anybody is there. @returns what ends it */
export function watchPower(supervisor: Pick<Supervisor, 'wake' | 'sleep' | 'idle' | 'power'>, clock: Clock): () => void {
  let timer: Timer | null = null;
  const look = (): void => {
    supervisor.idle(Math.max(0, Math.floor(powerMonitor.getSystemIdleTime() * 1000)));
    timer = clock.setTimer(lookEveryMs, look);
  };
  const onSuspend = (): void => supervisor.sleep();
  const onResume = (): void => supervisor.wake();
  // Where the system tells of changes (macOS, Windows); elsewhere the page and the engine look for themselves.
  const onBattery = (): void => supervisor.power(true);
  const onAc = (): void => supervisor.power(false);
  powerMonitor.on('suspend', onSuspend);
  powerMonitor.on('resume', onResume);
  powerMonitor.on('on-battery', onBattery);
  powerMonitor.on('on-ac', onAc);
  supervisor.power(powerMonitor.onBatteryPower);
  look();
  return () => {
    timer?.cancel();
    powerMonitor.off('suspend', onSuspend);
    powerMonitor.off('resume', onResume);
    powerMonitor.off('on-battery', onBattery);
    powerMonitor.off('on-ac', onAc);
  };
}

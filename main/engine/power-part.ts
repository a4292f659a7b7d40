import type { Power } from '../../preload/contract/index.ts';
import type { Clock, Timer } from '../ports/clock.ts';

/** Plugs are pulled by hand. */
const lookEveryMs = 30_000;

export interface PowerPartOptions {
  /** What the operating system's files say; null: nothing. Asked every half minute. */
  readonly ofSystem: () => boolean | null;
  /** Told when it changed. */
  readonly changed: (power: Power) => void;
  readonly clock: Clock;
}

/** What this computer runs on, from whoever knows: the shell, else the page, else the system's files. Metered data only a page can see. */
export interface PowerPart {
  hearShell(onBattery: boolean): void;
  hearPage(power: Power): void;
  stop(): void;
}

export function createPowerPart({ ofSystem, changed, clock }: PowerPartOptions): PowerPart {
  let ofShell: boolean | null = null;
  let ofPage: Power = { onBattery: null, metered: null };
  let last: Power = ofPage;
  let timer: Timer | null = null;
  const judge = (): void => {
    const power: Power = { onBattery: ofShell ?? ofPage.onBattery ?? ofSystem(), metered: ofPage.metered };
    if (power.onBattery === last.onBattery && power.metered === last.metered) return;
    last = power;
    changed(power);
  };
  const look = (): void => {
    judge();
    timer = clock.setTimer(lookEveryMs, look);
  };
  look();
  return {
    hearShell(onBattery) {
      ofShell = onBattery;
      judge();
    },
    hearPage(power) {
      ofPage = power;
      judge();
    },
    stop: () => timer?.cancel(),
  };
}

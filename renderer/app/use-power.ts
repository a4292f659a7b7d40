import { useEffect } from 'react';
import type { Power } from '../../preload/contract/index.ts';
import { useSession } from '../state/index.ts';

/** Battery Status API (W3C), which TypeScript's own types leave out. */
interface Battery extends EventTarget {
  readonly charging: boolean;
}
/** Network Information API (WICG), likewise. */
interface Connection extends EventTarget {
  readonly saveData?: boolean;
  readonly type?: string;
}
interface PowerNavigator {
  readonly getBattery?: () => Promise<Battery>;
  readonly connection?: Connection;
}

/** What the system says, as far as this browser passes it on. `metered`: asked to save data, or a mobile network. */
const powerOf = (battery: Battery | null, connection: Connection | undefined): Power => ({
  onBattery: battery === null ? null : !battery.charging,
  metered: connection === undefined ? null : connection.saveData === true || connection.type === 'cellular',
});

/** Tells the engine what this computer runs on: only a page of a window can see some of it. */
export function usePower(): void {
  const { client } = useSession();
  useEffect(() => {
    // Chromium has both; other engines may have none, and then nothing is said.
    const { getBattery, connection } = navigator as unknown as PowerNavigator;
    let battery: Battery | null = null;
    let isOver = false;
    const tell = (): void => {
      // An engine that is not there is told of elsewhere, and the next change tells this again.
      client.network.reportPower(powerOf(battery, connection)).catch(() => undefined);
    };
    connection?.addEventListener('change', tell);
    if (getBattery === undefined) tell();
    else {
      getBattery.call(navigator).then(
        (found) => {
          if (isOver) return;
          battery = found;
          battery.addEventListener('chargingchange', tell);
          tell();
        },
        // A policy of this computer forbids it.
        tell,
      );
    }
    return () => {
      isOver = true;
      connection?.removeEventListener('change', tell);
      battery?.removeEventListener('chargingchange', tell);
    };
  }, [client]);
}

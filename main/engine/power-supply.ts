import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

/** One entry of Linux's `/sys/class/power_supply` (Documentation/ABI/testing/sysfs-class-power); a file that is missing is ''. */
export interface PowerSupply {
  readonly type: string;
  /** `Device`: the battery of a mouse or a headset. */
  readonly scope: string;
  readonly online: string;
  readonly status: string;
}

/** Null: no battery of the computer's own and no plug is listed, as on most servers. */
export function isOnBattery(supplies: readonly PowerSupply[]): boolean | null {
  const own = supplies.filter(({ scope }) => scope !== 'Device');
  const plugs = own.filter(({ type }) => type !== 'Battery');
  if (plugs.some(({ online }) => online === '1')) return false;
  const batteries = own.filter(({ type }) => type === 'Battery');
  if (batteries.length === 0) return plugs.length > 0 ? false : null;
  return batteries.some(({ status }) => status === 'Discharging');
}

const folder = '/sys/class/power_supply';

/** Reads what there is; null where the system has no such files. */
export function readOnBattery(): boolean | null {
  const word = (supply: string, file: string): string => {
    try {
      return readFileSync(join(folder, supply, file), 'utf8').trim();
    } catch {
      // Not every supply has every file.
      return '';
    }
  };
  try {
    return isOnBattery(
      readdirSync(folder).map((supply) => ({
        type: word(supply, 'type'),
        scope: word(supply, 'scope'),
        online: word(supply, 'online'),
        status: word(supply, 'status'),
      })),
    );
  } catch {
    return null;
  }
}

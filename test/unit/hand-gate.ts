import type { Clock } from '../../main/ports/clock.ts';
import type { LineGate } from '../../main/ports/line-gate.ts';

/** A gate that a test opens and shuts. */
export interface HandGate extends LineGate {
  set(isShut: boolean): void;
}

/** @param clock without it nobody's patience ends */
export function createHandGate(clock?: Pick<Clock, 'setTimer'>): HandGate {
  const waiting: (() => void)[] = [];
  let shut = false;
  return {
    get isShut() {
      return shut;
    },
    opened: (patienceMs) =>
      shut
        ? new Promise((resolve) => {
            waiting.push(resolve);
            clock?.setTimer(patienceMs, resolve);
          })
        : Promise.resolve(),
    set(isShut) {
      shut = isShut;
      if (!shut) for (const resolve of waiting.splice(0)) resolve();
    },
  };
}

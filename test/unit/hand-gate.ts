import type { LineGate } from '../../main/ports/line-gate.ts';

/** A gate that a test opens and shuts; nobody's patience ends. */
export interface HandGate extends LineGate {
  set(isShut: boolean): void;
}

export function createHandGate(): HandGate {
  const waiting: (() => void)[] = [];
  let shut = false;
  return {
    get isShut() {
      return shut;
    },
    opened: () => (shut ? new Promise((resolve) => waiting.push(resolve)) : Promise.resolve()),
    set(isShut) {
      shut = isShut;
      if (!shut) for (const resolve of waiting.splice(0)) resolve();
    },
  };
}

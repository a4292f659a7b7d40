import type { Logger } from './logger.ts';
import type { Unsubscribe } from './peer-wire.ts';

/** Those who want to hear of something. One that throws is logged and doesn't keep the others from hearing. */
export class Listeners<Arguments extends readonly unknown[]> {
  readonly #log: Logger;
  readonly #all = new Set<(...values: Arguments) => void>();

  constructor(log: Logger) {
    this.#log = log;
  }

  add(listener: (...values: Arguments) => void): Unsubscribe {
    // A wrapper, so that the same function can listen twice.
    const own = (...values: Arguments): void => listener(...values);
    this.#all.add(own);
    return () => void this.#all.delete(own);
  }

  emit(...values: Arguments): void {
    for (const listener of Array.from(this.#all)) {
      try {
        listener(...values);
      } catch (error) {
        this.#log.error('listener-failed', { detail: error instanceof Error ? error.message : String(error) });
      }
    }
  }
}

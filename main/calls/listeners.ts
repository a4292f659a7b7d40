import type { Unsubscribe } from '../ports/peer-wire.ts';

/** Those who want to hear of one thing. */
export class Listeners<Arguments extends readonly unknown[]> {
  readonly #all = new Set<(...values: Arguments) => void>();

  add(listener: (...values: Arguments) => void): Unsubscribe {
    // Wrapped, so that adding the same function twice makes two subscriptions.
    const own = (...values: Arguments): void => listener(...values);
    this.#all.add(own);
    return () => this.#all.delete(own);
  }

  tell(...values: Arguments): void {
    for (const listener of this.#all) listener(...values);
  }
}

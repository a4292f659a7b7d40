import type { CallQuality } from '../../preload/contract/index.ts';
import type { UiStore } from './store.ts';

/** The word of a quality changes only after this long in the new state: numbers jump, people should not. */
export const steadyForMs = 3_000;

export interface SteadyQuality {
  readonly shown: CallQuality | null;
  /** A different quality that is waiting to be believed, and since when. */
  readonly candidate: { readonly quality: CallQuality; readonly sinceMs: number } | null;
}

export const unknownQuality: SteadyQuality = { shown: null, candidate: null };

/** The next state of the shown quality; `nowMs` on any steady clock. The first value is shown at once. */
export function steady(state: SteadyQuality, measured: CallQuality | null, nowMs: number): SteadyQuality {
  if (measured === null || measured === state.shown) return state.candidate === null ? state : { ...state, candidate: null };
  if (state.shown === null) return { shown: measured, candidate: null };
  if (state.candidate?.quality !== measured) return { ...state, candidate: { quality: measured, sinceMs: nowMs } };
  return nowMs - state.candidate.sinceMs >= steadyForMs ? { shown: measured, candidate: null } : state;
}

/** How often the measured quality is looked at. */
const everyMs = 250;

/** Keeps the quality that is shown, one for every place that shows it: `shownQuality` in the store. */
export class QualityWatch {
  readonly #store: UiStore;
  readonly #states = new Map<string, SteadyQuality>();

  constructor(store: UiStore) {
    this.#store = store;
  }

  start(): () => void {
    let timer: ReturnType<typeof setInterval> | null = null;
    const stop = () => {
      if (timer !== null) clearInterval(timer);
      timer = null;
    };
    const stopStore = this.#store.subscribe((state, before) => {
      if (state.calls === before.calls) return;
      this.#look();
      if (state.calls.size === 0) stop();
      else timer ??= setInterval(() => this.#look(), everyMs);
    });
    return () => {
      stopStore();
      stop();
    };
  }

  #look(): void {
    const { calls, shownQuality } = this.#store.getState();
    const nowMs = performance.now();
    for (const id of this.#states.keys()) if (!calls.has(id)) this.#states.delete(id);
    for (const call of calls.values())
      this.#states.set(call.id, steady(this.#states.get(call.id) ?? unknownQuality, call.quality, nowMs));
    const same =
      shownQuality.size === this.#states.size && [...this.#states].every(([id, { shown }]) => shownQuality.get(id) === shown);
    if (!same) this.#store.setState({ shownQuality: new Map([...this.#states].map(([id, { shown }]) => [id, shown])) });
  }
}

/** A word is shown only after this long in the new state: it must not flicker (UI.md "Presence and call states"). */
export const steadyMs = 3_000;

/** What is shown, and what may replace it. */
export interface Steady<Value> {
  readonly shown: Value;
  /** Null: nothing is waiting to be believed. */
  readonly next: { readonly value: Value; readonly sinceMs: number } | null;
}

export const steadyOf = <Value>(shown: Value): Steady<Value> => ({ shown, next: null });

/** The memory after a judgement at `nowMs` (monotonic). */
export function settle<Value>(memory: Steady<Value>, judged: Value, nowMs: number): Steady<Value> {
  if (judged === memory.shown) return memory.next === null ? memory : steadyOf(judged);
  if (memory.next === null || memory.next.value !== judged)
    return { shown: memory.shown, next: { value: judged, sinceMs: nowMs } };
  return nowMs - memory.next.sinceMs >= steadyMs ? steadyOf(judged) : memory;
}

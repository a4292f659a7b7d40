import type { CallStats, CallView } from '../../preload/contract/index.ts';

/** `calls` have no figures in the store: `stats` is null there. */
export interface CallsAndFigures {
  readonly calls: ReadonlyMap<string, CallView>;
  readonly figures: ReadonlyMap<string, CallStats>;
}

/**
 * Keeps the figures apart, which come each second: a call of which nothing else has changed stays the same object, and nobody who
 * shows it renders again.
 * @param next calls as the engine tells them, or as they are held
 */
export function figuresApart(held: CallsAndFigures, next: ReadonlyMap<string, CallView>): CallsAndFigures {
  const figures = new Map<string, CallStats>();
  const calls = new Map<string, CallView>();
  for (const [id, call] of next) {
    const stats = call.stats ?? held.figures.get(id) ?? null;
    if (stats !== null) figures.set(id, stats);
    const before = held.calls.get(id);
    const bare = call.stats === null ? call : { ...call, stats: null };
    calls.set(id, before !== undefined && isSame(before, bare) ? before : bare);
  }
  const isUnchanged = calls.size === held.calls.size && [...calls].every(([id, call]) => held.calls.get(id) === call);
  return { calls: isUnchanged ? held.calls : calls, figures };
}

/** Views are what came over the bridge: plain, and their keys in the contract's order. */
const isSame = (a: CallView, b: CallView): boolean => a === b || JSON.stringify(a) === JSON.stringify(b);

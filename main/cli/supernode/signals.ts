import type { EventEmitter } from 'node:events';
import type { Clock } from '../../ports/clock.ts';

/** Signals closer together are one wish: programs that started us (npm, a supervisor) pass theirs on. */
const sameWishMs = 1_000;

export interface ServerSignals {
  /** SIGTERM: get ready to go, wait for calls. */
  readonly drain: AbortSignal;
  /** SIGINT: stop now, in good order. */
  readonly stop: AbortSignal;
}

/** What a supernode makes of signals; a second one, whichever, ends it at once. */
export function heedSignals(clock: Clock, endNow: () => void, signals: Pick<EventEmitter, 'on'> = process): ServerSignals {
  const drain = new AbortController();
  const stop = new AbortController();
  let firstMs: number | null = null;
  const hear = (wish: AbortController) => (): void => {
    const nowMs = clock.monotonicMs();
    firstMs ??= nowMs;
    if (nowMs - firstMs >= sameWishMs) endNow();
    else if (!drain.signal.aborted && !stop.signal.aborted) wish.abort();
  };
  signals.on('SIGTERM', hear(drain));
  signals.on('SIGINT', hear(stop));
  return { drain: drain.signal, stop: stop.signal };
}

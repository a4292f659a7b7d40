import type { EventEmitter } from 'node:events';
import type { Clock } from '../ports/clock.ts';
import type { Logger } from '../ports/logger.ts';

/** Stopping engine and media has its own limits (3 s each); beyond this something hangs. */
const longestShutdownMs = 10_000;
/**
 * Signals closer together are one wish: Ctrl-C in a terminal reaches us, and once more through the programs that started us
 * (npm, the set-up), which pass theirs on.
 */
const sameWishMs = 1_000;

export interface Shutdown {
  /** Adds a step; steps run latest first. */
  add(step: () => Promise<void> | void): void;
  /** Ends the app in good order. */
  run(): void;
}

/** Stops what was started, in reverse order, when asked or on SIGINT, SIGTERM or SIGHUP; a later second signal ends at once. */
export function createShutdown(
  logger: Logger,
  clock: Clock,
  exit: (code: number) => void,
  signals: Pick<EventEmitter, 'on'> = process,
): Shutdown {
  const steps: (() => Promise<void> | void)[] = [];
  let running = false;
  let firstSignalMs: number | null = null;
  const stopAll = async (): Promise<number> => {
    let code = 0;
    for (const step of steps.toReversed()) {
      try {
        await step();
      } catch (error) {
        code = 1;
        logger.error('a step of the shutdown failed', { error: error instanceof Error ? error.message : 'unknown' });
      }
    }
    return code;
  };
  const run = (): void => {
    if (running) return;
    running = true;
    setTimeout(() => exit(1), longestShutdownMs).unref();
    void stopAll().then(exit);
  };
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) {
    signals.on(signal, () => {
      const nowMs = clock.monotonicMs();
      firstSignalMs ??= nowMs;
      if (nowMs - firstSignalMs >= sameWishMs) exit(1);
      else run();
    });
  }
  return { add: (step) => void steps.push(step), run };
}

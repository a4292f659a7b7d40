import type { Logger } from '../ports/logger.ts';

/** Stopping engine and media has its own limits (3 s each); beyond this something hangs. */
const longestShutdownMs = 10_000;

export interface Shutdown {
  /** Adds a step; steps run latest first. */
  add(step: () => Promise<void> | void): void;
  /** Ends the app in good order. */
  run(): void;
}

/** Stops what was started, in reverse order, when asked or on SIGINT, SIGTERM or SIGHUP; a second signal ends at once. */
export function createShutdown(logger: Logger, exit: (code: number) => void): Shutdown {
  const steps: (() => Promise<void> | void)[] = [];
  let running = false;
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
    process.on(signal, () => (running ? exit(1) : run()));
  }
  return { add: (step) => void steps.push(step), run };
}

import { monitorEventLoopDelay } from 'node:perf_hooks';
import { AppError } from '../../../main/ports/app-error.ts';

/**
 * A node's question waits a second for its answer, which takes three turns of this process: asking, answering, hearing. When turns took a third of that, nobody
 * could have answered in time.
 */
const standstillMs = 333;
const mostTries = 6;

/** How often something was asked again because the laboratory itself stood still meanwhile (see README). */
export const standstills = { count: 0 };

/**
 * Asks the network. A failure while this process stood still is none of the network's, and is asked again.
 * @param failed whether what came is a failure; NO_NETWORK is one always
 * @throws what `ask` throws, NO_NETWORK too if nothing stood still
 */
export async function askFairly<T>(ask: () => Promise<T>, failed: (told: T) => boolean = () => false): Promise<T> {
  for (let tried = 1; ; tried++) {
    const delays = monitorEventLoopDelay({ resolution: 20 });
    delays.enable();
    const isLast = (): boolean => {
      delays.disable();
      if (tried === mostTries || delays.max / 1e6 < standstillMs) return true;
      standstills.count += 1;
      return false;
    };
    try {
      // oxlint-disable-next-line no-await-in-loop -- only asked again if need be
      const told = await ask();
      if (!failed(told) || isLast()) return told;
    } catch (error) {
      if (!(error instanceof AppError && error.code === 'NO_NETWORK') || isLast()) throw error;
    } finally {
      delays.disable();
    }
  }
}

import { constants, setPriority } from 'node:os';
import type { Logger } from '../ports/logger.ts';

/**
 * Asks the system to let this thread (on Windows and macOS: all of its process) run before whatever has no deadline, as browsers do for
 * their audio threads. Granted on Windows, and where the account may (on Linux: by `RLIMIT_NICE`); refused elsewhere, which costs nothing
 * but punctuality on a busy computer.
 * @param set of `node:os`: throws where it is refused
 */
export function askPriority(logger: Logger, set: (priority: number) => void = setPriority): boolean {
  try {
    set(constants.priority.PRIORITY_ABOVE_NORMAL);
    return true;
  } catch (error) {
    logger.debug('no priority', { reason: error instanceof Error ? error.message : String(error) });
    return false;
  }
}

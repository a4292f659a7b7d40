import { AppError } from '../../ports/app-error.ts';
import type { CommandContext } from './context.ts';

/**
 * Runs until the signal aborts; a subscription that ends with it is not an error. If our engine falls, the work begins anew
 * with the next one; an app that we are attached to and that ends is the end of us.
 */
export async function until(
  { signal, engine, output }: Pick<CommandContext, 'signal' | 'engine' | 'output'>,
  work: () => Promise<void>,
): Promise<void> {
  try {
    await work();
  } catch (error) {
    if (signal.aborted) return undefined;
    const fell = error instanceof AppError && error.code === 'CANCELLED';
    if (!fell || engine.attached) throw error;
    output.say('engine-restarted', {}, null);
    return until({ signal, engine, output }, work);
  }
  return undefined;
}

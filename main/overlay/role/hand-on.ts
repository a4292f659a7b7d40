import type { Logger } from '../../ports/logger.ts';
import type { DirectoryStore } from '../directory-store.ts';
import type { Shelf } from '../directory/shelf.ts';

/** Each asks some twenty nodes. */
const atOnce = 4;

/**
 * We are about to go: each record once more to the nodes that are nearest to it now, several at a time, until `signal` says that
 * there is no more time. Most are held there already, and the same bytes again are not judged.
 */
export async function handOn(
  shelf: Pick<Shelf, 'all'>,
  store: Pick<DirectoryStore, 'put'>,
  signal: AbortSignal,
  log: Logger,
): Promise<{ readonly handedOn: number; readonly held: number }> {
  const held = shelf.all();
  const waiting = [...held];
  let handedOn = 0;
  const work = async (): Promise<void> => {
    for (let next = waiting.pop(); next !== undefined && !signal.aborted; next = waiting.pop()) {
      try {
        // oxlint-disable-next-line no-await-in-loop -- some at a time, so that nobody is flooded
        const { storedBy } = await store.put(next.target, next.record, signal);
        if (storedBy.length > 0) handedOn += 1;
      } catch (error) {
        log.debug('not-handed-on', { error: error instanceof Error ? error.message : 'unknown' });
      }
    }
  };
  await Promise.all(Array.from({ length: atOnce }, work));
  return { handedOn, held: held.length };
}

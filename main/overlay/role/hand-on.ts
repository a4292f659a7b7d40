import type { Logger } from '../../ports/logger.ts';
import type { HandOver } from '../directory/hand-over.ts';
import type { Shelf } from '../directory/shelf.ts';

/** Each asks some two dozen nodes. */
const atOnce = 4;

/**
 * We are about to go: each record, and what waits for its end, to those of the nodes nearest to it now that lack it, several at a time, until
 * `signal` says that there is no more time. Most have them already, and are asked by a digest only.
 */
export async function handOn(
  shelf: Pick<Shelf, 'all' | 'waiting'>,
  hand: Pick<HandOver, 'audit'>,
  signal: AbortSignal,
  log: Logger,
): Promise<{ readonly handedOn: number; readonly held: number }> {
  const held = shelf.all();
  const left = [...held];
  let handedOn = 0;
  const work = async (): Promise<void> => {
    for (let next = left.pop(); next !== undefined && !signal.aborted; next = left.pop()) {
      try {
        // oxlint-disable-next-line no-await-in-loop -- some at a time, so that nobody is flooded
        const { asked } = await hand.audit(next.target, next.record, signal);
        if (asked > 0) handedOn += 1;
        const waiting = shelf.waiting(next.target);
        // Only after the record that it waits for the end of: before, it would pass for the holder's.
        // oxlint-disable-next-line no-await-in-loop -- likewise
        if (waiting !== null) await hand.audit(next.target, waiting, signal);
      } catch (error) {
        log.debug('not-handed-on', { error: error instanceof Error ? error.message : 'unknown' });
      }
    }
  };
  await Promise.all(Array.from({ length: atOnce }, work));
  return { handedOn, held: held.length };
}

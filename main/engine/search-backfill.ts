import { AppError } from '../ports/app-error.ts';
import type { Clock, Timer } from '../ports/clock.ts';
import type { Logger } from '../ports/logger.ts';
import type { Unsubscribe } from '../ports/peer-wire.ts';
import type { SearchRepository } from '../storage/index.ts';

/** Some 10 ms of the engine's time… */
const atOnce = 500;
/** …with room for everything else between. */
const pauseMs = 50;

/** Puts into the index what a version without one stored. @returns stops it; the next start goes on */
export function backfillSearch(search: SearchRepository, clock: Clock, log: Logger): Unsubscribe {
  let timer: Timer | null = null;
  const step = (): void => {
    try {
      timer = search.backfill(atOnce) ? clock.setTimer(pauseMs, step) : null;
    } catch (error) {
      // A full disk: what there is can be searched, and the next start tries again.
      if (!(error instanceof AppError)) throw error;
      log.warn('search-backfill', { code: error.code });
    }
  };
  timer = clock.setTimer(pauseMs, step);
  return () => timer?.cancel();
}

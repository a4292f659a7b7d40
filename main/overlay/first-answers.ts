import type { DhtNode } from '../../native-shims/hyperdht/index.ts';
import type { Clock, Timer } from '../ports/clock.ts';

/**
 * Somebody answered, and so long after that: enough to begin with. Everybody's answer is worth no more waiting, since nodes that
 * are gone (our own of a moment ago, say) cost 6 s each time they are asked, twice.
 */
const enoughMs = 500;
const lookEveryMs = 50;

/** Resolves when we know others well enough to begin, or that there is nobody, or `isEnough` says so. */
export function firstAnswers(dht: DhtNode, clock: Clock, isEnough: () => boolean): Promise<void> {
  return new Promise((resolve, reject) => {
    let heardAtMs = Number.POSITIVE_INFINITY;
    let timer: Timer | null = null;
    const look = (): void => {
      const nowMs = clock.monotonicMs();
      // A node that we knew before is in the table already: its answer is no event.
      if (heardAtMs === Number.POSITIVE_INFINITY && dht.heard().length > 0) heardAtMs = nowMs;
      if (isEnough() || nowMs - heardAtMs >= enoughMs) resolve();
      else timer = clock.setTimer(lookEveryMs, look);
    };
    look();
    dht
      .bootstrapped()
      .then(resolve, reject)
      .finally(() => timer?.cancel());
  });
}

import type { DhtNode } from '../../native-shims/hyperdht/index.ts';
import type { Clock, Timer } from '../ports/clock.ts';

/**
 * Somebody answered, and so long after that: enough to begin with. Everybody's answer is worth no more waiting, since nodes that
 * are gone (our own of a moment ago, say) cost 6 s each time they are asked, twice.
 */
const enoughMs = 500;
const lookEveryMs = 50;

/**
 * Resolves when we know others well enough to begin, or that there is nobody, or `isEnough` says so.
 * @param tried resolves when every way of finding others was tried
 */
export function firstAnswers(dht: DhtNode, tried: Promise<void>, clock: Clock, isEnough: () => boolean): Promise<void> {
  return new Promise((resolve, reject) => {
    let heardAtMs = Number.POSITIVE_INFINITY;
    let isTried = false;
    let timer: Timer | null = null;
    const look = (): void => {
      const nowMs = clock.monotonicMs();
      // No event tells of a first answer.
      if (heardAtMs === Number.POSITIVE_INFINITY && dht.heard().length > 0) heardAtMs = nowMs;
      const isAlone = isTried && dht.heard().length === 0;
      if (isAlone || isEnough() || nowMs - heardAtMs >= enoughMs) resolve();
      else timer = clock.setTimer(lookEveryMs, look);
    };
    look();
    Promise.all([tried, dht.bootstrapped()])
      .then(() => {
        isTried = true;
        timer?.cancel();
        // At once: whoever is alone begins to answer for the network, and others who begin with us wait for that.
        look();
      })
      .catch((error: unknown) => {
        timer?.cancel();
        reject(error instanceof Error ? error : new Error(String(error)));
      });
  });
}

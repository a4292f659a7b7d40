import type { Clock, Timer } from '../../ports/clock.ts';

/** When so many have answered, the others are waited for a moment only: one that is gone takes 2 s to be given up. */
const enoughShare = 0.7;
const graceMs = 250;

/** What most of them came to, in the order in which they did. None may reject. */
export function mostOf<T>(works: readonly Promise<T>[], clock: Clock): Promise<readonly T[]> {
  return new Promise((resolve, reject) => {
    const results: T[] = [];
    let grace: Timer | null = null;
    const end = (): void => {
      grace?.cancel();
      resolve([...results]);
    };
    if (works.length === 0) end();
    for (const work of works) {
      work.then((result) => {
        results.push(result);
        if (results.length === works.length) end();
        else if (results.length >= works.length * enoughShare) grace ??= clock.setTimer(graceMs, end);
      }, reject);
    }
  });
}

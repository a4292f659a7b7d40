import type { Page } from 'playwright-core';

/** Where the page notes moments for a bench. */
declare global {
  interface Window {
    momentsOfKeys?: number[];
    momentsOfCards?: number[];
  }
}

/** ms from the page's navigation to its first content. */
export const firstPaintMs = (page: Page): Promise<number> => page.evaluate(firstPaint);

const firstPaint = (): number => performance.getEntriesByName('first-contentful-paint')[0]?.startTime ?? Number.NaN;
/** The same for a page that is reached by DevTools alone. */
export const firstPaintSource = `(${firstPaint.toString()})()`;

/** ms from the page's navigation to the first screen with something to do on it (`renderer/app/app.tsx` marks it). */
export const firstScreenMs = (page: Page): Promise<number> => page.evaluate(firstScreen);

const firstScreen = (): number => performance.getEntriesByName('lilliput:first-screen')[0]?.startTime ?? Number.NaN;
export const firstScreenSource = `(${firstScreen.toString()})()`;

/** From now on notes, for each key, how long its frame took: from the time of the key to after the frame was drawn. */
export const watchKeys = (page: Page): Promise<void> =>
  page.evaluate(() => {
    const moments: number[] = [];
    window.momentsOfKeys = moments;
    const { port1, port2 } = new MessageChannel();
    const waiting: number[] = [];
    // A message that is sent while a frame is prepared comes after it.
    port1.addEventListener('message', () => {
      for (const from of waiting.splice(0)) moments.push(performance.now() - from);
    });
    port1.start();
    addEventListener(
      'keydown',
      ({ timeStamp }) => {
        requestAnimationFrame(() => {
          waiting.push(timeStamp);
          // oxlint-disable-next-line unicorn/require-post-message-target-origin -- a port has no origin
          port2.postMessage(null);
        });
      },
      { capture: true },
    );
  });

export const keysToFrames = (page: Page): Promise<readonly number[]> => page.evaluate(() => window.momentsOfKeys ?? []);

/** From now on notes when the card of a call was drawn, on the wall clock. */
export const watchCards = (page: Page): Promise<void> =>
  page.evaluate(() => {
    const moments: number[] = [];
    window.momentsOfCards = moments;
    let isThere = false;
    new MutationObserver(() => {
      const was = isThere;
      isThere = document.querySelector('[data-incoming]') !== null;
      if (was || !isThere) return;
      requestAnimationFrame(() => {
        const { port1, port2 } = new MessageChannel();
        port1.addEventListener('message', () => void moments.push(performance.timeOrigin + performance.now()));
        port1.start();
        // oxlint-disable-next-line unicorn/require-post-message-target-origin -- a port has no origin
        port2.postMessage(null);
      });
    }).observe(document.body, { childList: true, subtree: true });
  });

export const cardsOnScreen = (page: Page): Promise<readonly number[]> => page.evaluate(() => window.momentsOfCards ?? []);

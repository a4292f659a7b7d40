import { useEffect } from 'react';
import { useSession, useUi } from '../state/index.ts';

/** A key or a move of the mouse is told at most so often: "away" counts in minutes. */
const tellEveryMs = 20_000;
const signs = ['pointerdown', 'pointermove', 'keydown', 'wheel'] as const;

/**
 * Tells the engine that somebody is there, where only the page can know: in a browser. It sees its own window, so whoever works in
 * another one is away after a while. (Browsers have an idle detector, but ask the person for leave to use it.)
 */
export function useActivity(): void {
  const { client } = useSession();
  const isBrowser = useUi((state) => state.app?.shell === 'browser');
  const isSignedIn = useUi((state) => state.account?.kind === 'ready');
  useEffect(() => {
    if (!isBrowser || !isSignedIn) return undefined;
    let toldMs = -Infinity;
    const tell = (): void => {
      const nowMs = performance.now();
      if (nowMs - toldMs < tellEveryMs) return;
      toldMs = nowMs;
      // An engine that is not there is told of elsewhere; the next key tells the new one.
      client.account.reportIdle({ idleMs: 0 }).catch(() => undefined);
    };
    tell();
    for (const sign of signs) window.addEventListener(sign, tell, { passive: true, capture: true });
    return () => {
      for (const sign of signs) window.removeEventListener(sign, tell, { capture: true });
    };
  }, [client, isBrowser, isSignedIn]);
}

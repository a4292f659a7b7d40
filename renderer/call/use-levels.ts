import { useCallback, useEffect, useRef, useState } from 'react';
import type { CallView } from '../../preload/contract/index.ts';
import { isTalking, useSession } from '../state/index.ts';
import { quiet, speakingNext, type Speaking } from './speaking.ts';

export interface CallLevelsView {
  /** The other's voice, now. */
  readonly remote: () => number;
  /** Gives a meter this person's own level. */
  readonly listenLocal: (sink: (level: number) => void) => () => void;
  readonly theySpeak: boolean;
}

/**
 * Follows the levels of a call while people talk, as this page's own sound tells them. React renders only when somebody starts
 * or stops speaking.
 */
export function useCallLevels(call: CallView): CallLevelsView {
  const { audio } = useSession();
  const sinks = useRef(new Set<(level: number) => void>());
  const remoteNow = useRef(0);
  const [theySpeak, setTheySpeak] = useState(false);
  const listening = isTalking(call) && call.hold === 'none';

  useEffect(() => {
    if (!listening) return undefined;
    const given = sinks.current;
    let state: Speaking = quiet;
    const stop = audio.onLevel(({ local, remote }) => {
      remoteNow.current = remote;
      const { speaking } = state;
      state = speakingNext(state, remote, performance.now());
      if (state.speaking !== speaking) setTheySpeak(state.speaking);
      for (const sink of given) sink(local);
    });
    return () => {
      stop();
      remoteNow.current = 0;
      setTheySpeak(false);
      for (const sink of given) sink(0);
    };
  }, [audio, listening]);

  const remote = useCallback(() => remoteNow.current, []);
  const listenLocal = useCallback((sink: (level: number) => void) => {
    sinks.current.add(sink);
    return () => void sinks.current.delete(sink);
  }, []);
  return { remote, listenLocal, theySpeak };
}

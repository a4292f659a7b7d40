import { useCallback, useEffect, useRef, useState } from 'react';
import type { CallView } from '../../preload/contract/index.ts';
import { followLevels, isTalking, useSession } from '../state/index.ts';
import { quiet, speakingNext, type Speaking } from './speaking.ts';

export interface CallLevelsView {
  /** The other's voice, read at display rate. */
  readonly remote: () => number;
  /** Gives a meter this person's own level. */
  readonly listenLocal: (sink: (level: number) => void) => () => void;
  readonly theySpeak: boolean;
}

/** Follows the levels of a call while people talk. React renders only when somebody starts or stops speaking. */
export function useCallLevels(call: CallView): CallLevelsView {
  const { client } = useSession();
  const sinks = useRef(new Set<(level: number) => void>());
  const remoteNow = useRef(0);
  const [theySpeak, setTheySpeak] = useState(false);
  const talking = isTalking(call);

  useEffect(() => {
    if (!talking) return undefined;
    let state: Speaking = quiet;
    const source = followLevels(client, call.id, (levels) => {
      remoteNow.current = levels.remote;
      state = speakingNext(state, levels.remote, performance.now());
      setTheySpeak(state.speaking);
      for (const sink of sinks.current) sink(levels.local);
    });
    return () => {
      source.stop();
      remoteNow.current = 0;
      setTheySpeak(false);
    };
  }, [client, call.id, talking]);

  const remote = useCallback(() => remoteNow.current, []);
  const listenLocal = useCallback((sink: (level: number) => void) => {
    sinks.current.add(sink);
    return () => void sinks.current.delete(sink);
  }, []);
  return { remote, listenLocal, theySpeak };
}

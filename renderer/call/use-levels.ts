import { useCallback, useEffect, useRef } from 'react';
import type { CallView } from '../../preload/contract/index.ts';
import { isTalking, useSession } from '../state/index.ts';
import { quiet, speakingNext, type Speaking } from './speaking.ts';

export interface CallLevelsView {
  /** The other's voice, now. */
  readonly remote: () => number;
  /** Gives a meter this person's own level. */
  readonly listenLocal: (sink: (level: number) => void) => () => void;
  readonly theySpeak: () => boolean;
}

/**
 * Follows the levels of a call while people talk, as this page's own sound tells them. They are read for each picture, all three by
 * functions that stay the same: React renders nothing for them.
 */
export function useCallLevels(call: CallView): CallLevelsView {
  const { audio } = useSession();
  const sinks = useRef(new Set<(level: number) => void>());
  const remoteNow = useRef(0);
  const voice = useRef<Speaking>(quiet);
  const listening = isTalking(call) && call.hold === 'none';

  useEffect(() => {
    if (!listening) return undefined;
    const given = sinks.current;
    const stop = audio.onLevel(({ local, remote }) => {
      remoteNow.current = remote;
      voice.current = speakingNext(voice.current, remote, performance.now());
      for (const sink of given) sink(local);
    });
    return () => {
      stop();
      remoteNow.current = 0;
      voice.current = quiet;
      for (const sink of given) sink(0);
    };
  }, [audio, listening]);

  const remote = useCallback(() => remoteNow.current, []);
  const theySpeak = useCallback(() => voice.current.speaking, []);
  const listenLocal = useCallback((sink: (level: number) => void) => {
    sinks.current.add(sink);
    return () => void sinks.current.delete(sink);
  }, []);
  return { remote, listenLocal, theySpeak };
}

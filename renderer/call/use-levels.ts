import { useCallback, useEffect, useRef } from 'react';
import type { CallView } from '../../preload/contract/index.ts';
import { isTalking, useSession } from '../state/index.ts';
import { quiet, speakingNext, type Speaking } from './speaking.ts';

export interface CallLevelsView {
  /** The other's voice, now. */
  readonly remote: () => number;
  readonly theySpeak: () => boolean;
}

/**
 * Follows the other's level in a call while people talk, as this page's own sound tells it. It is read for each picture, by
 * functions that stay the same: React renders nothing for it.
 */
export function useCallLevels(call: CallView): CallLevelsView {
  const { audio } = useSession();
  const remoteNow = useRef(0);
  const voice = useRef<Speaking>(quiet);
  const listening = isTalking(call) && call.hold === 'none';

  useEffect(() => {
    if (!listening) return undefined;
    const stop = audio.onLevel(({ remote }) => {
      remoteNow.current = remote;
      voice.current = speakingNext(voice.current, remote, performance.now());
    });
    return () => {
      stop();
      remoteNow.current = 0;
      voice.current = quiet;
    };
  }, [audio, listening]);

  const remote = useCallback(() => remoteNow.current, []);
  const theySpeak = useCallback(() => voice.current.speaking, []);
  return { remote, theySpeak };
}

import { useEffect, useRef, useState } from 'react';
import type { SignUpProgress } from '../../preload/contract/index.ts';
import { sentenceFor, useSession } from '../state/index.ts';

export interface SignUp {
  readonly progress: SignUpProgress | null;
  readonly error: string | null;
  readonly run: (start: (signal: AbortSignal) => Promise<AsyncIterable<SignUpProgress>>) => void;
  readonly cancel: () => void;
}

/**
 * Runs a sign-up or a restore; Cancel or leaving the screen stops it and leaves nothing behind. What comes after is decided by the
 * account itself: it may be there before the last step is told, and then this screen is gone.
 */
export function useSignUp(): SignUp {
  const { words } = useSession();
  const [progress, setProgress] = useState<SignUpProgress | null>(null);
  const [error, setError] = useState<string | null>(null);
  const running = useRef<AbortController | null>(null);
  useEffect(() => () => running.current?.abort(), []);

  const run: SignUp['run'] = (start) => {
    running.current?.abort();
    const stop = new AbortController();
    running.current = stop;
    setError(null);
    setProgress({ step: 'checking-name' });
    void (async () => {
      try {
        for await (const step of await start(stop.signal)) {
          if (stop.signal.aborted) return;
          setProgress(step);
        }
      } catch (failure) {
        if (!stop.signal.aborted) setError(sentenceFor(words, failure));
      } finally {
        if (!stop.signal.aborted) setProgress((last) => (last?.step === 'done' ? last : null));
      }
    })();
  };

  const cancel = () => {
    running.current?.abort();
    setProgress(null);
  };

  return { progress, error, run, cancel };
}

import { useEffect, useRef, useState } from 'react';
import { sentenceFor } from './errors.ts';
import { useSession } from './session.tsx';

export interface Task {
  /** Null: not running. */
  readonly fraction: number | null;
  /** Why it failed. */
  readonly error: string | null;
  /** Resolves with whether it came to its end. */
  readonly run: (work: (onFraction: (fraction: number) => void, signal: AbortSignal) => Promise<void>) => Promise<boolean>;
  readonly cancel: () => void;
}

/** Something that takes a while: how far it is, how it failed; Cancel or leaving the screen stops it. */
export function useTask(): Task {
  const { words } = useSession();
  const [fraction, setFraction] = useState<number | null>(null);
  const [error, setError] = useState<string | null>(null);
  const running = useRef<AbortController | null>(null);
  useEffect(() => () => running.current?.abort(), []);
  return {
    fraction,
    error,
    async run(work) {
      running.current?.abort();
      const stop = new AbortController();
      running.current = stop;
      setError(null);
      setFraction(0);
      try {
        await work((next) => {
          if (!stop.signal.aborted) setFraction(next);
        }, stop.signal);
        return !stop.signal.aborted;
      } catch (failure) {
        if (!stop.signal.aborted) setError(sentenceFor(words, failure));
        return false;
      } finally {
        if (running.current === stop) setFraction(null);
      }
    },
    cancel() {
      running.current?.abort();
      running.current = null;
      setFraction(null);
    },
  };
}

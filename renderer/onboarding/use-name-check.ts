import { useEffect, useState } from 'react';
import { useSession } from '../state/index.ts';
import { askAfterMs, type NameCheck } from './name-verdict.ts';

/** Asks for a verdict on `typed` once typing rests; an answer to an older text is never shown. */
export function useNameCheck(typed: string): NameCheck {
  const { client } = useSession();
  const [answer, setAnswer] = useState<NameCheck>({ kind: 'empty' });
  const name = typed.trim();

  useEffect(() => {
    if (name === '') return undefined;
    const stop = new AbortController();
    const timer = setTimeout(async () => {
      try {
        const verdict = await client.account.checkName({ name }, { signal: stop.signal });
        if (!stop.signal.aborted) setAnswer({ kind: 'answered', typed: name, verdict });
      } catch {
        // The engine could not be asked at all: signing up will say why.
        if (!stop.signal.aborted) setAnswer({ kind: 'answered', typed: name, verdict: { verdict: 'unknown', name } });
      }
    }, askAfterMs);
    return () => {
      stop.abort();
      clearTimeout(timer);
    };
  }, [client, name]);

  if (name === '') return { kind: 'empty' };
  return answer.kind === 'answered' && answer.typed === name ? answer : { kind: 'asking', name };
}

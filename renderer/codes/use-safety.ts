import { useEffect, useState } from 'react';
import type { SafetyView } from '../../preload/contract/index.ts';
import { useSession } from '../state/index.ts';

/** The safety number we share with somebody in the list; null while it is asked for. */
export function useSafety(accountKey: string): SafetyView | null {
  const { client } = useSession();
  const [safety, setSafety] = useState<SafetyView | null>(null);
  useEffect(() => {
    const stop = new AbortController();
    client.contacts.safety({ accountKey }, { signal: stop.signal }).then(
      (next) => {
        if (!stop.signal.aborted) setSafety(next);
      },
      // They left the list, or the engine is gone: both are shown elsewhere.
      () => undefined,
    );
    return () => stop.abort();
  }, [client, accountKey]);
  return safety;
}

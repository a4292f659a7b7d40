import { useEffect, useRef, useState } from 'react';
import type { FoundPerson } from '../../preload/contract/index.ts';
import { sentenceFor, useSession } from '../state/index.ts';

/** Where the search for people who want to be found stands. */
export type PeopleSearch =
  | { readonly kind: 'idle' }
  | { readonly kind: 'searching' }
  | { readonly kind: 'answered'; readonly typed: string; readonly people: readonly FoundPerson[]; readonly done: boolean }
  | { readonly kind: 'failed'; readonly sentence: string };

/** Searches until it is told something else, or is gone from the screen. */
export function usePeopleSearch(): {
  readonly search: PeopleSearch;
  readonly start: (typed: string) => void;
  readonly clear: () => void;
} {
  const { client, words } = useSession();
  const [search, setSearch] = useState<PeopleSearch>({ kind: 'idle' });
  const running = useRef<AbortController | null>(null);
  useEffect(() => () => running.current?.abort(), []);

  const run = async (typed: string, signal: AbortSignal): Promise<void> => {
    try {
      for await (const { people, done } of await client.contacts.find({ typed }, { signal })) {
        if (signal.aborted) return;
        // Until something is there or all is known, nothing can be said.
        setSearch(people.length > 0 || done ? { kind: 'answered', typed, people, done } : { kind: 'searching' });
      }
    } catch (error) {
      if (!signal.aborted) setSearch({ kind: 'failed', sentence: sentenceFor(words, error) });
    }
  };
  return {
    search,
    start(typed) {
      running.current?.abort();
      const stop = new AbortController();
      running.current = stop;
      setSearch({ kind: 'searching' });
      void run(typed, stop.signal);
    },
    clear() {
      running.current?.abort();
      setSearch({ kind: 'idle' });
    },
  };
}

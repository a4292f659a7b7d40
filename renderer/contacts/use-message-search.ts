import { useCallback, useEffect, useRef, useState } from 'react';
import type { MessageView } from '../../preload/contract/index.ts';
import { useSession } from '../state/index.ts';

/** Typing rests this long before it is looked for. */
const restMs = 150;
/** Hits that are read at a time. */
const pageHits = 40;

export type MessageSearch =
  | { readonly kind: 'idle' | 'looking' | 'failed' }
  | {
      readonly kind: 'found';
      readonly typed: string;
      readonly hits: readonly MessageView[];
      readonly total: number;
      readonly after: number | null;
    };

/** Messages of all conversations with what is typed in them, the newest first, a way to read on, and to try again what failed. */
export function useMessageSearch(typed: string): {
  readonly search: MessageSearch;
  readonly more: () => void;
  readonly again: () => void;
} {
  const { client } = useSession();
  const [search, setSearch] = useState<MessageSearch>({ kind: 'idle' });
  const asked = useRef(0);
  const reading = useRef(false);
  const [attempt, setAttempt] = useState(0);
  useEffect(() => {
    asked.current += 1;
    const mine = asked.current;
    reading.current = false;
    if (typed === '') return undefined;
    const timer = setTimeout(() => {
      client.conversations.search({ typed, id: null, after: null, limit: pageHits }).then(
        ({ hits, after, total }) => {
          if (mine === asked.current) setSearch({ kind: 'found', typed, hits, after, total: total ?? hits.length });
        },
        () => (mine === asked.current ? setSearch({ kind: 'failed' }) : undefined),
      );
    }, restMs);
    return () => clearTimeout(timer);
    // oxlint-disable-next-line react/exhaustive-effect-dependencies -- each attempt asks again
  }, [client, typed, attempt]);

  const again = useCallback(() => {
    setSearch({ kind: 'looking' });
    setAttempt((count) => count + 1);
  }, []);
  const more = useCallback(() => {
    if (search.kind !== 'found' || search.after === null || search.typed !== typed || reading.current) return;
    const mine = asked.current;
    reading.current = true;
    client.conversations.search({ typed, id: null, after: search.after, limit: pageHits }).then(
      ({ hits, after }) => {
        if (mine !== asked.current) return;
        reading.current = false;
        setSearch({ ...search, hits: [...search.hits, ...hits], after });
      },
      () => {
        // Asked for again when the end of the list is reached the next time.
        if (mine === asked.current) reading.current = false;
      },
    );
  }, [client, search, typed]);
  if (typed === '') return { search: { kind: 'idle' }, more, again };
  // What was found for the letters before stays until there is something for these.
  return { search: search.kind === 'idle' ? { kind: 'looking' } : search, more, again };
}

import { useCallback, useEffect, useRef, useState } from 'react';
import type { MessageView } from '../../preload/contract/index.ts';
import { useSession } from '../state/index.ts';

/** Typing rests this long before it is looked for. */
const restMs = 150;
/** Hits that are read at a time; going further reads on. */
const pageHits = 100;

export type FindState =
  | { readonly kind: 'idle' | 'looking' | 'failed' }
  | {
      readonly kind: 'found';
      /** The newest first. */
      readonly hits: readonly MessageView[];
      /** The one that is shown. */
      readonly at: number;
      readonly total: number;
      readonly after: number | null;
    };

export interface Find {
  readonly state: FindState;
  /** 1: to the match before (older), -1: to the one after. */
  readonly step: (by: 1 | -1) => Promise<void>;
}

/** Looks for what is typed in one conversation, and goes from match to match. */
export function useFind(id: string, typed: string): Find {
  const { client, go, notify } = useSession();
  const [last, setState] = useState<FindState>({ kind: 'idle' });
  const asked = useRef(0);

  const show = useCallback(
    (hit: MessageView | undefined) => {
      if (hit !== undefined) go.reveal(id, { kind: 'message', id: hit.id, typed: '' });
    },
    [go, id],
  );

  useEffect(() => {
    asked.current += 1;
    const mine = asked.current;
    if (typed.trim() === '') return undefined;
    const timer = setTimeout(() => {
      setState((now) => (now.kind === 'found' ? now : { kind: 'looking' }));
      client.conversations.search({ typed, id, after: null, limit: pageHits }).then(
        ({ hits, after, total }) => {
          if (mine !== asked.current) return;
          setState({ kind: 'found', hits, after, total: total ?? hits.length, at: 0 });
          show(hits[0]);
        },
        () => (mine === asked.current ? setState({ kind: 'failed' }) : undefined),
      );
    }, restMs);
    return () => clearTimeout(timer);
  }, [client, id, typed, show]);

  const state: FindState = typed.trim() === '' ? { kind: 'idle' } : last;
  const step = async (by: 1 | -1): Promise<void> => {
    if (state.kind !== 'found') return;
    const at = state.at + by;
    let { hits, after } = state;
    if (at < 0) return;
    if (at >= hits.length) {
      if (after === null) return;
      const mine = asked.current;
      const next = { typed, id, after, limit: pageHits };
      const read = await notify.attempt(async () => {
        const page = await client.conversations.search(next);
        hits = [...hits, ...page.hits];
        after = page.after;
      });
      if (!read || mine !== asked.current) return;
    }
    if (at >= hits.length) return setState({ ...state, after: null });
    setState({ ...state, hits, after, at });
    show(hits[at]);
  };
  return { state, step };
}

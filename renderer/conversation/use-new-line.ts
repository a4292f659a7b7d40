import { useCallback, useEffect, useRef, useState } from 'react';
import { timeOf, useSession, useUi } from '../state/index.ts';
import { newLineAfter, noNewLine } from './new-line.ts';

/** When the first message below the "New" line came (null: there is none), and a way to tell whether the end is on screen. */
export function useNewLine(id: string): readonly [fromMs: number | null, setSeeing: (seeing: boolean) => void] {
  const { store } = useSession();
  const firstUnreadMs = useUi((state) => state.conversations.get(id)?.firstUnreadMs ?? null);
  const endMs = useUi((state) => {
    const last = state.conversations.get(id)?.last ?? null;
    return last === null ? 0 : timeOf(last);
  });
  const seeing = useRef(false);
  /** Where the last item stood when all had been read. */
  const readMs = useRef(0);
  const [line, setLine] = useState(() =>
    newLineAfter(noNewLine, store.getState().conversations.get(id)?.firstUnreadMs ?? null, null),
  );
  // What counts is whether somebody looked when it came, not whether somebody does later.
  useEffect(() => {
    const arrived = store.getState().conversations.get(id)?.arrived ?? null;
    // Of what comes late and last the reader is told, and led to it (`alert-policy.ts`); not of what came with something at the end.
    const mayBeAbove = arrived === null || arrived.cameMs === null;
    const seenFromMs = mayBeAbove ? readMs.current : 0;
    setLine((now) => newLineAfter(now, firstUnreadMs, seeing.current && document.hasFocus() ? seenFromMs : null));
  }, [firstUnreadMs, id, store]);
  useEffect(() => {
    if (firstUnreadMs === null) readMs.current = endMs;
  }, [firstUnreadMs, endMs]);
  const setSeeing = useCallback((now: boolean) => void (seeing.current = now), []);
  return [line.fromMs, setSeeing];
}

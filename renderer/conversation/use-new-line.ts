import { useCallback, useEffect, useRef, useState } from 'react';
import { useSession, useUi } from '../state/index.ts';
import { newLineAfter, noNewLine } from './new-line.ts';

/** When the first message below the "New" line came (null: there is none), and a way to tell whether the end is on screen. */
export function useNewLine(id: string): readonly [fromMs: number | null, setSeeing: (seeing: boolean) => void] {
  const { store } = useSession();
  const firstUnreadMs = useUi((state) => state.conversations.get(id)?.firstUnreadMs ?? null);
  const seeing = useRef(false);
  const [line, setLine] = useState(() =>
    newLineAfter(noNewLine, store.getState().conversations.get(id)?.firstUnreadMs ?? null, false),
  );
  // What counts is whether somebody looked when it came, not whether somebody does later.
  useEffect(() => setLine((now) => newLineAfter(now, firstUnreadMs, seeing.current && document.hasFocus())), [firstUnreadMs]);
  const setSeeing = useCallback((now: boolean) => void (seeing.current = now), []);
  return [line.fromMs, setSeeing];
}

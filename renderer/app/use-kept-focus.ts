import { useEffect, useRef, type RefObject } from 'react';

/**
 * When what held the focus went away with the pane (`shown` changed), the new pane takes it: a person at the keyboard goes on
 * from there. A focus that is somewhere else stays there.
 */
export function useKeptFocus(shown: string): RefObject<HTMLElement | null> {
  const pane = useRef<HTMLElement>(null);
  const before = useRef(shown);
  useEffect(() => {
    if (before.current === shown) return;
    before.current = shown;
    const held = document.activeElement;
    if (held === null || held === document.body) pane.current?.focus({ preventScroll: true });
  }, [shown]);
  return pane;
}

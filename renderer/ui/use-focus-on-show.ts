import { useEffect, useRef, type RefObject } from 'react';

/** Puts the focus where the person goes on, when a screen opens. */
export function useFocusOnShow<Target extends HTMLElement>(wanted = true): RefObject<Target | null> {
  const target = useRef<Target>(null);
  useEffect(() => {
    if (wanted) target.current?.focus({ preventScroll: true });
  }, [wanted]);
  return target;
}

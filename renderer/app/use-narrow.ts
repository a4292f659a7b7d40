import { useSyncExternalStore } from 'react';

/** Below this the window shows one pane at a time: the `pair` breakpoint of app.css. */
const onePane = '(width < 720px)';

const listen = (changed: () => void): (() => void) => {
  const media = matchMedia(onePane);
  media.addEventListener('change', changed);
  return () => media.removeEventListener('change', changed);
};

export const isNarrow = (): boolean => matchMedia(onePane).matches;

/** Whether the window shows one pane at a time. */
export const useNarrow = (): boolean => useSyncExternalStore(listen, isNarrow);

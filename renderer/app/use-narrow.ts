import { useSyncExternalStore } from 'react';

/** The breakpoints of app.css that change what a pane is: below `pair` one pane at a time, below `mid` the panel replaces the stage. */
const widths = { pair: 720, mid: 900 } as const;

const mediaFor = (name: keyof typeof widths): MediaQueryList => matchMedia(`(width < ${widths[name]}px)`);

export const isBelow = (name: keyof typeof widths): boolean => mediaFor(name).matches;

/** Whether the window is narrower than a breakpoint. */
export const useBelow = (name: keyof typeof widths): boolean =>
  useSyncExternalStore(
    (changed) => {
      const media = mediaFor(name);
      media.addEventListener('change', changed);
      return () => media.removeEventListener('change', changed);
    },
    () => isBelow(name),
  );

import { useEffect, useState } from 'react';
import type { CallQuality, CallView } from '../../preload/contract/index.ts';
import { steady, unknownQuality } from './quality.ts';

/** How often the measured quality is looked at. */
const everyMs = 250;

/** The quality to show: steady for three seconds before its word changes. */
export function useQuality(call: CallView): CallQuality | null {
  const measured = call.quality;
  const [state, setState] = useState(() => steady(unknownQuality, measured, performance.now()));
  useEffect(() => {
    const timer = setInterval(() => setState((last) => steady(last, measured, performance.now())), everyMs);
    return () => clearInterval(timer);
  }, [measured]);
  return state.shown;
}

import { useEffect, useState } from 'react';
import type { CallQuality, CallView } from '../../preload/contract/index.ts';
import { steady, unknownQuality } from './quality.ts';

/** The quality to show: steady for three seconds before its word changes. */
export function useQuality(call: CallView): CallQuality | null {
  const [state, setState] = useState(unknownQuality);
  const measured = call.quality;
  useEffect(() => {
    setState((last) => steady(last, measured, performance.now()));
    const timer = setInterval(() => setState((last) => steady(last, measured, performance.now())), 500);
    return () => clearInterval(timer);
  }, [measured]);
  return state.shown;
}

import { useEffect, useState } from 'react';
import { useUi } from '../state/index.ts';

/** Whether strings may sway: chosen in Settings, and the system does not ask for less motion. */
export function useMovingStrings(): boolean {
  const chosen = useUi((state) => state.settings?.movingStrings ?? true);
  const [calm, setCalm] = useState(() => matchMedia(query).matches);
  useEffect(() => {
    const media = matchMedia(query);
    const changed = () => setCalm(media.matches);
    media.addEventListener('change', changed);
    return () => media.removeEventListener('change', changed);
  }, []);
  return chosen && !calm;
}

const query = '(prefers-reduced-motion: reduce)';

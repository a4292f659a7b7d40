import { useEffect } from 'react';
import type { CallView } from '../../preload/contract/index.ts';
import { useSession, useUi } from '../state/index.ts';

/** Whether the call has the window to itself. The window follows; it goes back when the call is over, and for what needs room. */
export function useMini(call: CallView | null): boolean {
  const { bridge, go } = useSession();
  const { mini } = bridge.system;
  const wanted = useUi((state) => state.mini);
  const needsRoom = useUi((state) => state.dialog !== null || state.view.kind !== 'call');
  const isDone = call === null || needsRoom;
  useEffect(() => mini?.(wanted), [mini, wanted]);
  useEffect(() => {
    if (wanted && isDone) go.mini(false);
  }, [wanted, isDone, go]);
  return wanted && !isDone;
}

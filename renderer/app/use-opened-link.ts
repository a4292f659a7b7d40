import { useEffect } from 'react';
import { useSession, useUi } from '../state/index.ts';

/** A link by which the system opened us leads to the dialog where its person can be added, as soon as that can be shown. */
export function useOpenedLink(): void {
  const { go } = useSession();
  const opened = useUi((state) => state.opened);
  useEffect(() => {
    if (opened !== null) go.invitation(opened);
  }, [opened, go]);
}

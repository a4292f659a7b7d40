import { useEffect } from 'react';
import { useSession, useUi } from '../state/index.ts';

/** Marks a conversation read while its end is shown in a focused window. */
export function useRead(id: string, seeing: boolean): void {
  const { client } = useSession();
  const unread = useUi((state) => state.conversations.get(id)?.unread ?? 0);
  useEffect(() => {
    if (unread === 0 || !seeing) return undefined;
    const read = () => {
      if (document.hasFocus()) void client.conversations.markRead({ id }).catch(() => undefined); // asked again on the next focus
    };
    read();
    addEventListener('focus', read);
    return () => removeEventListener('focus', read);
  }, [client, id, unread, seeing]);
}

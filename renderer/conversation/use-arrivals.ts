import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { messageLine, useUi } from '../state/index.ts';
import { shownLine } from '../text/index.ts';

/** What arrived last in the open conversation, to be said once by a live region; empty until something does. */
export function useArrivals(id: string, name: string): string {
  const { t } = useTranslation();
  const [said, say] = useState('');
  const conversation = useUi((state) => state.conversations.get(id));
  const arrived = conversation?.arrived ?? null;
  const unread = conversation?.unread ?? 0;
  const [heard, hear] = useState({ id: arrived?.id ?? null, unread });
  if (unread !== heard.unread || (arrived !== null && arrived.id !== heard.id)) {
    hear({ id: arrived?.id ?? heard.id, unread });
    // One that was deleted leaves an older one the last, which was said before.
    if (arrived !== null && arrived.id !== heard.id && unread >= heard.unread)
      say(t('messages.arrived', { name, text: shownLine(messageLine(t, arrived)) }));
  }
  return said;
}

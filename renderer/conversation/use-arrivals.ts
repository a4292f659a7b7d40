import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { messageLine, timeOf, useUi } from '../state/index.ts';
import { shownLine } from '../text/index.ts';

/** The newest of what arrived in the open conversation, to be said once by a live region; empty until something does. */
export function useArrivals(id: string, name: string): string {
  const { t } = useTranslation();
  const [said, say] = useState('');
  const last = useUi((state) => state.conversations.get(id)?.last ?? null);
  const [heard, hear] = useState(last === null ? 0 : timeOf(last));
  if (last !== null && timeOf(last) > heard) {
    hear(timeOf(last));
    if (last.kind === 'message' && last.direction === 'in' && !last.deleted)
      say(t('messages.arrived', { name, text: shownLine(messageLine(t, last)) }));
  }
  return said;
}

import { useMemo } from 'react';
import { useTranslation } from 'react-i18next';
import { useUi } from '../state/index.ts';
import { useNow } from '../ui/index.ts';
import { callRows, holdOrder, messageRows, peopleRows, recentRows, searchRows, type SideRow } from './side-rows.ts';
import type { MessageSearch } from './use-message-search.ts';

/** The rows of the list on show. While `held` is given, they keep its order. */
export function useSideRows(held: readonly SideRow[] | null): readonly SideRow[] {
  const { t } = useTranslation();
  const contacts = useUi((state) => state.contacts);
  const conversations = useUi((state) => state.conversations);
  const callLog = useUi((state) => state.callLog.items);
  const tab = useUi((state) => state.tab);
  const query = useUi((state) => state.query.trim());
  const order = useUi((state) => state.settings?.peopleOrder ?? 'status');
  const shown = useUi((state) => state.peopleShown);
  const nowMs = useNow();

  const rows = useMemo(() => {
    const input = { contacts, conversations, nowMs };
    if (query !== '') return searchRows(t, query, input);
    if (tab === 'people') return peopleRows(t, input, { order, shown });
    return tab === 'recent' ? recentRows(t, input) : callRows(t, callLog, input);
  }, [t, contacts, conversations, callLog, tab, query, order, shown, nowMs]);
  return useMemo(() => (held === null || query !== '' ? rows : holdOrder(held, rows)), [held, rows, query]);
}

const none: readonly SideRow[] = [];

/** The messages that were found, as rows. */
export function useFoundRows(search: MessageSearch): readonly SideRow[] {
  const { t } = useTranslation();
  const contacts = useUi((state) => state.contacts);
  const conversations = useUi((state) => state.conversations);
  const nowMs = useNow();
  return useMemo(
    () => (search.kind === 'found' ? messageRows(t, search, { contacts, conversations, nowMs }) : none),
    [t, search, contacts, conversations, nowMs],
  );
}

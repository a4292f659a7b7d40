import { useMemo, useRef } from 'react';
import { useTranslation } from 'react-i18next';
import { useUi } from '../state/index.ts';
import { useNow } from '../ui/index.ts';
import { callRows, holdOrder, peopleRows, recentRows, searchRows, type SideRow } from './side-rows.ts';

/** The rows of the list on show. With `held`, they keep their places. */
export function useSideRows(held: boolean): readonly SideRow[] {
  const { t } = useTranslation();
  const contacts = useUi((state) => state.contacts);
  const conversations = useUi((state) => state.conversations);
  const callLog = useUi((state) => state.callLog.items);
  const tab = useUi((state) => state.tab);
  const query = useUi((state) => state.query);
  const nowMs = useNow();
  const shown = useRef<{ list: string; rows: readonly SideRow[] }>({ list: '', rows: [] });

  return useMemo(() => {
    const input = { contacts, conversations, nowMs };
    const list = query.trim() === '' ? tab : `search ${query}`;
    const rows =
      query.trim() !== ''
        ? searchRows(t, query, input)
        : tab === 'people'
          ? peopleRows(t, input)
          : tab === 'recent'
            ? recentRows(t, input)
            : callRows(t, callLog, input);
    const ordered = held && shown.current.list === list ? holdOrder(shown.current.rows, rows) : rows;
    shown.current = { list, rows: ordered };
    return ordered;
  }, [t, contacts, conversations, callLog, tab, query, nowMs, held]);
}

import { Search, X } from 'lucide-react';
import type { KeyboardEvent, ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import type { MessageView } from '../../preload/contract/index.ts';
import { useSession, useUi } from '../state/index.ts';
import { IconButton, Key } from '../ui/index.ts';
import { searchRows } from './side-rows.ts';

/**
 * Finds people and messages: Enter calls the first person, Ctrl Enter opens the conversation, down goes into the list. Where nobody is
 * called so, Enter opens the newest message that was found.
 */
export function SearchBox({ firstHit }: { firstHit: MessageView | null }): ReactNode {
  const { t } = useTranslation();
  const { go, calls, store } = useSession();
  const query = useUi((state) => state.query);

  const onKeyDown = (event: KeyboardEvent) => {
    if (event.key === 'Escape' && query !== '') {
      event.stopPropagation();
      go.search('');
    }
    if (event.key === 'ArrowDown') {
      event.preventDefault();
      document.querySelector<HTMLElement>('[data-side-list] [data-row]')?.focus();
    }
    if (event.key !== 'Enter' || query.trim() === '') return;
    event.preventDefault();
    const { contacts, conversations } = store.getState();
    const first = searchRows(t, query, { contacts, conversations, nowMs: Date.now() }).find((row) => row.kind === 'person');
    if (first === undefined && firstHit !== null) go.message(firstHit.conversationId, firstHit.id, query.trim());
    else if (first === undefined) go.dialog({ kind: 'add', name: query.trim() });
    else if (event.ctrlKey || event.metaKey || first.person?.relation !== 'contact') go.conversation(first.accountKey);
    else {
      go.search('');
      void calls.start(first.accountKey);
    }
  };

  return (
    <search className="block">
      <div className="flex min-h-[34px] items-center gap-2 rounded-r2 bg-raised ps-2.5 pe-1.5 text-ink-3 edge focus-within:edge-focus">
        <Search size={15} strokeWidth={1.75} aria-hidden="true" className="flex-none" />
        <input
          type="text"
          value={query}
          onChange={(event) => go.search(event.target.value)}
          onKeyDown={onKeyDown}
          aria-label={t('side.search')}
          placeholder={t('side.searchHint')}
          dir="auto"
          autoComplete="off"
          spellCheck={false}
          maxLength={64}
          className="field-inner min-w-0 flex-1 bg-transparent py-1 text-ink"
        />
        {query === '' ? (
          <Key>Ctrl K</Key>
        ) : (
          <IconButton icon={X} size={15} label={t('app.cancel')} className="size-6" onClick={() => go.search('')} />
        )}
      </div>
    </search>
  );
}

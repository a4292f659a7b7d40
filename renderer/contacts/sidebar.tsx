import { Search } from 'lucide-react';
import { useCallback, useId, useMemo, useState, type ReactNode } from 'react';
import { Trans, useTranslation } from 'react-i18next';
import { loadOlderCalls, refreshCallLog, useSession, useUi, type SideTab } from '../state/index.ts';
import { Button, Key, StepLine } from '../ui/index.ts';
import { ListOrder } from './list-order.tsx';
import { Me } from './me.tsx';
import { SearchBox } from './search-box.tsx';
import { SideList } from './side-list.tsx';
import { SideTabs } from './side-tabs.tsx';
import type { SideRow } from './side-rows.ts';
import { useMessageSearch } from './use-message-search.ts';
import { useFoundRows, useSideRows } from './use-side-rows.ts';

/** People and conversations: this person, search, lists. */
export function Sidebar(): ReactNode {
  const { t } = useTranslation();
  const panelId = useId();
  const { client, store, notify } = useSession();
  const choice = useUi((state) => `${state.settings?.peopleOrder} ${state.peopleShown}`);
  const [held, setHeld] = useState<{ tab: SideTab; choice: string; rows: readonly SideRow[] } | null>(null);
  const tab = useUi((state) => state.tab);
  const people = useSideRows(held?.tab === tab && held.choice === choice ? held.rows : null);
  const query = useUi((state) => state.query.trim());
  const { search, more, again } = useMessageSearch(query);
  const messages = useFoundRows(search);
  const rows = useMemo(() => (query === '' ? people : [...people, ...messages]), [query, people, messages]);
  const searching = query !== '';
  const onEnd = useCallback(() => {
    if (query !== '') more();
    else if (tab === 'calls') void notify.attempt(() => loadOlderCalls(client, store));
  }, [query, more, tab, client, store, notify]);
  return (
    <nav
      data-pane
      tabIndex={-1}
      aria-label={t('side.label')}
      onPointerEnter={() => setHeld({ tab, choice, rows })}
      onPointerLeave={() => setHeld(null)}
      className="flex h-full min-h-0 flex-col px-2.5"
    >
      <Me />
      <SearchBox firstHit={search.kind === 'found' ? (search.hits[0] ?? null) : null} />
      {searching ? (
        <>
          <SearchHints people={people.length > 0} messages={messages.length > 0} />
          {search.kind === 'failed' ? <Failed text={t('messages.found.failed')} onRetry={again} /> : null}
        </>
      ) : (
        <div className="flex items-center gap-1">
          <div className="min-w-0 flex-1">
            <SideTabs panelId={panelId} />
          </div>
          {tab === 'people' ? <ListOrder /> : null}
        </div>
      )}
      {rows.length > 0 ? (
        <SideList
          key={searching ? 'search' : tab}
          rows={rows}
          label={searching ? t('side.results') : t(`side.tabs.${tab}`)}
          panelId={panelId}
          onEnd={onEnd}
        />
      ) : searching ? (
        search.kind === 'looking' ? (
          <StepLine className="t-small px-2.5 py-3">{t('messages.found.looking')}</StepLine>
        ) : search.kind === 'failed' ? null : (
          <NoMatch query={query} />
        )
      ) : (
        <NoRows panelId={panelId} />
      )}
    </nav>
  );
}

/** What Enter does with the first of what is found. */
function SearchHints({ people, messages }: { people: boolean; messages: boolean }): ReactNode {
  const { t } = useTranslation();
  if (!people) {
    return (
      <div className="t-small px-2 pt-2.5 pb-1 text-ink-2">
        {messages ? (
          <span>
            <Key>Enter</Key> {t('messages.found.enterOpens')}
          </span>
        ) : null}
      </div>
    );
  }
  return (
    <div className="t-small flex flex-wrap gap-x-3.5 gap-y-1 px-2 pt-2.5 pb-1 text-ink-2">
      <span>
        <Key>Enter</Key> {t('side.enterCalls')}
      </span>
      <span>
        <Key>Ctrl Enter</Key> {t('side.enterMessages')}
      </span>
    </div>
  );
}

function NoMatch({ query }: { query: string }): ReactNode {
  const { t } = useTranslation();
  const { go } = useSession();
  return (
    <output className="grid gap-2.5 px-2.5 py-3">
      <p className="break-words">
        <Trans i18nKey="side.noMatch" values={{ query }} components={{ b: <b className="font-semibold" /> }} />
      </p>
      <div>
        <Button icon={Search} onClick={() => go.dialog({ kind: 'add', name: query })}>
          <span className="cut">{t('side.lookUp', { query })}</span>
        </Button>
      </div>
    </output>
  );
}

const emptyWords = {
  recent: ['side.noRecent', 'side.noRecentHelp'],
  people: ['side.noPeople', 'side.noPeopleHelp'],
  calls: ['side.noCalls', 'side.noCallsHelp'],
} as const;

/** Something could not be read; a way to try again. */
function Failed({ text, onRetry }: { text: string; onRetry: () => void }): ReactNode {
  const { t } = useTranslation();
  return (
    <div role="alert" className="t-small flex flex-wrap items-center gap-2 px-2.5 py-2 text-danger-ink">
      {text}
      <Button onClick={onRetry}>{t('messages.retry')}</Button>
    </div>
  );
}

/** In the place of a list without rows: it is being read, could not be, or is empty. */
function NoRows({ panelId }: { panelId: string }): ReactNode {
  const { t } = useTranslation();
  const { client, store } = useSession();
  const tab = useUi((now) => now.tab);
  const state = useUi(({ contactsReady, conversationsReady, callLog }) => {
    if (tab === 'calls') return contactsReady ? callLog.state : 'reading';
    return contactsReady && (tab === 'people' || conversationsReady) ? 'there' : 'reading';
  });
  if (state === 'there') return <EmptyTab panelId={panelId} />;
  return (
    <div id={panelId} role="tabpanel" aria-label={t(`side.tabs.${tab}`)}>
      {state === 'failed' ? (
        <Failed text={t('list.callsFailed')} onRetry={() => void refreshCallLog(client, store)} />
      ) : (
        <StepLine className="t-small px-2.5 py-3">{t('list.reading')}</StepLine>
      )}
    </div>
  );
}

function EmptyTab({ panelId }: { panelId: string }): ReactNode {
  const { t } = useTranslation();
  const tab = useUi((state) => state.tab);
  const isFiltered = useUi((state) => state.tab === 'people' && state.peopleShown !== 'all');
  const [title, help] = isFiltered ? (['list.noneHere', 'list.noneHereHelp'] as const) : emptyWords[tab];
  return (
    <div
      id={panelId}
      role="tabpanel"
      aria-label={t(`side.tabs.${tab}`)}
      className="grid flex-1 place-content-center gap-2 p-4 text-center"
    >
      <p className="font-semibold">{t(title)}</p>
      <p className="t-small text-pretty text-ink-2">{t(help)}</p>
    </div>
  );
}

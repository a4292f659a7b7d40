import { Search, Settings } from 'lucide-react';
import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { displayName, presenceShape, useSession, useUi } from '../state/index.ts';
import { Avatar, cx, IconButton, Tip, useNow } from '../ui/index.ts';
import { ownShape } from './me.tsx';
import { PersonContextMenu } from './person-menu.tsx';
import { presenceWords } from './presence-words.ts';
import { recentRows } from './side-rows.ts';

/** At most this many people: the rail does not scroll, the list is one key away. */
const railMost = 7;

/** The sidebar while a panel stands beside the call: faces only. */
export function Rail({ callWith }: { callWith: string | null }): ReactNode {
  const { t } = useTranslation();
  const { go } = useSession();
  const account = useUi((state) => (state.account?.kind === 'ready' ? state.account.account : null));
  const contacts = useUi((state) => state.contacts);
  const conversations = useUi((state) => state.conversations);
  const nowMs = useNow();
  const rows = recentRows(t, { contacts, conversations, nowMs })
    .flatMap((row) => (row.kind === 'person' ? [row] : []))
    .slice(0, railMost);
  return (
    <nav
      data-pane
      tabIndex={-1}
      aria-label={t('side.label')}
      className="flex h-full min-h-0 flex-col items-center gap-1.5 overflow-hidden pt-1.5 pb-3"
    >
      {account === null ? null : (
        <Tip label={`${account.name}, ${t(`presence.${account.presence}`)}`}>
          <button
            type="button"
            aria-label={`${account.name}, ${t(`presence.${account.presence}`)}`}
            onClick={() => go.settings('privacy')}
            className="grid size-[52px] flex-none place-items-center rounded-[14px] hover:bg-hover"
          >
            <Avatar accountKey={account.accountKey} name={account.name} size={36} presence={ownShape(account.presence)} />
          </button>
        </Tip>
      )}
      <IconButton icon={Search} label={t('side.search')} keys="Ctrl K" onClick={() => go.dialog({ kind: 'palette' })} />
      {rows.map((row) => {
        const person = contacts.get(row.accountKey);
        if (person === undefined) return null;
        const label = [
          displayName(person),
          ...(person.verifiedMs === null ? [] : [t('safety.mark')]),
          presenceWords(t, person, nowMs),
          ...(row.unread > 0 ? [t('side.unread', { count: row.unread })] : []),
        ].join(', ');
        return (
          <PersonContextMenu key={row.id} person={person}>
            <div className="relative flex-none">
              <Tip label={label}>
                <button
                  type="button"
                  aria-label={label}
                  onClick={() => go.conversation(row.accountKey)}
                  className={cx(
                    'grid size-[52px] place-items-center rounded-[14px]',
                    row.accountKey === callWith
                      ? 'bg-selected [--cutbg:var(--selected)]'
                      : 'hover:bg-hover hover:[--cutbg:var(--hover)]',
                  )}
                >
                  <Avatar accountKey={row.accountKey} name={row.name} presence={presenceShape(person)} />
                </button>
              </Tip>
              {row.unread > 0 ? (
                <span
                  aria-hidden="true"
                  className="pointer-events-none absolute end-0.5 top-0.5 min-w-[18px] rounded-full bg-accent px-[5px] text-center text-[0.6875rem]/[1.125rem] font-semibold text-on-accent outline-2 outline-frame"
                >
                  {row.unread > 99 ? '99+' : row.unread}
                </span>
              ) : null}
            </div>
          </PersonContextMenu>
        );
      })}
      <IconButton
        icon={Settings}
        label={t('side.settings')}
        keys="Ctrl ,"
        className="mt-auto"
        onClick={() => go.settings('audio')}
      />
    </nav>
  );
}

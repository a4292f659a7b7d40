import { ChevronDown, Settings, UserPlus } from 'lucide-react';
import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import type { ChosenPresence } from '../../preload/contract/index.ts';
import { useSession, useUi, type PresenceShape } from '../state/index.ts';
import { Avatar, Cut, IconButton, Menu, MenuItem, PresenceMark } from '../ui/index.ts';

const presences: readonly ChosenPresence[] = ['online', 'away', 'dnd', 'invisible'];

export const ownShape = (presence: ChosenPresence): PresenceShape => (presence === 'invisible' ? 'offline' : presence);

/** This person at the top of the list: name, status, and the two things done most: add someone, settings. */
export function Me(): ReactNode {
  const { t } = useTranslation();
  const { client, go, notify } = useSession();
  const account = useUi((state) => (state.account?.kind === 'ready' ? state.account.account : null));
  const profile = useUi((state) => state.profile);
  if (account === null) return null;
  const { name, accountKey, presence, movedMs } = account;
  // Another computer has the account: nobody sees this one, whatever was chosen.
  const seen = movedMs === null ? presence : 'offline';
  const mood = profile?.mood ?? '';
  return (
    <div className="flex items-center gap-2.5 ps-1.5 pe-1 pt-1.5 pb-2.5">
      <button
        type="button"
        aria-label={t('you.edit')}
        title={mood === '' ? undefined : mood}
        onClick={() => go.settings('you')}
        className="flex-none rounded-full"
      >
        <Avatar accountKey={accountKey} name={name} size={36} presence={movedMs === null ? ownShape(presence) : 'offline'} />
      </button>
      <div className="min-w-0 flex-1">
        <Cut text={name} className="font-semibold" />
        <Menu
          trigger={
            <button
              type="button"
              aria-label={t('presence.change', { status: t(`presence.${seen}`) })}
              className="t-meta -mx-1 flex items-center gap-1 rounded-r1 px-1 py-0.5 text-ink-2 hover:bg-hover"
            >
              {t(`presence.${seen}`)}
              <ChevronDown size={12} strokeWidth={1.75} aria-hidden="true" />
            </button>
          }
        >
          {presences.map((each) => (
            <MenuItem
              key={each}
              mark={<PresenceMark shape={ownShape(each)} size={12} />}
              onSelect={() => void notify.attempt(() => client.account.setPresence({ presence: each }))}
            >
              <span>
                <span className="block font-medium">{t(`presence.${each}`)}</span>
                <span className="t-small block text-ink-2">{t(`presence.help.${each}`)}</span>
              </span>
            </MenuItem>
          ))}
        </Menu>
      </div>
      <IconButton icon={UserPlus} label={t('side.add')} keys="Ctrl N" onClick={() => go.dialog({ kind: 'add', name: '' })} />
      <IconButton icon={Settings} label={t('side.settings')} keys="Ctrl ," onClick={() => go.settings('audio')} />
    </div>
  );
}

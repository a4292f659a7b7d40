import { ContextMenu } from '@base-ui/react/context-menu';
import {
  Ban,
  CircleCheck,
  Copy,
  Download,
  Eraser,
  Eye,
  EyeOff,
  Hourglass,
  MessageSquare,
  Pencil,
  Phone,
  Star,
  StarOff,
  Trash2,
  UserRound,
  Volume2,
  type LucideIcon,
} from 'lucide-react';
import type { ReactElement, ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import type { ContactView } from '../../preload/contract/index.ts';
import { useSession, useUi } from '../state/index.ts';
import { cx, Menu, MenuItem, menuItemClass, MenuLine, menuPopupClass } from '../ui/index.ts';

interface Entry {
  readonly id: string;
  readonly label: string;
  readonly icon: LucideIcon;
  readonly danger: boolean;
  readonly run: () => void;
}

/** What can be done about a person; the same list in the context menu and under "More". */
function usePersonEntries(person: ContactView): readonly Entry[] {
  const { t } = useTranslation();
  const { go, calls, people, notify, data } = useSession();
  const hasHistory = useUi((state) => (state.conversations.get(person.accountKey)?.last ?? null) !== null);
  const entries: Entry[] = [];
  const add = (id: string, label: string, icon: LucideIcon, run: () => void, danger = false) =>
    entries.push({ id, label, icon, danger, run });
  if (person.relation === 'contact') {
    add('call', t('conversation.call'), Phone, () => void calls.start(person.accountKey));
    add('write', t('call.write'), MessageSquare, () => go.conversation(person.accountKey));
    add('profile', t('profile.title'), UserRound, () => go.profile(person.accountKey));
    if (person.favourite) add('favourite', t('person.noFavourite'), StarOff, () => void people.favourite(person, false));
    else add('favourite', t('person.favourite'), Star, () => void people.favourite(person, true));
    add('volume', t('person.volume'), Volume2, () => go.dialog({ kind: 'volume', accountKey: person.accountKey }));
    if (person.hideAddress) add('address', t('person.showAddress'), Eye, () => void people.hideAddress(person, false));
    else add('address', t('person.hideAddress'), EyeOff, () => void people.hideAddress(person, true));
    add('rename', t('person.rename'), Pencil, () => go.dialog({ kind: 'rename', accountKey: person.accountKey }));
  }
  add('copy', t('person.copyName'), Copy, () => void notify.attempt(() => navigator.clipboard.writeText(person.name)));
  if (hasHistory) {
    add('export', t('data.export.menu'), Download, () => go.dialog({ kind: 'export', accountKey: person.accountKey }));
    add('keep', t('data.keep.menu'), Hourglass, () => go.dialog({ kind: 'keep', accountKey: person.accountKey }));
    add('clear', t('data.clear.one'), Eraser, () => void data.clear(person), true);
  }
  add('remove', t('person.remove'), Trash2, () => void people.remove(person), true);
  if (person.relation === 'blocked') add('unblock', t('settings.unblock'), CircleCheck, () => void people.unblock(person));
  else add('block', t('person.block'), Ban, () => void people.block(person), true);
  return entries;
}

export function PersonMenu({ person, trigger }: { person: ContactView; trigger: ReactElement }): ReactNode {
  const entries = usePersonEntries(person);
  return (
    <Menu trigger={trigger} align="end">
      {entries.map((entry) => (
        <MenuGroup key={entry.id} line={entry.id === (entries.some(({ id }) => id === 'clear') ? 'export' : 'remove')}>
          <MenuItem icon={entry.icon} danger={entry.danger} onSelect={entry.run}>
            {entry.label}
          </MenuItem>
        </MenuGroup>
      ))}
    </Menu>
  );
}

function MenuGroup({ line, children }: { line: boolean; children: ReactNode }): ReactNode {
  return (
    <>
      {line ? <MenuLine /> : null}
      {children}
    </>
  );
}

/** The same menu on right click, long press, and Shift F10. */
export function PersonContextMenu({ person, children }: { person: ContactView; children: ReactElement }): ReactNode {
  const entries = usePersonEntries(person);
  return (
    <ContextMenu.Root>
      <ContextMenu.Trigger render={children} />
      <ContextMenu.Portal>
        <ContextMenu.Positioner className="z-(--z-popover)">
          <ContextMenu.Popup className={menuPopupClass}>
            {entries.map(({ id, label, icon: Icon, danger, run }) => (
              <ContextMenu.Item key={id} onClick={run} className={cx(menuItemClass, danger && 'text-danger-ink')}>
                <Icon size={16} strokeWidth={1.75} aria-hidden="true" className="flex-none" />
                {label}
              </ContextMenu.Item>
            ))}
          </ContextMenu.Popup>
        </ContextMenu.Positioner>
      </ContextMenu.Portal>
    </ContextMenu.Root>
  );
}

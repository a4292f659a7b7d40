import { Clock, Phone, PhoneIncoming, PhoneMissed, PhoneOutgoing, type LucideIcon } from 'lucide-react';
import type { KeyboardEvent, ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { presenceShape, useSession } from '../state/index.ts';
import { Avatar, CheckedMark, cx, IconButton, useNow } from '../ui/index.ts';
import { PersonContextMenu } from './person-menu.tsx';
import { presenceWords } from './presence-words.ts';
import type { PersonRow as Row, RowMark } from './side-rows.ts';

const icons: Record<Exclude<RowMark, 'none'>, LucideIcon> = {
  waiting: Clock,
  missed: PhoneMissed,
  incoming: PhoneIncoming,
  outgoing: PhoneOutgoing,
};

interface PersonRowProps {
  readonly row: Row;
  readonly current: boolean;
  readonly tabbable: boolean;
  readonly onFocus: () => void;
  readonly onKeyDown: (event: KeyboardEvent) => void;
}

/** One person in a list: opens the conversation; calls with the button at its end. */
export function PersonRow({ row, current, tabbable, onFocus, onKeyDown }: PersonRowProps): ReactNode {
  const { t } = useTranslation();
  const { go, calls } = useSession();
  const nowMs = useNow();
  const Icon = row.mark === 'none' ? null : icons[row.mark];
  const spoken = [
    row.name,
    row.person === null || row.person.verifiedMs === null ? '' : t('safety.mark'),
    row.person === null ? '' : presenceWords(t, row.person, nowMs),
    row.text,
    row.when,
    row.unread > 0 ? t('side.unread', { count: row.unread }) : '',
  ];
  const body = (
    <div
      className={cx(
        'group relative flex min-h-(--row) items-center gap-[11px] rounded-[10px] px-2 py-1.5',
        current ? 'bg-selected [--cutbg:var(--selected)]' : 'hover:bg-hover hover:[--cutbg:var(--hover)]',
      )}
    >
      <button
        type="button"
        data-row
        tabIndex={tabbable ? 0 : -1}
        aria-current={current || undefined}
        aria-label={[...new Set(spoken.filter((part) => part !== ''))].join(', ')}
        onFocus={onFocus}
        onKeyDown={onKeyDown}
        onClick={() => go.conversation(row.accountKey)}
        className="absolute inset-0 rounded-[10px]"
      />
      <Avatar accountKey={row.accountKey} name={row.name} presence={row.person === null ? null : presenceShape(row.person)} />
      <span className="pointer-events-none min-w-0 flex-1" aria-hidden="true">
        <span className="flex min-w-0 items-center gap-1 font-[550]">
          <span className="cut min-w-0">{row.name}</span>
          <CheckedMark accountKey={row.accountKey} />
        </span>
        <span className="t-small flex min-w-0 items-center gap-[5px] text-ink-2">
          {Icon === null ? null : <Icon size={13} strokeWidth={1.75} className="flex-none" />}
          <span className="cut">{row.text}</span>
        </span>
      </span>
      <span className="pointer-events-none grid justify-items-end gap-1" aria-hidden="true">
        {row.when === '' ? null : <span className="t-meta text-ink-2">{row.when}</span>}
        {row.unread > 0 ? (
          <span className="min-w-[18px] rounded-full bg-accent px-[5px] text-center text-[0.6875rem]/[1.125rem] font-semibold text-on-accent">
            {row.unread > 99 ? '99+' : row.unread}
          </span>
        ) : null}
      </span>
      {row.callable ? (
        <IconButton
          icon={Phone}
          size={17}
          label={t('side.call', { name: row.name })}
          tabIndex={tabbable ? 0 : -1}
          onClick={() => void calls.start(row.accountKey)}
          className="relative size-[34px] rounded-full text-accent-ink hover:bg-accent-soft"
        />
      ) : null}
    </div>
  );
  return row.person === null ? body : <PersonContextMenu person={row.person}>{body}</PersonContextMenu>;
}

import { Ellipsis } from 'lucide-react';
import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import type { ContactView } from '../../preload/contract/index.ts';
import { SafetyDigits, useSafety } from '../codes/index.ts';
import { displayName, useSession } from '../state/index.ts';
import { Avatar, Button, Cut, IconButton, Menu, MenuItem } from '../ui/index.ts';

/** Somebody wants to be added: their name, their note, and an answer. */
export function RequestCard({ person }: { person: ContactView }): ReactNode {
  const { t } = useTranslation();
  const { people } = useSession();
  const name = displayName(person);
  const safety = useSafety(person.accountKey);
  return (
    <section
      aria-label={`${name}: ${t('side.wantsToAdd')}`}
      className="mx-1 my-1 grid gap-2.5 rounded-r3 bg-raised p-3 [--cutbg:var(--raised)] edge"
    >
      <div className="flex items-center gap-2.5">
        <Avatar accountKey={person.accountKey} name={name} size={36} />
        <div className="min-w-0 flex-1">
          <Cut text={name} className="font-[550]" />
          <p className="t-small text-ink-2">{t('side.wantsToAdd')}</p>
        </div>
        <Menu align="end" trigger={<IconButton icon={Ellipsis} label={t('app.more')} />}>
          <MenuItem danger onSelect={() => void people.block(person)}>
            {t('side.block')}
          </MenuItem>
        </Menu>
      </div>
      {person.note === null || person.note === '' ? null : (
        <p dir="auto" className="t-small line-clamp-4 break-words text-ink">
          {person.note}
        </p>
      )}
      {safety === null ? null : (
        <details className="t-small text-ink-2">
          <summary className="w-fit rounded-r1 font-medium text-accent-ink">{t('safety.ofRequest')}</summary>
          <SafetyDigits digits={safety.theirs} className="mt-1.5 grid grid-cols-3 gap-x-2 gap-y-0.5 font-mono text-ink" />
          <p className="mt-1 text-pretty">{t('safety.ofRequestHelp')}</p>
        </details>
      )}
      <div className="flex flex-wrap gap-2">
        <Button kind="primary" className="flex-1" onClick={() => void people.accept(person)}>
          {t('side.accept')}
        </Button>
        <Button className="flex-1" onClick={() => void people.decline(person)}>
          {t('side.decline')}
        </Button>
      </div>
    </section>
  );
}

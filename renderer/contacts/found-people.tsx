import { useId, type ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import type { FoundPerson } from '../../preload/contract/index.ts';
import { Avatar, Callout, Card, Cut, Wave } from '../ui/index.ts';
import type { PeopleSearch } from './use-people-search.ts';

/** People who want to be found and match; choosing one looks their name up. */
export function FoundPeople({ search, onChoose }: { search: PeopleSearch; onChoose: (person: FoundPerson) => void }): ReactNode {
  const { t } = useTranslation();
  const heading = useId();
  if (search.kind === 'idle') return null;
  if (search.kind === 'searching') {
    return (
      <p className="flex items-center gap-2.5 text-ink-2">
        <Wave />
        {t('add.searching')}
      </p>
    );
  }
  if (search.kind === 'failed') return <Callout tone="bad">{search.sentence}</Callout>;
  const { people, done, typed } = search;
  if (people.length === 0) return <p className="t-small text-pretty text-ink-2">{t('add.nobody', { typed })}</p>;
  return (
    <section aria-labelledby={heading} className="grid gap-2">
      <h3 id={heading} className="font-semibold">
        {done ? t('add.people', { count: people.length }) : t('add.checkingNames', { count: people.length })}
      </h3>
      <Card as="ul" className="thin-scroll max-h-[18rem] overflow-auto">
        {people.map((person) => (
          <li key={person.accountKey}>
            <PersonRow person={person} onChoose={onChoose} />
          </li>
        ))}
      </Card>
      <p className="t-small text-pretty text-ink-2">{t('add.peopleTip')}</p>
    </section>
  );
}

function PersonRow({ person, onChoose }: { person: FoundPerson; onChoose: (person: FoundPerson) => void }): ReactNode {
  const { t } = useTranslation();
  const { accountKey, name, displayName, words, confirmed } = person;
  const said = [displayName, words.join(' · ')].filter((part) => part !== '').join(', ');
  return (
    <button
      type="button"
      onClick={() => onChoose(person)}
      className="flex min-h-[44px] w-full items-center gap-3 px-3 py-2 text-start hover:bg-hover"
    >
      <Avatar accountKey={accountKey} name={name} size={34} />
      <span className="min-w-0 flex-1">
        <Cut text={name} className="block font-[550]" />
        {said === '' ? null : <Cut text={said} className="t-small block text-ink-2" />}
      </span>
      {confirmed ? null : <span className="t-small flex-none text-ink-3">{t('add.unconfirmed')}</span>}
    </button>
  );
}

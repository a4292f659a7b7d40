import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import type { ContactView } from '../../preload/contract/index.ts';
import { displayName, useSession, useUi } from '../state/index.ts';
import { Avatar, Button } from '../ui/index.ts';
import { Composer } from './composer.tsx';
import { Timeline } from './timeline.tsx';
import { useRead } from './use-read.ts';

/** Timeline and composer of one person: the pane's body, and the panel beside a call. */
export function Chat({ person, focus }: { person: ContactView; focus: boolean }): ReactNode {
  const { t } = useTranslation();
  const { people } = useSession();
  const id = person.accountKey;
  const name = displayName(person);
  const reconnecting = useUi((state) => state.network?.status === 'reconnecting');
  useRead(id);
  const offline = person.presence.state === 'offline' || reconnecting;
  return (
    <>
      <Timeline
        key={`timeline-${id}`}
        id={id}
        name={name}
        callable={person.relation === 'contact'}
        empty={<Empty person={person} name={name} />}
      />
      {person.relation === 'contact' ? (
        <Composer key={`composer-${id}`} id={id} name={name} offline={offline} focus={focus} />
      ) : (
        <div className="t-small flex flex-none flex-wrap items-center justify-center gap-3 px-5 pt-2 pb-5 text-center text-ink-2">
          <p>{t(`conversation.${person.relation === 'outgoing' ? 'requested' : person.relation}`, { name })}</p>
          {person.relation === 'incoming' ? (
            <>
              <Button kind="primary" onClick={() => void people.accept(person)}>
                {t('side.accept')}
              </Button>
              <Button onClick={() => void people.decline(person)}>{t('side.decline')}</Button>
            </>
          ) : null}
          {person.relation === 'blocked' ? (
            <Button onClick={() => void people.unblock(person)}>{t('settings.unblock')}</Button>
          ) : null}
        </div>
      )}
    </>
  );
}

function Empty({ person, name }: { person: ContactView; name: string }): ReactNode {
  const { t } = useTranslation();
  return (
    <div className="grid max-w-[340px] justify-items-center gap-3 text-center">
      <Avatar accountKey={person.accountKey} name={name} size={88} />
      {person.relation === 'contact' ? (
        <>
          <div>
            <p className="t-head break-words">{t('conversation.emptyTitle', { name })}</p>
            <p className="mt-1 text-pretty text-ink-2">{t('conversation.emptyText')}</p>
          </div>
          <Button onClick={() => document.querySelector<HTMLElement>('[data-composer]')?.focus()}>
            {t('conversation.hello')}
          </Button>
        </>
      ) : person.note === null ? null : (
        <p dir="auto" className="break-words text-ink-2">
          {person.note}
        </p>
      )}
    </div>
  );
}

import { AudioWaveform } from 'lucide-react';
import { useState, type ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import type { ContactView, MessageView, TimelineItem } from '../../preload/contract/index.ts';
import { composingNew, displayName, useSession, useUi, type Composing } from '../state/index.ts';
import { Avatar, Button, Callout } from '../ui/index.ts';
import { Composer } from './composer.tsx';
import { Timeline } from './timeline.tsx';
import { useRead } from './use-read.ts';

/** Timeline and composer of one person: the pane's body, and the panel beside a call. */
export function Chat({ person, focus }: { person: ContactView; focus: boolean }): ReactNode {
  return <ChatWith key={person.accountKey} person={person} focus={focus} />;
}

function ChatWith({ person, focus }: { person: ContactView; focus: boolean }): ReactNode {
  const { t } = useTranslation();
  const { people, store } = useSession();
  const [composing, compose] = useState<Composing>(composingNew);
  const id = person.accountKey;
  const typing = useUi((state) => state.conversations.get(id)?.typing === true);
  const editLast = () => {
    const last = lastOfOurs(store.getState().timelines.get(id)?.items.values() ?? []);
    if (last !== null) compose({ kind: 'edit', of: last });
  };
  const name = displayName(person);
  const reconnecting = useUi((state) => state.network?.status === 'reconnecting');
  useRead(id);
  const offline = person.presence.state === 'offline' || reconnecting;
  return (
    <>
      {person.nameTaken ? (
        <div className="flex-none px-5 pt-3 max-pair:px-2">
          <Callout tone="warn">{t('conversation.nameTaken', { name: person.name })}</Callout>
        </div>
      ) : null}
      <Timeline
        id={id}
        name={name}
        callable={person.relation === 'contact'}
        compose={compose}
        empty={<Empty person={person} name={name} />}
      />
      {person.relation === 'contact' ? (
        <>
          {typing ? <Typing name={name} /> : null}
          <Composer
            id={id}
            name={name}
            offline={offline}
            focus={focus}
            composing={composing}
            compose={compose}
            onEditLast={editLast}
          />
        </>
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

function Typing({ name }: { name: string }): ReactNode {
  const { t } = useTranslation();
  return (
    <div className="t-small flex-none px-5 text-ink-2 max-pair:px-3">
      <p className="mx-auto flex max-w-[46rem] items-center gap-2 px-1 py-1">
        <AudioWaveform size={15} strokeWidth={1.75} aria-hidden="true" className="flex-none" />
        <span className="cut">{t('conversation.typing', { name })}</span>
      </p>
    </div>
  );
}

function lastOfOurs(items: Iterable<TimelineItem>): MessageView | null {
  let last: MessageView | null = null;
  for (const item of items) {
    if (item.kind !== 'message' || item.direction === 'in' || item.deleted) continue;
    if (last === null || item.atMs > last.atMs) last = item;
  }
  return last;
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

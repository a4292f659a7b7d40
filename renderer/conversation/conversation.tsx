import { ArrowLeft, Ellipsis, Phone, Search } from 'lucide-react';
import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { headWords, PersonMenu } from '../contacts/index.ts';
import { canTakeCall, currentCall, displayName, presenceShape, useSession, useUi } from '../state/index.ts';
import { Avatar, Button, CheckedMark, Cut, IconButton, PresenceMark, useNow } from '../ui/index.ts';
import { Chat } from './chat.tsx';
import { focusFind } from './focus-find.ts';

/** The pane of one person: header with Call, timeline, composer. */
export function Conversation({ id }: { id: string }): ReactNode {
  const { t } = useTranslation();
  const { go, calls } = useSession();
  const person = useUi((state) => state.contacts.get(id));
  const ready = useUi((state) => state.contactsReady);
  const calling = useUi((state) => currentCall(state.calls) !== null);
  const isMoved = useUi((state) => state.account?.kind === 'ready' && state.account.account.movedMs !== null);
  const nowMs = useNow();
  if (person === undefined) return ready ? <p className="m-auto p-6 text-ink-2">{t('conversation.gone')}</p> : null;
  const name = displayName(person);
  return (
    <>
      <header className="z-(--z-header) flex min-h-(--header) flex-none items-center gap-3 border-b border-line py-1 ps-5 pe-3 max-pair:px-2">
        <IconButton icon={ArrowLeft} label={t('app.back')} className="pair:hidden rtl:-scale-x-100" onClick={() => go.home()} />
        <button
          type="button"
          aria-label={t('profile.open', { name })}
          onClick={() => go.profile(id)}
          className="flex-none rounded-full"
        >
          <Avatar accountKey={id} name={name} size={38} />
        </button>
        <div className="min-w-0 flex-1">
          <h1 className="t-head flex min-w-0 items-center gap-1.5">
            <Cut text={name} className="min-w-0" />
            <CheckedMark accountKey={id} />
          </h1>
          <p className="t-small flex min-w-0 items-center gap-[5px] text-ink-2">
            <PresenceMark shape={presenceShape(person)} size={10} />
            <span className="cut" title={headWords(t, person, nowMs)}>
              {headWords(t, person, nowMs)}
            </span>
          </p>
        </div>
        {person.relation === 'contact' && !isMoved ? (
          <Button
            kind={canTakeCall(person) && !calling ? 'primary' : 'secondary'}
            icon={Phone}
            aria-label={t('conversation.callPerson', { name })}
            onClick={() => void calls.start(id)}
          >
            {t('conversation.call')}
          </Button>
        ) : null}
        <IconButton
          icon={Search}
          label={t('messages.find.open')}
          keys="Ctrl F"
          onClick={() => focusFind(() => go.findHere(true))}
        />
        <PersonMenu person={person} trigger={<IconButton icon={Ellipsis} label={t('app.more')} />} />
      </header>
      <Chat person={person} focus />
    </>
  );
}

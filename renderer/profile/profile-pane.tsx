import { ArrowLeft, ChevronRight, Ellipsis, MessageSquare, Phone, X } from 'lucide-react';
import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import type { ContactView } from '../../preload/contract/index.ts';
import { PersonMenu, presenceWords } from '../contacts/index.ts';
import { canTakeCall, currentCall, displayName, presenceShape, useSession, useUi } from '../state/index.ts';
import { Avatar, Button, Card, CheckedMark, IconButton, Line, ScrollRegion, SwitchField, useNow } from '../ui/index.ts';
import { SafetyCard } from './safety-card.tsx';

/** Somebody: what they say of themselves, the safety number, and what is set for them on this computer. */
export function ProfilePane({ id }: { id: string }): ReactNode {
  const { t } = useTranslation();
  const { go } = useSession();
  const person = useUi((state) => state.contacts.get(id));
  const close = (): void => go.leaveProfile();
  return (
    <>
      <header className="flex min-h-(--header) flex-none items-center gap-3 border-b border-line ps-5 pe-3 max-pair:px-2">
        <IconButton icon={ArrowLeft} label={t('app.back')} className="pair:hidden rtl:-scale-x-100" onClick={close} />
        <h1 className="t-head flex-1">{t('profile.title')}</h1>
        <IconButton icon={X} label={t('profile.close')} keys="Esc" onClick={close} />
      </header>
      {person === undefined ? (
        <p className="m-auto p-6 text-ink-2">{t('conversation.gone')}</p>
      ) : (
        <ScrollRegion label={t('profile.title')} className="px-8 pt-6 pb-10 max-pair:px-4">
          <div className="mx-auto grid max-w-[560px] gap-5">
            <Head person={person} />
            <SafetyCard person={person} />
            <Marks person={person} />
          </div>
        </ScrollRegion>
      )}
    </>
  );
}

function Head({ person }: { person: ContactView }): ReactNode {
  const { t } = useTranslation();
  const { go, calls } = useSession();
  const calling = useUi((state) => currentCall(state.calls) !== null);
  const nowMs = useNow();
  const name = displayName(person);
  const { mood } = person.profile;
  return (
    <div className="flex flex-wrap items-center gap-5 [--cutbg:var(--surface)]">
      <Avatar accountKey={person.accountKey} name={name} size={92} presence={presenceShape(person)} />
      <div className="grid min-w-[min(14rem,100%)] flex-1 gap-1">
        <p className="t-title break-words" title={name}>
          <bdi>{name}</bdi> <CheckedMark accountKey={person.accountKey} />
        </p>
        <p className="text-ink-2">{presenceWords(t, person, nowMs)}</p>
        {mood === '' ? null : (
          <p className="text-pretty break-words">
            <bdi>{mood}</bdi>
          </p>
        )}
        {person.relation === 'contact' ? (
          <div className="mt-1.5 flex flex-wrap gap-2">
            <Button
              kind={canTakeCall(person) && !calling ? 'primary' : 'secondary'}
              icon={Phone}
              aria-label={t('conversation.callPerson', { name })}
              onClick={() => void calls.start(person.accountKey)}
            >
              {t('conversation.call')}
            </Button>
            <Button icon={MessageSquare} onClick={() => go.conversation(person.accountKey)}>
              {t('call.write')}
            </Button>
            <PersonMenu person={person} trigger={<IconButton icon={Ellipsis} label={t('app.more')} />} />
          </div>
        ) : null}
      </div>
    </div>
  );
}

function Marks({ person }: { person: ContactView }): ReactNode {
  const { t } = useTranslation();
  const { go, people } = useSession();
  const { accountKey, nickname, favourite, invisibleTo, hideAddress } = person;
  const name = displayName(person);
  return (
    <Card>
      <Line title={t('profile.username')}>
        <span dir="auto" className="min-w-0 break-words text-ink-2">
          {person.name}
        </span>
      </Line>
      <Line title={<span className="break-words">{t('profile.nickname', { name: person.name })}</span>}>
        <Button kind="quiet" onClick={() => go.dialog({ kind: 'rename', accountKey })}>
          <span className="cut max-w-[14rem]">{nickname ?? t('profile.none')}</span>
          <ChevronRight size={16} strokeWidth={1.75} aria-hidden="true" className="rtl:-scale-x-100" />
        </Button>
      </Line>
      {person.relation === 'contact' ? (
        <>
          <Line title={t('profile.favourite')} help={t('profile.favouriteHelp')}>
            <SwitchField label={t('profile.favourite')} on={favourite} onChange={(next) => void people.favourite(person, next)} />
          </Line>
          <Line title={<span className="break-words">{t('profile.invisible', { name })}</span>} help={t('profile.invisibleHelp')}>
            <SwitchField
              label={t('profile.invisible', { name })}
              on={invisibleTo}
              onChange={(next) => void people.invisibleTo(person, next)}
            />
          </Line>
          <Line
            title={<span className="break-words">{t('profile.hideAddress', { name })}</span>}
            help={t('profile.hideAddressHelp')}
          >
            <SwitchField
              label={t('profile.hideAddress', { name })}
              on={hideAddress}
              onChange={(next) => void people.hideAddress(person, next)}
            />
          </Line>
        </>
      ) : null}
      {person.relation === 'blocked' ? (
        <Line title={<span className="break-words">{t('conversation.blocked', { name })}</span>} help={t('profile.blockHelp')}>
          <Button onClick={() => void people.unblock(person)}>{t('settings.unblock')}</Button>
        </Line>
      ) : (
        <Line
          title={<span className="break-words text-danger-ink">{t('profile.block', { name })}</span>}
          help={t('profile.blockHelp')}
        >
          <Button kind="danger" onClick={() => void people.block(person)}>
            {t('profile.blockShort')}
          </Button>
        </Line>
      )}
    </Card>
  );
}

import { AudioLines, Copy, MessageSquare, Phone, UserPlus } from 'lucide-react';
import { useState, type ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { displayName, presenceShape, useSession, useUi } from '../state/index.ts';
import {
  Avatar,
  balloonPath,
  Button,
  Card,
  CheckedMark,
  Cut,
  Fan,
  IconButton,
  Key,
  Line,
  LinkButton,
  useNow,
} from '../ui/index.ts';
import { PersonContextMenu } from './person-menu.tsx';
import { homeView } from './home-view.ts';

/** The first pane: who can be called now, or how to begin. */
export function Home(): ReactNode {
  const ready = useUi((state) => state.contactsReady);
  const friends = useUi((state) =>
    [...state.contacts.values()].some((person) => person.relation === 'contact' || person.relation === 'outgoing'),
  );
  if (!ready) return null;
  return <div className="thin-scroll flex min-h-0 flex-1 overflow-y-auto p-6">{friends ? <Greeting /> : <FirstSteps />}</div>;
}

function Greeting(): ReactNode {
  const { t } = useTranslation();
  const { go, calls } = useSession();
  const name = useUi((state) => (state.account?.kind === 'ready' ? state.account.account.name : ''));
  const contacts = useUi((state) => state.contacts);
  const log = useUi((state) => state.callLog.items);
  const status = useUi((state) => state.network?.status ?? 'starting');
  const view = homeView(t, name, contacts, log, useNow());
  const ready = status === 'connected';
  return (
    <div className="m-auto grid w-full max-w-[560px] gap-6">
      <div>
        <h1 className="text-[1.625rem]/[2.125rem] font-semibold tracking-[-0.011em]">{view.greeting}</h1>
        <p className="mt-0.5 text-ink-2">{view.canCall}</p>
      </div>
      {view.people.length === 0 ? null : (
        <Card as="ul">
          {view.people.map(({ person, lastCall }, index) => (
            <PersonContextMenu key={person.accountKey} person={person}>
              <li className="flex items-center gap-3.5 px-3.5 py-2.5">
                <Avatar accountKey={person.accountKey} name={displayName(person)} size={44} presence={presenceShape(person)} />
                <div className="min-w-0 flex-1">
                  <div className="flex min-w-0 items-center gap-1">
                    <Cut text={displayName(person)} className="min-w-0 font-[550]" />
                    <CheckedMark accountKey={person.accountKey} />
                  </div>
                  <p className="t-small text-ink-2">{lastCall}</p>
                </div>
                <IconButton
                  icon={MessageSquare}
                  label={t('side.message', { name: displayName(person) })}
                  onClick={() => go.conversation(person.accountKey)}
                />
                <Button
                  kind={index === 0 ? 'primary' : 'secondary'}
                  icon={Phone}
                  aria-label={t('side.call', { name: displayName(person) })}
                  onClick={() => void calls.start(person.accountKey)}
                >
                  {t('conversation.call')}
                </Button>
              </li>
            </PersonContextMenu>
          ))}
        </Card>
      )}
      <div className="flex items-start gap-3.5 text-ink-2">
        <span className={ready ? 'text-ok-ink' : 'text-warn-ink'}>
          <Fan strings={ready ? 4 : status === 'limited' || status === 'alone' ? 2 : 0} size={18} />
        </span>
        <p className="t-small flex-1">
          {ready ? t('home.ready') : t(`network.says.${status}`)}{' '}
          <LinkButton onClick={() => go.settings('audio')}>{t('home.check')}</LinkButton>
        </p>
      </div>
      <div className="t-small flex flex-wrap gap-x-[18px] gap-y-2 text-ink-2 max-pair:hidden">
        <span>
          <Key>Ctrl K</Key> {t('home.keyFind')}
        </span>
        <span>
          <Key>Ctrl N</Key> {t('home.keyAdd')}
        </span>
        <span>
          <Key>Ctrl /</Key> {t('home.keyAll')}
        </span>
      </div>
    </div>
  );
}

function FirstSteps(): ReactNode {
  const { t } = useTranslation();
  const { go, calls, notify } = useSession();
  const name = useUi((state) => (state.account?.kind === 'ready' ? state.account.account.name : ''));
  const [asking, setAsking] = useState(false);
  return (
    <div className="m-auto grid w-full max-w-[460px] gap-[18px]">
      <svg width="96" height="88" viewBox="-3 -3 156 142" className="mx-auto mb-2" aria-hidden="true">
        <path fill="var(--accent-soft)" stroke="var(--accent-ink)" strokeWidth="3" strokeDasharray="5 7" d={balloonPath} />
      </svg>
      <h1 className="t-title text-center text-balance">{t('home.emptyTitle')}</h1>
      <Card>
        <Line title={<WithIcon icon={UserPlus}>{t('home.addTitle')}</WithIcon>} help={t('home.addHelp')}>
          <Button kind="primary" onClick={() => go.dialog({ kind: 'add', name: '' })}>
            {t('side.add')}
          </Button>
        </Line>
        <Line title={<WithIcon icon={Copy}>{t('home.yourName')}</WithIcon>} help={name}>
          <Button
            onClick={() =>
              void notify.attempt(async () => {
                await navigator.clipboard.writeText(name);
                notify.say(t('home.copied'));
              })
            }
          >
            {t('home.copyName')}
          </Button>
        </Line>
        <Line title={<WithIcon icon={AudioLines}>{t('home.echoTitle')}</WithIcon>} help={t('home.echoHelp')}>
          <Button
            busy={asking}
            onClick={() => {
              setAsking(true);
              void calls.startEcho(true).finally(() => setAsking(false));
            }}
          >
            {t('home.echoCall')}
          </Button>
        </Line>
      </Card>
    </div>
  );
}

function WithIcon({ icon: Icon, children }: { icon: typeof UserPlus; children: ReactNode }): ReactNode {
  return (
    <span className="flex items-center gap-2.5">
      <Icon size={18} strokeWidth={1.75} aria-hidden="true" className="flex-none text-ink-2" />
      {children}
    </span>
  );
}

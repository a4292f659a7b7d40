import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { displayName, useSession, useUi } from '../state/index.ts';
import { Avatar, Button, Callout, Card, Cut, Line } from '../ui/index.ts';
import { AwayLine } from './away-line.tsx';
import { FindMeCard } from './find-me-card.tsx';
import { SettingSwitch } from './setting-switch.tsx';

/** The account: its name, where its keys are, and who is blocked. */
export function PrivacySection(): ReactNode {
  const { t } = useTranslation();
  const { people } = useSession();
  const account = useUi((state) => (state.account?.kind === 'ready' ? state.account.account : null));
  const contacts = useUi((state) => state.contacts);
  const version = useUi((state) => state.app?.version ?? '');
  const profile = useUi((state) => state.app?.profile ?? '');
  const blocked = [...contacts.values()].filter((person) => person.relation === 'blocked');
  if (account === null) return null;
  return (
    <>
      <h2 className="t-title">{t('settings.privacy')}</h2>
      <Card>
        <Line title={t('settings.yourName')} help={t(`settings.nameHelp.${account.claim}`)}>
          <Cut text={account.name} className="font-[550]" />
        </Line>
        <Line title={t('settings.keysAt')} help={t(`settings.${account.keyStorage}`)} />
        {(['readReceipts', 'typingNotices', 'undoSend'] as const).map((name) => (
          <Line key={name} title={t(`settings.${name}`)} help={t(`settings.${name}Help`)}>
            <SettingSwitch name={name} label={t(`settings.${name}`)} />
          </Line>
        ))}
        <Line title={t('away.shareLastSeen')} help={t('away.shareLastSeenHelp')}>
          <SettingSwitch name="shareLastSeen" label={t('away.shareLastSeen')} />
        </Line>
        <AwayLine />
        <Line title={t('settings.hideAddress')} help={t('settings.hideAddressHelp')}>
          <SettingSwitch name="hideAddress" label={t('settings.hideAddress')} />
        </Line>
      </Card>
      {account.claim === 'disputed' ? <Callout tone="warn">{t('notices.claimDisputed')}</Callout> : null}
      <FindMeCard />
      <section className="grid gap-2">
        <h3 className="font-semibold">{t('settings.blockedPeople')}</h3>
        {blocked.length === 0 ? (
          <p className="t-small text-ink-2">{t('settings.noBlocked')}</p>
        ) : (
          <Card as="ul">
            {blocked.map((person) => (
              <li key={person.accountKey} className="flex items-center gap-3.5 px-4 py-3">
                <Avatar accountKey={person.accountKey} name={displayName(person)} size={34} />
                <span className="min-w-0 flex-1">
                  <Cut text={displayName(person)} className="font-[550]" />
                </span>
                <Button onClick={() => void people.unblock(person)}>{t('settings.unblock')}</Button>
              </li>
            ))}
          </Card>
        )}
      </section>
      <p className="t-small text-ink-3">{t('settings.version', { version, profile })}</p>
    </>
  );
}

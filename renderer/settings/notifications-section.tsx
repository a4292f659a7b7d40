import { useState, type ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { useSession, useUi } from '../state/index.ts';
import { Button, Callout, Card, Line } from '../ui/index.ts';
import { DesktopCard } from './desktop-card.tsx';
import { SettingSwitch } from './setting-switch.tsx';

/** What the system shows outside of the window, and what it shows of what was written. */
export function NotificationsSection(): ReactNode {
  const { t } = useTranslation();
  const { system } = useSession().bridge;
  const on = useUi((state) => state.settings?.notifications ?? true);
  const [permission, setPermission] = useState(() => system.permission());
  return (
    <>
      <h2 className="t-title">{t('notifications.title')}</h2>
      {!on || permission === 'granted' ? null : permission === 'denied' ? (
        <Callout tone="warn">{t('notifications.denied')}</Callout>
      ) : (
        <Callout
          tone="plain"
          end={<Button onClick={() => void system.ask().then(setPermission)}>{t('notifications.allow')}</Button>}
        >
          {t('notifications.ask')}
        </Callout>
      )}
      <Card>
        <Line title={t('notifications.show')} help={t('notifications.showHelp')}>
          <SettingSwitch name="notifications" label={t('notifications.show')} />
        </Line>
        <Line title={t('notifications.previews')} help={t('notifications.previewsHelp')}>
          <SettingSwitch name="notificationPreviews" label={t('notifications.previews')} />
        </Line>
        <Line title={t('settings.messages')} help={t('settings.messagesHelp')}>
          <SettingSwitch name="messageSound" label={t('settings.messages')} />
        </Line>
      </Card>
      <DesktopCard />
    </>
  );
}

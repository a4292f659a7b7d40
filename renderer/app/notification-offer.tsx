import { useState, type ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { useSession, useUi } from '../state/index.ts';
import { Button, Strip } from '../ui/index.ts';

/** Browsers only show notifications that a person allowed by a click: one line that offers it, once there is somebody to hear of. */
export function NotificationOffer(): ReactNode {
  const { t } = useTranslation();
  const { bridge, settings, notify } = useSession();
  const on = useUi((state) => state.settings?.notifications ?? false);
  const known = useUi((state) => [...state.contacts.values()].some(({ relation }) => relation === 'contact'));
  const [permission, setPermission] = useState(() => bridge.system.permission());
  if (permission !== 'ask' || !on || !known) return null;
  const decline = () => {
    void settings.change({ notifications: false });
    notify.say(t('notifications.declined'));
  };
  return (
    <Strip
      tone="plain"
      end={
        <>
          <Button kind="quiet" onClick={() => void bridge.system.ask().then(setPermission)}>
            {t('notifications.allow')}
          </Button>
          <Button kind="quiet" onClick={decline}>
            {t('notifications.notNow')}
          </Button>
        </>
      }
    >
      {t('notifications.offer')}
    </Strip>
  );
}

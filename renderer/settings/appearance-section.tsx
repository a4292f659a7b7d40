import { CheckCheck, Monitor, Moon, Sun } from 'lucide-react';
import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { useSession, useUi } from '../state/index.ts';
import { Card, Line, Segmented } from '../ui/index.ts';
import { SettingSwitch } from './setting-switch.tsx';

export function AppearanceSection(): ReactNode {
  const { t } = useTranslation();
  const { client, notify } = useSession();
  const theme = useUi((state) => state.settings?.theme ?? 'system');
  return (
    <>
      <h2 className="t-title">{t('settings.appearance')}</h2>
      <Card>
        <Line title={t('settings.theme')}>
          <Segmented
            label={t('settings.theme')}
            value={theme}
            choices={[
              { value: 'light', label: t('settings.light'), icon: Sun },
              { value: 'dark', label: t('settings.dark'), icon: Moon },
              { value: 'system', label: t('settings.system'), icon: Monitor },
            ]}
            onChange={(next) => void notify.attempt(() => client.settings.update({ theme: next }))}
          />
        </Line>
        <Line title={t('settings.strings')} help={t('settings.stringsHelp')}>
          <SettingSwitch name="movingStrings" label={t('settings.strings')} />
        </Line>
      </Card>
      <section className="grid gap-2" aria-label={t('settings.preview')}>
        <h3 className="font-semibold">{t('settings.preview')}</h3>
        <div className="flex flex-col gap-2.5 rounded-r3 bg-surface px-4 pt-3.5 pb-4 edge" aria-hidden="true">
          <span className="bubble t-chat self-start px-3 pt-[7px] pb-2" data-out="false">
            {t('settings.previewIn')}
          </span>
          <span className="bubble t-chat flex items-end gap-2.5 self-end px-3 pt-[7px] pb-2" data-out="true">
            {t('settings.previewOut')}
            <CheckCheck size={14} strokeWidth={1.75} className="mb-0.5 text-bubble-meta" />
          </span>
        </div>
      </section>
    </>
  );
}

import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { EchoTest } from '../call/index.ts';
import { DeviceFields } from '../devices/index.ts';
import { useUi } from '../state/index.ts';
import { Card, Line } from '../ui/index.ts';
import { SettingSwitch } from './setting-switch.tsx';
import { TalkKey } from './talk-key.tsx';

export function AudioSection(): ReactNode {
  const { t } = useTranslation();
  const folder = useUi((state) => state.app?.recordingsFolder ?? '');
  return (
    <>
      <h2 className="t-title">{t('settings.audio')}</h2>
      <DeviceFields />
      <EchoTest />
      <TalkKey />
      <Card>
        <Line title={t('settings.ring')} help={t('settings.ringHelp')}>
          <SettingSwitch name="ringSound" label={t('settings.ring')} />
        </Line>
        <Line title={t('settings.recordings')} help={t('settings.recordingsHelp')}>
          <code className="t-small min-w-0 basis-full break-all text-ink-2 select-text">{folder}</code>
        </Line>
      </Card>
    </>
  );
}

import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { Card, Line } from '../ui/index.ts';
import { KeyList } from './key-list.tsx';
import { SettingSwitch } from './setting-switch.tsx';

export function KeysSection(): ReactNode {
  const { t } = useTranslation();
  return (
    <>
      <h2 className="t-title">{t('settings.keys')}</h2>
      <Card>
        <Line title={t('settings.singleKeys')} help={t('settings.singleKeysHelp')}>
          <SettingSwitch name="singleKeyShortcuts" label={t('settings.singleKeys')} />
        </Line>
      </Card>
      <KeyList />
    </>
  );
}

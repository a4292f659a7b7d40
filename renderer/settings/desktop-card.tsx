import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { useSession, useUi } from '../state/index.ts';
import { Card, Line, SwitchField } from '../ui/index.ts';
import { SettingSwitch } from './setting-switch.tsx';

/** Whether Lilliput is there without its window. In a browser there is nothing to choose: the window is the browser's. */
export function DesktopCard(): ReactNode {
  const { t } = useTranslation();
  const shell = useSession().bridge.system.desktop;
  const desktop = useUi((state) => state.desktop);
  const isMac = useUi((state) => state.app?.platform === 'darwin');
  if (shell === null || desktop === null) return null;
  const { atSignIn, hasTray } = desktop;
  return (
    <section className="grid gap-2">
      <h3 className="font-semibold">{t('desktop.title')}</h3>
      <Card>
        {isMac ? null : (
          <Line title={t('desktop.keepRunning')} help={hasTray ? t('desktop.keepRunningHelp') : t('desktop.noTray')}>
            {hasTray ? <SettingSwitch name="keepRunning" label={t('desktop.keepRunning')} /> : null}
          </Line>
        )}
        <Line
          title={t('desktop.atSignIn')}
          help={atSignIn === 'impossible' ? t('desktop.atSignInImpossible') : t('desktop.atSignInHelp')}
        >
          {atSignIn === 'impossible' ? null : (
            <SwitchField label={t('desktop.atSignIn')} on={atSignIn === 'on'} onChange={(on) => shell.openAtSignIn(on)} />
          )}
        </Line>
      </Card>
    </section>
  );
}

import { Keyboard } from 'lucide-react';
import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { pushToTalkKeys } from '../../preload/contract/index.ts';
import { useSession, useUi } from '../state/index.ts';
import { Card, Line, SelectField } from '../ui/index.ts';
import { SettingSwitch } from './setting-switch.tsx';

/** Push-to-talk, and the key for it once it is on. */
export function TalkKey(): ReactNode {
  const { t } = useTranslation();
  const { settings } = useSession();
  const on = useUi((state) => state.settings?.pushToTalk ?? false);
  const key = useUi((state) => state.settings?.pushToTalkKey ?? 'Space');
  return (
    <Card>
      <Line title={t('settings.pushToTalk')} help={t('settings.pushToTalkHelp')}>
        <SettingSwitch name="pushToTalk" label={t('settings.pushToTalk')} />
      </Line>
      {on ? (
        <Line title={t('settings.talkKey')}>
          <div className="w-[min(100%,15rem)]">
            <SelectField
              label={t('settings.talkKey')}
              icon={Keyboard}
              value={key}
              choices={pushToTalkKeys.map((each) => ({ value: each, label: t(`settings.talkKeys.${each}`) }))}
              onChange={(next) => {
                const chosen = pushToTalkKeys.find((each) => each === next);
                if (chosen !== undefined) void settings.change({ pushToTalkKey: chosen });
              }}
            />
          </div>
        </Line>
      ) : null}
    </Card>
  );
}

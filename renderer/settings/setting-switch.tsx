import type { ReactNode } from 'react';
import { useSession, useUi } from '../state/index.ts';
import { SwitchField } from '../ui/index.ts';

type SwitchName =
  | 'ringSound'
  | 'messageSound'
  | 'notifications'
  | 'notificationPreviews'
  | 'keepRunning'
  | 'movingStrings'
  | 'singleKeyShortcuts'
  | 'pushToTalk'
  | 'carryOthers'
  | 'hideAddress'
  | 'readReceipts'
  | 'typingNotices'
  | 'undoSend'
  | 'bitTorrent'
  | 'shareLastSeen';

/** A yes-or-no setting, shown at once and kept by the engine. */
export function SettingSwitch({ name, label }: { name: SwitchName; label: string }): ReactNode {
  const { settings } = useSession();
  const on = useUi((state) => state.settings?.[name] ?? false);
  return <SwitchField label={label} on={on} onChange={(next) => void settings.change({ [name]: next })} />;
}

import type { ReactNode } from 'react';
import { useSession, useUi } from '../state/index.ts';
import { SwitchField } from '../ui/index.ts';

type SwitchName = 'ringSound' | 'messageSound' | 'movingStrings' | 'singleKeyShortcuts';

/** A yes-or-no setting, shown at once and kept by the engine. */
export function SettingSwitch({ name, label }: { name: SwitchName; label: string }): ReactNode {
  const { client, notify, store } = useSession();
  const on = useUi((state) => state.settings?.[name] ?? true);
  const change = (next: boolean) => {
    store.setState(({ settings }) => (settings === null ? {} : { settings: { ...settings, [name]: next } }));
    void notify
      .attempt(() => client.settings.update({ [name]: next }))
      .then((kept) => {
        if (!kept) store.setState(({ settings }) => (settings === null ? {} : { settings: { ...settings, [name]: !next } }));
      });
  };
  return <SwitchField label={label} on={on} onChange={change} />;
}

import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { VolumeField } from '../devices/index.ts';
import { useSession, useUi } from '../state/index.ts';
import { Dialog } from '../ui/index.ts';

/** How loud somebody is heard, set outside of a call: from the menu of the person. */
export function VolumeDialog({ accountKey }: { accountKey: string }): ReactNode {
  const { t } = useTranslation();
  const { go } = useSession();
  const person = useUi((state) => state.contacts.get(accountKey));
  if (person === undefined) return null;
  return (
    <Dialog title={t('person.volume')} onClose={() => go.dialog(null)}>
      <VolumeField person={person} />
      <p className="t-small text-ink-2">{t('person.volumeHelp')}</p>
    </Dialog>
  );
}

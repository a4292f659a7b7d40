import { X } from 'lucide-react';
import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import type { CallView } from '../../preload/contract/index.ts';
import { Chat } from '../conversation/index.ts';
import { useSession, useUi } from '../state/index.ts';
import { IconButton } from '../ui/index.ts';

/** The conversation beside the call. */
export function ChatPanel({ call }: { call: CallView }): ReactNode {
  const { t } = useTranslation();
  const { go } = useSession();
  const person = useUi((state) => state.contacts.get(call.accountKey));
  return (
    <>
      <div className="flex min-h-13 flex-none items-center gap-3 border-b border-line ps-4 pe-2">
        <h2 className="t-head cut flex-1">{t('call.chat')}</h2>
        <IconButton icon={X} label={t('call.closeChat')} keys="Ctrl J" onClick={() => go.closePanel()} />
      </div>
      <div className="@container/panel flex min-h-0 flex-1 flex-col">
        {person === undefined ? null : <Chat person={person} focus />}
      </div>
    </>
  );
}

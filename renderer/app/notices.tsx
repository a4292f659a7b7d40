import { X } from 'lucide-react';
import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { useSession, useUi } from '../state/index.ts';
import { IconButton, Strip } from '../ui/index.ts';
import { noticeList } from './notice-list.ts';

/** One quiet line for each thing that happened to the app itself. */
export function Notices(): ReactNode {
  const { t } = useTranslation();
  const { go } = useSession();
  const lifecycle = useUi((state) => state.lifecycle);
  const app = useUi((state) => state.app);
  const network = useUi((state) => state.network);
  const account = useUi((state) => state.account);
  const dismissed = useUi((state) => state.dismissed);
  return (
    <output className="block flex-none">
      {noticeList(t, { lifecycle, app, network, account, dismissed }).map((notice) => (
        <Strip
          key={notice.key}
          tone={notice.tone}
          end={
            notice.dismissable ? (
              <IconButton icon={X} label={t('app.dismiss')} onClick={() => go.dismissNotice(notice.key)} />
            ) : null
          }
        >
          {notice.text}
        </Strip>
      ))}
    </output>
  );
}

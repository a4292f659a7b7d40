import { ArrowDown } from 'lucide-react';
import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { Button } from '../ui/index.ts';

/** Leads to the end, and says how much came there meanwhile. */
export function ToNewest({ unread, onGo }: { unread: number; onGo: () => void }): ReactNode {
  const { t } = useTranslation();
  return (
    <Button icon={ArrowDown} className="absolute inset-x-0 bottom-2 mx-auto w-fit rounded-full" onClick={onGo}>
      {t('messages.newest')}
      {unread === 0 ? null : (
        <span className="min-w-5 rounded-full bg-accent px-1.5 text-center text-[0.75rem]/[1.25rem] font-semibold text-on-accent">
          <span className="sr-only">{t('messages.newestUnread', { count: unread })}</span>
          <span aria-hidden="true">{unread > 99 ? '99+' : unread}</span>
        </span>
      )}
    </Button>
  );
}

import { Check, CheckCheck, Clock, MailCheck, type LucideIcon } from 'lucide-react';
import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import type { Delivery, MessageView } from '../../preload/contract/index.ts';
import { clockOf, daysAgo, momentOf } from '../ui/index.ts';

const ticks: Record<Delivery, LucideIcon> = {
  waiting: Clock,
  meeting: Clock,
  sent: Check,
  stored: MailCheck,
  delivered: CheckCheck,
  read: CheckCheck,
};

/** When it was written, whether it came late or was changed, how far it has come. */
export function MessageMeta({ message, shown }: { message: MessageView; shown: boolean }): ReactNode {
  const { t } = useTranslation();
  const Tick = ticks[message.delivery];
  return (
    <span className="float-end ms-2.5 mt-1.5 -mb-0.5">
      <span dir="ltr" className="t-meta inline-flex items-center gap-1 whitespace-nowrap text-bubble-meta">
        {message.editedMs === null ? null : <span>{t('conversation.edited')}</span>}
        {shown ? <time dateTime={new Date(message.atMs).toISOString()}>{clockOf(message.atMs)}</time> : null}
        {message.cameMs === null ? null : (
          <time dateTime={new Date(message.cameMs).toISOString()}>
            {shown ? '· ' : ''}
            {t('conversation.came', { when: cameWhen(message.atMs, message.cameMs) })}
          </time>
        )}
        {shown && message.direction === 'out' && !message.deleted ? (
          <>
            <span className="sr-only">{t(`conversation.delivery.${message.delivery}`)}</span>
            <Tick
              size={message.delivery === 'stored' ? 13 : 14}
              strokeWidth={message.delivery === 'read' ? 2.5 : 1.75}
              aria-hidden="true"
              className={message.delivery === 'read' ? 'text-accent-ink' : undefined}
            />
          </>
        ) : null}
      </span>
    </span>
  );
}

/** The day only if it is another one. */
const cameWhen = (atMs: number, cameMs: number): string => (daysAgo(atMs, cameMs) === 0 ? clockOf(cameMs) : momentOf(cameMs));

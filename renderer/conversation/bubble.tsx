import { Check, CheckCheck, Clock, type LucideIcon } from 'lucide-react';
import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import type { Delivery } from '../../preload/contract/index.ts';
import { clockOf, cx } from '../ui/index.ts';
import type { TimelineRow } from './timeline-rows.ts';

const ticks: Record<Delivery, LucideIcon> = { waiting: Clock, sent: Check, delivered: CheckCheck };

/** One message. Direction follows its own text. */
export function Bubble({ row, name }: { row: Extract<TimelineRow, { kind: 'bubble' }>; name: string }): ReactNode {
  const { t } = useTranslation();
  const { message, first, last, waits } = row;
  const out = message.direction === 'out';
  const Tick = ticks[message.delivery];
  return (
    <div className={cx('flex flex-col', first ? 'pt-2.5' : 'pt-0.5', out ? 'items-end' : 'items-start')}>
      <div
        className="bubble t-chat max-w-[min(78%,36rem)] px-3 pt-[7px] pb-2 break-words whitespace-pre-wrap max-pair:max-w-[88%] @max-sm/panel:max-w-[92%]"
        data-out={out}
        data-first={first}
        data-more={!last}
        dir="auto"
      >
        <span className="sr-only">{out ? t('conversation.youSaid') : name}: </span>
        {message.text}
        {last ? (
          <span
            dir="ltr"
            className="t-meta float-end ms-2.5 mt-1.5 -mb-0.5 inline-flex items-center gap-1 whitespace-nowrap text-bubble-meta"
          >
            <time dateTime={new Date(message.atMs).toISOString()}>{clockOf(message.atMs)}</time>
            {out ? (
              <>
                <span className="sr-only">{t(`conversation.delivery.${message.delivery}`)}</span>
                <Tick size={14} strokeWidth={1.75} aria-hidden="true" />
              </>
            ) : null}
          </span>
        ) : null}
      </div>
      {waits ? (
        <p className="t-meta flex items-center gap-1.5 px-1 pt-[3px] text-ink-2">
          <Clock size={13} strokeWidth={1.75} aria-hidden="true" className="flex-none" />
          {t('conversation.waitsUntil', { name })}
        </p>
      ) : null}
    </div>
  );
}

import { PhoneIncoming, PhoneMissed, PhoneOutgoing } from 'lucide-react';
import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import type { CallRecordView } from '../../preload/contract/index.ts';
import { useSession } from '../state/index.ts';
import { Button, clockOf, cx } from '../ui/index.ts';
import { callEventWords } from './call-event-words.ts';

/** A past call between the messages, with a way to call again. */
export function CallEvent({ call, name, callable }: { call: CallRecordView; name: string; callable: boolean }): ReactNode {
  const { t } = useTranslation();
  const { calls } = useSession();
  const Icon = call.missed ? PhoneMissed : call.direction === 'in' ? PhoneIncoming : PhoneOutgoing;
  return (
    <div className="flex justify-center pt-3.5 pb-1">
      <div
        className={cx(
          't-small flex max-w-full flex-wrap items-center gap-x-2.5 gap-y-1 rounded-[20px] py-1.5 ps-[13px] pe-[7px] edge',
          call.missed ? 'text-danger-ink' : 'text-ink-2',
        )}
      >
        <Icon size={15} strokeWidth={1.75} aria-hidden="true" className="flex-none" />
        <span className="min-w-0 break-words">
          {callEventWords(t, call, name)} <span className="t-meta ms-1">{clockOf(call.startedMs)}</span>
        </span>
        {callable ? (
          <Button
            kind="quiet"
            className="min-h-[26px] rounded-[13px] px-2.5 text-[0.8125rem]"
            onClick={() => void calls.start(call.conversationId)}
          >
            {call.missed ? t('conversation.event.callBack') : t('conversation.event.callAgain')}
          </Button>
        ) : null}
      </div>
    </div>
  );
}

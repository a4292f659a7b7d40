import { Activity, PhoneIncoming, PhoneMissed, PhoneOutgoing } from 'lucide-react';
import { useId, useState, type ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import type { CallRecordView, CallSummary } from '../../preload/contract/index.ts';
import { useSession } from '../state/index.ts';
import { Button, clockOf, cx, IconButton } from '../ui/index.ts';
import { callEventWords, summaryFigures } from './call-event-words.ts';

/** A past call between the messages, with a way to call again. */
export function CallEvent({ call, name, callable }: { call: CallRecordView; name: string; callable: boolean }): ReactNode {
  const { t } = useTranslation();
  const { calls } = useSession();
  const [open, setOpen] = useState(false);
  const figures = useId();
  const Icon = call.missed ? PhoneMissed : call.direction === 'in' ? PhoneIncoming : PhoneOutgoing;
  return (
    <div className="grid justify-items-center gap-1.5 pt-3.5 pb-1">
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
        {call.summary === null ? null : (
          <IconButton
            icon={Activity}
            size={15}
            label={t('conversation.was.show')}
            aria-expanded={open}
            aria-controls={figures}
            onClick={() => setOpen(!open)}
            className="-my-1"
          />
        )}
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
      {open && call.summary !== null ? <Summary id={figures} summary={call.summary} name={name} /> : null}
    </div>
  );
}

function Summary({ id, summary, name }: { id: string; summary: CallSummary; name: string }): ReactNode {
  const { t } = useTranslation();
  return (
    <dl id={id} className="t-small grid w-full max-w-[24rem] gap-y-1 rounded-r3 px-3.5 py-2.5 edge">
      {summaryFigures(t, summary, name).map(([label, value]) => (
        <div key={label} className="flex flex-wrap justify-between gap-x-3.5">
          <dt className="text-ink-2">{label}</dt>
          <dd className="ms-auto text-end font-medium break-words">{value}</dd>
        </div>
      ))}
    </dl>
  );
}

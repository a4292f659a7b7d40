import { Bell, Check, type LucideIcon } from 'lucide-react';
import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import type { CallView } from '../../preload/contract/index.ts';
import { Stopwatch } from '../ui/index.ts';

const at = { preparing: 0, connecting: 1, ringing: 2, accepting: 1 } as const;

/** Found · Path · Ringing · Talking: what is done, what is going on, what comes. */
export function CallSteps({ call, name }: { call: CallView; name: string }): ReactNode {
  const { t } = useTranslation();
  if (call.phase !== 'preparing' && call.phase !== 'connecting' && call.phase !== 'ringing' && call.phase !== 'accepting')
    return null;
  const now = at[call.phase];
  const steps = [
    { id: 'found', label: now > 0 ? t('call.steps.found', { name }) : t('call.steps.finding', { name }) },
    { id: 'path', label: now > 1 ? t('call.steps.path') : t('call.steps.opening') },
    { id: 'ringing', label: t('call.steps.ringing') },
    { id: 'talking', label: t('call.steps.talking') },
  ];
  return (
    <ol className="flex flex-none flex-wrap items-center justify-center gap-2 px-5 pb-3.5 text-[0.875rem] text-on-stage-2">
      {steps.map(({ id, label }, index) => {
        const Icon: LucideIcon | null = index < now ? Check : id === 'ringing' && index === now ? Bell : null;
        return (
          <li
            key={id}
            aria-current={index === now ? 'step' : undefined}
            className={index < now ? 'flex text-on-stage' : index === now ? 'flex font-semibold text-on-stage' : 'flex'}
          >
            {index === 0 ? null : (
              <span aria-hidden="true" className="me-2 font-normal">
                ·
              </span>
            )}
            <span className="flex min-w-0 items-center gap-1.5">
              {Icon === null ? null : <Icon size={16} strokeWidth={1.75} aria-hidden="true" className="flex-none" />}
              <span className="break-words">{label}</span>
              {id === 'ringing' && index === now ? <Stopwatch /> : null}
            </span>
          </li>
        );
      })}
    </ol>
  );
}

import { Popover } from '@base-ui/react/popover';
import { useState, type ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { dayOf } from '../ui/index.ts';
import { useChatTools } from './chat-tools.ts';
import { DateJump } from './date-jump.tsx';

/** A day; choosing it leads to any other. */
export function DayLine({ atMs, nowMs }: { atMs: number; nowMs: number }): ReactNode {
  const { t } = useTranslation();
  const { id } = useChatTools();
  const [open, setOpen] = useState(false);
  const day = dayOf(t, atMs, nowMs);
  return (
    <div className="t-meta flex items-center justify-center gap-1 pt-3.5 pb-1 text-ink-3">
      <span className="h-px w-[34px] bg-line" />
      <Popover.Root open={open} onOpenChange={setOpen}>
        <Popover.Trigger
          aria-label={t('messages.date.jumpFrom', { day })}
          className="min-h-6 rounded-full px-2 hover:bg-hover hover:text-ink-2"
        >
          {day}
        </Popover.Trigger>
        <Popover.Portal>
          <Popover.Positioner sideOffset={4} className="z-(--z-popover)">
            <DateJump id={id} fromMs={atMs} nowMs={nowMs} onDone={() => setOpen(false)} />
          </Popover.Positioner>
        </Popover.Portal>
      </Popover.Root>
      <span className="h-px w-[34px] bg-line" />
    </div>
  );
}

/** Above the first message that was not read. */
export function NewLine(): ReactNode {
  const { t } = useTranslation();
  return (
    <div className="t-meta flex items-center gap-2.5 pt-3 pb-0.5 font-semibold text-accent-ink">
      <span className="h-px flex-1 bg-accent" />
      {t('messages.newLine')}
      <span className="h-px flex-1 bg-accent" />
    </div>
  );
}

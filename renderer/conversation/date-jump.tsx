import { Popover } from '@base-ui/react/popover';
import { useId, useRef, useState, type ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { useSession } from '../state/index.ts';
import { Button } from '../ui/index.ts';

/** A day as a date field has it, by this computer's own calendar. */
const fieldOf = (ms: number): string => {
  const date = new Date(ms);
  const two = (number: number): string => String(number).padStart(2, '0');
  return `${String(date.getFullYear()).padStart(4, '0')}-${two(date.getMonth() + 1)}-${two(date.getDate())}`;
};

interface DateJumpProps {
  readonly id: string;
  /** The day it begins with. */
  readonly fromMs: number;
  readonly nowMs: number;
  readonly onDone: () => void;
}

/** Leads to a day of the conversation. */
export function DateJump({ id, fromMs, nowMs, onDone }: DateJumpProps): ReactNode {
  const { t } = useTranslation();
  const { go } = useSession();
  const field = useRef<HTMLInputElement>(null);
  const label = useId();
  const [day, setDay] = useState(fieldOf(fromMs));
  // A day that is half typed, or of no year we know, is none.
  const chosen = new Date(`${day}T00:00:00`).getTime();
  const valid = Number.isFinite(chosen) && chosen >= 0;
  const jump = (ms: number) => {
    onDone();
    go.reveal(id, { kind: 'time', ms });
  };
  return (
    <Popover.Popup
      initialFocus={field}
      className="grid gap-2.5 rounded-r3 bg-raised p-3 text-ink [box-shadow:var(--e-2),0_0_0_1px_var(--line)] outline-none"
    >
      <Popover.Title className="t-small font-semibold" id={label}>
        {t('messages.date.jump')}
      </Popover.Title>
      <form
        className="flex items-center gap-2"
        onSubmit={(event) => {
          event.preventDefault();
          if (valid) jump(chosen);
        }}
      >
        <input
          ref={field}
          type="date"
          value={day}
          max={fieldOf(nowMs)}
          onChange={(event) => setDay(event.target.value)}
          aria-label={t('messages.date.field')}
          className="t-ui min-h-[34px] rounded-r2 bg-surface px-2 edge-strong"
        />
        <Button type="submit" kind="primary" disabled={!valid}>
          {t('messages.date.go')}
        </Button>
      </form>
      <div className="flex flex-wrap gap-1">
        <Button kind="quiet" onClick={() => jump(0)}>
          {t('messages.date.first')}
        </Button>
        <Button
          kind="quiet"
          onClick={() => {
            onDone();
            go.reveal(id, { kind: 'newest' });
          }}
        >
          {t('messages.date.today')}
        </Button>
      </div>
    </Popover.Popup>
  );
}

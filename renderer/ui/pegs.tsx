import { Check, Minus, TriangleAlert, X, type LucideIcon } from 'lucide-react';
import type { ReactNode } from 'react';
import { cx } from './classes.ts';
import { Wave } from './marks.tsx';

/** `stopped`: it went no further here; `waiting`: not reached, or not looked at; `working`: being looked at now. */
export type PegState = 'done' | 'warn' | 'stopped' | 'waiting' | 'working';

const icons: Record<Exclude<PegState, 'working'>, LucideIcon> = { done: Check, warn: TriangleAlert, stopped: X, waiting: Minus };
const looks: Record<PegState, string> = {
  done: 'bg-ok-soft text-ok-ink',
  warn: 'bg-warn-soft text-warn-ink',
  stopped: 'bg-danger-soft text-danger-ink',
  waiting: 'text-ink-3 [box-shadow:inset_0_0_0_1.5px_var(--line-strong)]',
  working: 'text-ink-2 [box-shadow:inset_0_0_0_1.5px_var(--line-strong)]',
};
/** A string that holds runs on to the next peg. */
const holds: Record<PegState, boolean> = { done: true, warn: true, stopped: false, waiting: false, working: false };

/** One step of a ladder; put them in an `ol`. */
export function Peg({
  state,
  title,
  end,
  children,
}: {
  state: PegState;
  title: string;
  end?: ReactNode;
  children: ReactNode;
}): ReactNode {
  const Icon = state === 'working' ? null : icons[state];
  return (
    <li className="group relative grid grid-cols-[1.75rem_minmax(0,1fr)] gap-3 pb-[18px]">
      <span
        aria-hidden="true"
        className={cx(
          'absolute start-[calc(0.875rem-1px)] top-7 bottom-0 w-0.5 group-last:hidden',
          holds[state] ? 'bg-ok-ink opacity-55' : 'bg-[repeating-linear-gradient(var(--line-strong)_0_3px,transparent_3px_8px)]',
        )}
      />
      <span className={cx('grid size-7 place-items-center rounded-full', looks[state])}>
        {Icon === null ? <Wave width={16} /> : <Icon size={16} strokeWidth={1.75} aria-hidden="true" />}
      </span>
      <span className="min-w-0">
        <span className="flex flex-wrap items-baseline gap-x-3">
          <span className="flex-1 text-[0.875rem]/[1.75rem] font-[550] break-words">{title}</span>
          {end === undefined ? null : <span className="t-meta text-ink-2">{end}</span>}
        </span>
        <span className="t-small block text-ink-2">{children}</span>
      </span>
    </li>
  );
}

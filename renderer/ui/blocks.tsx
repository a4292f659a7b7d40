import { CircleAlert, CircleCheck, Info, TriangleAlert, type LucideIcon } from 'lucide-react';
import type { ReactNode } from 'react';
import { cx } from './classes.ts';

export type Tone = 'plain' | 'ok' | 'warn' | 'bad';

const toneIcons: Record<Tone, LucideIcon> = { plain: Info, ok: CircleCheck, warn: TriangleAlert, bad: CircleAlert };
const toneFills: Record<Tone, string> = { plain: 'bg-sunken', ok: 'bg-ok-soft', warn: 'bg-warn-soft', bad: 'bg-danger-soft' };
const toneInks: Record<Tone, string> = { plain: 'text-ink-2', ok: 'text-ok-ink', warn: 'text-warn-ink', bad: 'text-danger-ink' };

/** A sentence that matters here, with the icon of its tone. */
export function Callout({ tone, children, end }: { tone: Tone; children: ReactNode; end?: ReactNode }): ReactNode {
  const Icon = toneIcons[tone];
  return (
    <div className={cx('t-small flex gap-[11px] rounded-r3 px-3.5 py-3 text-ink', toneFills[tone])}>
      <Icon size={18} strokeWidth={1.75} aria-hidden="true" className={cx('flex-none', toneInks[tone])} />
      <div className="min-w-0 flex-1">{children}</div>
      {end}
    </div>
  );
}

/** One quiet line across a pane. */
export function Strip({
  tone,
  children,
  end,
  role,
}: {
  tone: Tone;
  children: ReactNode;
  end?: ReactNode;
  role?: 'status' | 'alert';
}): ReactNode {
  const Icon = toneIcons[tone];
  return (
    <div
      role={role}
      className={cx('t-small flex min-h-[38px] flex-none items-center gap-2.5 px-5 py-1.5 text-ink', toneFills[tone])}
    >
      <Icon size={17} strokeWidth={1.75} aria-hidden="true" className={cx('flex-none', toneInks[tone])} />
      <span className="min-w-0 flex-1">{children}</span>
      {end}
    </div>
  );
}

export function Card({
  children,
  className,
  as: As = 'div',
}: {
  children: ReactNode;
  className?: string;
  as?: 'div' | 'ul';
}): ReactNode {
  return (
    <As className={cx('rounded-r3 bg-raised [--cutbg:var(--raised)] edge [&>*+*]:border-t [&>*+*]:border-line', className)}>
      {children}
    </As>
  );
}

/** A row of a card: what it is, what it means, and its control. */
export function Line({
  title,
  help,
  children,
  as: As = 'div',
}: {
  title: ReactNode;
  help?: ReactNode;
  children?: ReactNode;
  as?: 'div' | 'li';
}): ReactNode {
  return (
    <As className="flex min-h-14 flex-wrap items-center gap-x-3.5 gap-y-2 px-4 py-3">
      <div className="min-w-[min(11rem,100%)] flex-1">
        <div className="font-[550]">{title}</div>
        {help === undefined || help === '' ? null : <p className="t-small mt-px text-pretty text-ink-2">{help}</p>}
      </div>
      {children}
    </As>
  );
}

/** Text that people wrote or chose: one line, cut at its own end, whole in the tooltip. */
export function Cut({ text, className }: { text: string; className?: string }): ReactNode {
  return (
    <span className={cx('cut block', className)} title={text}>
      {text}
    </span>
  );
}

import type { ComponentProps, ReactNode } from 'react';
import type { LucideIcon } from 'lucide-react';
import { cx } from './classes.ts';
import { Wave } from './marks.tsx';

export type ButtonKind = 'primary' | 'secondary' | 'quiet' | 'danger' | 'answer' | 'hangup' | 'stage';

const kinds: Record<ButtonKind, string> = {
  primary: 'bg-accent text-on-accent enabled:hover:bg-accent-hover',
  secondary: 'bg-raised text-ink [box-shadow:inset_0_0_0_1px_var(--line),var(--e-1)] enabled:hover:bg-hover',
  quiet: 'text-accent-ink enabled:hover:bg-accent-soft',
  danger: 'text-danger-ink enabled:hover:bg-danger-soft',
  answer: 'bg-answer text-on-answer',
  hangup: 'bg-hangup text-on-hangup',
  stage: 'bg-stage-raised text-on-stage enabled:hover:brightness-110',
};

interface ButtonProps extends ComponentProps<'button'> {
  readonly kind?: ButtonKind;
  readonly big?: boolean;
  readonly icon?: LucideIcon;
  /** The request is on its way: the label stays, a wave replaces the icon. */
  readonly busy?: boolean;
}

export function Button({
  kind = 'secondary',
  big = false,
  icon: Icon,
  busy = false,
  className,
  children,
  ...rest
}: ButtonProps): ReactNode {
  return (
    <button
      type="button"
      {...rest}
      disabled={rest.disabled === true || busy}
      aria-busy={busy || undefined}
      className={cx(
        'inline-flex items-center justify-center gap-[7px] text-center font-[550] transition-[background-color,scale] duration-(--d-fast) enabled:active:scale-98 disabled:opacity-55',
        big ? 'min-h-11 rounded-[11px] px-5 py-1 text-[0.9375rem]' : 'min-h-[34px] rounded-r2 px-[13px] py-1',
        kinds[kind],
        className,
      )}
    >
      {busy ? (
        <Wave width={17} />
      ) : Icon === undefined ? null : (
        <Icon size={17} strokeWidth={1.75} aria-hidden="true" className="flex-none" />
      )}
      {children}
    </button>
  );
}

/** A text link that does something in place. */
export function LinkButton({ className, ...rest }: ComponentProps<'button'>): ReactNode {
  return (
    <button
      type="button"
      {...rest}
      className={cx('inline rounded-r1 font-semibold text-accent-ink underline decoration-1 underline-offset-3', className)}
    />
  );
}

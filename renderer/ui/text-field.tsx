import { useId, type InputHTMLAttributes, type ReactNode, type RefObject } from 'react';
import { cx } from './classes.ts';

interface TextFieldProps extends Omit<InputHTMLAttributes<HTMLInputElement>, 'onChange' | 'className' | 'id'> {
  readonly label: ReactNode;
  readonly value: string;
  readonly onChange: (value: string) => void;
  /** Below it: what it is for, or why it can't be so. Read with the field. */
  readonly help?: ReactNode;
  /** As on the screens of the first start. */
  readonly big?: boolean;
  readonly ref?: RefObject<HTMLInputElement | null>;
}

/** One line of text with its label above. Its direction is that of what is written. */
export function TextField({ label, onChange, help, big = false, ...rest }: TextFieldProps): ReactNode {
  const [id, helpId] = [useId(), useId()];
  return (
    <div className={cx('grid', big ? 'gap-2' : 'gap-1')}>
      <label htmlFor={id} className="font-[550] break-words">
        {label}
      </label>
      <input
        id={id}
        dir="auto"
        autoComplete="off"
        aria-describedby={help === undefined ? undefined : helpId}
        {...rest}
        onChange={(event) => onChange(event.target.value)}
        className={cx(
          'w-full rounded-r2 bg-raised px-3 edge-strong focus:edge-focus focus-visible:outline-none',
          big ? 'min-h-[46px] py-2.5 text-[1.0625rem]' : 'min-h-[38px] py-1',
        )}
      />
      {help === undefined ? null : (
        <span id={helpId} className="t-small break-words text-ink-2">
          {help}
        </span>
      )}
    </div>
  );
}

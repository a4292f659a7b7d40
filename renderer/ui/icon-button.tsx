import { Tooltip } from '@base-ui/react/tooltip';
import type { ComponentProps, ReactNode } from 'react';
import type { LucideIcon } from 'lucide-react';
import { cx } from './classes.ts';
import { Key } from './key.tsx';

interface IconButtonProps extends Omit<ComponentProps<'button'>, 'aria-label'> {
  readonly icon: LucideIcon;
  /** The accessible name and the tooltip. */
  readonly label: string;
  /** Shown in the tooltip, e.g. "Ctrl N". */
  readonly keys?: string;
  readonly stage?: boolean;
  readonly size?: number;
}

/** A button that is only an icon: named for assistive technology, and in a tooltip on hover and focus. */
export function IconButton({
  icon: Icon,
  label,
  keys,
  stage = false,
  size = 18,
  className,
  ...rest
}: IconButtonProps): ReactNode {
  return (
    <Tip label={label} keys={keys}>
      <button
        type="button"
        {...rest}
        aria-label={label}
        className={cx(
          'grid size-(--hit) flex-none place-items-center rounded-r2',
          stage
            ? 'text-on-stage-2 hover:bg-stage-raised hover:text-on-stage aria-pressed:bg-stage-raised aria-pressed:text-on-stage'
            : 'text-ink-2 hover:bg-hover hover:text-ink aria-pressed:bg-accent-soft aria-pressed:text-accent-ink',
          className,
        )}
      >
        <Icon size={size} strokeWidth={1.75} aria-hidden="true" />
      </button>
    </Tip>
  );
}

/** A tooltip around a control that already has an accessible name. */
export function Tip({
  label,
  keys,
  children,
}: {
  label: string;
  keys?: string | undefined;
  children: ReactNode & object;
}): ReactNode {
  return (
    <Tooltip.Root>
      <Tooltip.Trigger render={children as React.ReactElement} />
      <Tooltip.Portal>
        <Tooltip.Positioner sideOffset={6} className="z-(--z-tooltip)">
          <Tooltip.Popup
            className="t-meta flex items-center gap-2 rounded-r2 bg-ink px-2 py-1 text-surface shadow-e2"
            aria-hidden="true"
          >
            {label}
            {keys === undefined ? null : <Key>{keys}</Key>}
          </Tooltip.Popup>
        </Tooltip.Positioner>
      </Tooltip.Portal>
    </Tooltip.Root>
  );
}

import { Menu as Base } from '@base-ui/react/menu';
import type { LucideIcon } from 'lucide-react';
import type { ReactElement, ReactNode } from 'react';
import { cx } from './classes.ts';

/** The looks of a menu, for those that are opened in other ways. */
export const menuPopupClass =
  'min-w-56 rounded-r3 bg-raised p-[5px] text-ink [box-shadow:var(--e-2),0_0_0_1px_var(--line)] outline-none';
export const menuItemClass =
  'flex min-h-8 items-center gap-2.5 rounded-[7px] px-[9px] py-1 outline-none data-highlighted:bg-hover';

/** A menu under its button. */
export function Menu({
  trigger,
  children,
  align = 'start',
}: {
  trigger: ReactElement;
  children: ReactNode;
  align?: 'start' | 'end';
}): ReactNode {
  return (
    <Base.Root>
      <Base.Trigger render={trigger} />
      <Base.Portal>
        <Base.Positioner sideOffset={4} align={align} className="z-(--z-popover)">
          <Base.Popup className={menuPopupClass}>{children}</Base.Popup>
        </Base.Positioner>
      </Base.Portal>
    </Base.Root>
  );
}

interface MenuItemProps {
  readonly onSelect: () => void;
  readonly icon?: LucideIcon;
  readonly mark?: ReactNode;
  readonly danger?: boolean;
  readonly children: ReactNode;
}

export function MenuItem({ onSelect, icon: Icon, mark, danger = false, children }: MenuItemProps): ReactNode {
  return (
    <Base.Item onClick={onSelect} className={cx(menuItemClass, danger && 'text-danger-ink')}>
      {Icon === undefined ? null : <Icon size={16} strokeWidth={1.75} aria-hidden="true" className="flex-none" />}
      {mark}
      {children}
    </Base.Item>
  );
}

export const MenuLine = (): ReactNode => <Base.Separator className="mx-1 my-[5px] border-t border-line" />;

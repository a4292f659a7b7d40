import type { ReactNode } from 'react';
import { cx } from './classes.ts';

/** A part that scrolls and holds little or nothing to focus: reachable by keyboard itself, and named. */
export function ScrollRegion({
  label,
  className,
  children,
}: {
  label: string;
  className: string;
  children: ReactNode;
}): ReactNode {
  return (
    <section
      // oxlint-disable-next-line jsx-a11y/no-noninteractive-tabindex -- without it, it can't be scrolled by keyboard (WCAG 2.1.1)
      tabIndex={0}
      aria-label={label}
      className={cx('thin-scroll overflow-y-auto focus-visible:-outline-offset-3', className)}
    >
      {children}
    </section>
  );
}

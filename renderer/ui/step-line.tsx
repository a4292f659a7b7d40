import { useEffect, useState, type ReactNode } from 'react';
import { cx } from './classes.ts';
import { Wave } from './marks.tsx';

/** UI.md: nothing moves before this; after it, the step is named. */
const quietMs = 400;

/** Names what is being waited for, once that takes long enough to be noticed. */
export function StepLine({ children, className }: { children: ReactNode; className?: string }): ReactNode {
  const [late, setLate] = useState(false);
  useEffect(() => {
    const timer = setTimeout(() => setLate(true), quietMs);
    return () => clearTimeout(timer);
  }, []);
  return late ? (
    <output className={cx('flex items-center gap-2.5 text-ink-2', className)}>
      <Wave />
      {children}
    </output>
  ) : null;
}

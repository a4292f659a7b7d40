import type { ReactNode } from 'react';

/** A key cap. On macOS the reader sees the Command sign for Ctrl. */
export function Key({ children }: { children: string }): ReactNode {
  return (
    <kbd className="inline-block min-w-[18px] rounded-r1 bg-raised px-[5px] text-center font-sans text-[0.6875rem]/[1.125rem] font-medium whitespace-nowrap text-ink-2 edge">
      {children}
    </kbd>
  );
}

import type { ReactNode } from 'react';

/** The mark in the title bar: a balloon held by strings. */
export function Logo({ size = 20 }: { size?: number }): ReactNode {
  return (
    <svg width={size} height={size} viewBox="0 0 20 20" aria-hidden="true" className="block flex-none">
      <path
        fill="var(--accent-ink)"
        d="M10 .8c3.7 0 6.7 2.5 6.7 5.6s-3 5.6-6.7 5.6c-.9 0-1.8-.2-2.6-.4-.9.6-2.1 1-3.5.9.8-.7 1.2-1.5 1.3-2.4C4 9.1 3.3 7.8 3.3 6.4 3.3 3.3 6.300.8 10 .8z"
      />
      <path
        d="M5.4 12.8 3 17.6M8.7 13 7.7 17.6M11.5 13l1 4.6M14.3 11.6l2.7 6"
        stroke="var(--thread)"
        strokeWidth="1.2"
        strokeLinecap="round"
      />
      <path d="M1.5 18.8h17" stroke="var(--accent-ink)" strokeWidth="1.3" strokeLinecap="round" />
    </svg>
  );
}

export const balloonPath =
  'M75 4c39 0 71 27 71 61s-32 61-71 61c-10 0-20-2-28-5-9 6-22 10-36 9 7-7 12-13 13-22C12 98 4 82 4 65 4 31 36 4 75 4z';

/** A short wave: stands for sound on its way; replaces the icon of a busy button. */
export function Wave({ width = 22 }: { width?: number }): ReactNode {
  return (
    <svg width={width} height="10" viewBox="0 0 22 10" fill="none" aria-hidden="true" className="block flex-none">
      <path
        d="M1 5c2.5-5 4-5 5.5 0s3 5 5 0 3.5-4 5 0 2.5 2 4.5 0"
        stroke="currentColor"
        strokeWidth="1.6"
        strokeLinecap="round"
      />
    </svg>
  );
}

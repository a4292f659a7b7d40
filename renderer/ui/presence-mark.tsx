import type { ReactNode } from 'react';
import type { PresenceShape } from '../state/index.ts';

/** Five shapes that survive greyscale: disc, crescent, disc with a bar, diamond, ring. Always beside the word, or in a label. */
export function PresenceMark({ shape, size = 11 }: { shape: PresenceShape; size?: number | string }): ReactNode {
  return (
    <svg width={size} height={size} viewBox="0 0 12 12" aria-hidden="true" className="block flex-none">
      {figures[shape]}
    </svg>
  );
}

const figures: Record<PresenceShape, ReactNode> = {
  online: <circle cx="6" cy="6" r="5.2" fill="var(--p-online)" />,
  away: <path fill="var(--p-away)" d="M7.6.9A5.3 5.3 0 1 0 11.2 7.7 4.3 4.3 0 0 1 7.6.9z" />,
  dnd: <path fillRule="evenodd" fill="var(--p-busy)" d="M6 .7a5.3 5.3 0 1 0 0 10.6A5.3 5.3 0 0 0 6 .7zM3.2 5h5.6v2H3.2z" />,
  call: <path fill="var(--p-call)" d="M6 .2 11.8 6 6 11.8.2 6z" />,
  offline: <circle cx="6" cy="6" r="4.3" fill="none" stroke="var(--p-offline)" strokeWidth="1.9" />,
};

import { useEffect, useRef, type ReactNode } from 'react';
import { cx } from '../ui/index.ts';

/** From this level on the still ring is thick: loudness without motion. */
const loudFrom = 0.15;

interface VoiceRingProps {
  readonly speaking: boolean;
  /** False: no breathing; thickness (3 or 5 px) shows the voice instead. */
  readonly moving: boolean;
  readonly small?: boolean;
  readonly level?: () => number;
  readonly children: ReactNode;
}

/** The gold ring of somebody who speaks. */
export function VoiceRing({ speaking, moving, small = false, level, children }: VoiceRingProps): ReactNode {
  const ring = useRef<HTMLSpanElement>(null);
  useEffect(() => {
    if (!speaking || moving || level === undefined) return undefined;
    const timer = setInterval(() => {
      if (ring.current !== null) ring.current.style.borderWidth = level() >= loudFrom ? '5px' : '3px';
    }, 100);
    return () => clearInterval(timer);
  }, [speaking, moving, level]);
  return (
    <div className="relative z-1 rounded-full">
      {speaking ? (
        <>
          <span
            ref={ring}
            className={cx(
              'absolute rounded-full border-thread-stage',
              small ? '-inset-[5px] border-[2.5px]' : '-inset-[7px] border-[3px]',
            )}
          />
          {moving ? (
            <span
              className={cx(
                'voice-ring-breath absolute animate-breath rounded-full border-[1.5px] border-thread-stage opacity-40',
                small ? '-inset-2.5' : '-inset-[15px]',
              )}
            />
          ) : null}
        </>
      ) : null}
      {children}
    </div>
  );
}

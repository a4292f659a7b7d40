import { useEffect, useRef, type ReactNode } from 'react';
import { cx } from './classes.ts';
import { openMovingCanvas } from './moving-canvas.ts';
import { onPaint } from './paint-clock.ts';
import { paintRings, ringSizes, type RingSize } from './ring-painting.ts';

/** From this level on the still ring is thick: loudness without motion. */
const loudFrom = 0.15;

interface VoiceRingProps {
  /** Asked for each picture: whoever pauses between words is no reason to render again. Null: nobody can be heard. */
  readonly speaks: (() => boolean) | null;
  /** False: no breathing; thickness (3 or 5 px) shows the voice instead. */
  readonly moving: boolean;
  readonly small?: boolean;
  readonly level?: () => number;
  readonly children: ReactNode;
}

/** The gold ring of somebody who speaks. */
export function VoiceRing({ speaks, moving, small = false, level, children }: VoiceRingProps): ReactNode {
  const size = small ? 'small' : 'large';
  return (
    <div className="relative z-1 rounded-full">
      {speaks === null ? null : moving ? (
        <MovingRing speaks={speaks} size={size} />
      ) : (
        <StillRing speaks={speaks} size={size} level={level} />
      )}
      {children}
    </div>
  );
}

function MovingRing({ speaks, size }: { speaks: () => boolean; size: RingSize }): ReactNode {
  const host = useRef<HTMLSpanElement>(null);
  useEffect(() => {
    if (host.current === null) return undefined;
    let isPainted = false;
    return openMovingCanvas(host.current, (canvas, timeMs) => {
      const isSeen = speaks();
      if (isSeen || isPainted) canvas.clear();
      isPainted = isSeen;
      if (!isSeen) return;
      const middle = canvas.width / 2;
      paintRings(canvas, { x: middle, y: middle, radius: middle - ringSizes[size].breathing, size }, timeMs);
    });
  }, [speaks, size]);
  return (
    <span
      ref={host}
      className={cx('pointer-events-none absolute text-thread-stage', size === 'small' ? '-inset-[13px]' : '-inset-[21px]')}
    />
  );
}

interface StillRingProps {
  readonly speaks: () => boolean;
  readonly size: RingSize;
  readonly level: (() => number) | undefined;
}

function StillRing({ speaks, size, level }: StillRingProps): ReactNode {
  const ring = useRef<HTMLSpanElement>(null);
  useEffect(() => {
    const { firmWidth } = ringSizes[size];
    let shownWidth = 0;
    const show = (): void => {
      const width = !speaks() ? 0 : level === undefined ? firmWidth : level() >= loudFrom ? 5 : 3;
      if (width === shownWidth || ring.current === null) return;
      shownWidth = width;
      ring.current.style.borderWidth = `${width}px`;
    };
    show();
    return onPaint(show);
  }, [speaks, size, level]);
  return (
    <span
      ref={ring}
      className={cx('absolute rounded-full border-0 border-thread-stage', size === 'small' ? '-inset-[5px]' : '-inset-[7px]')}
    />
  );
}

import { useEffect, useRef, type ReactNode } from 'react';
import { cx } from './classes.ts';
import { openMovingCanvas } from './moving-canvas.ts';
import { onPaint } from './paint-clock.ts';

/** From this level on the still ring is thick: loudness without motion. */
const loudFrom = 0.15;
/** One breath of the outer ring, in and out. */
const breathMs = 2_400;
/** At its widest the outer ring is larger by this share, and nearly gone. */
const breathWidens = 0.05;
const breathOpacity = { least: 0.15, most: 0.4 } as const;
const breathWidth = 1.5;

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
    let width = '';
    return onPaint(() => {
      const next = level() >= loudFrom ? '5px' : '3px';
      if (next === width || ring.current === null) return;
      width = next;
      ring.current.style.borderWidth = width;
    });
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
          {moving ? <BreathingRing className={small ? '-inset-[13px]' : '-inset-[21px]'} /> : null}
        </>
      ) : null}
      {children}
    </div>
  );
}

/** As wide as its box at its widest. */
function BreathingRing({ className }: { className: string }): ReactNode {
  const host = useRef<HTMLSpanElement>(null);
  useEffect(() => {
    const place = host.current;
    const canvas = place === null ? null : openMovingCanvas(place);
    if (place === null || canvas === null) return undefined;
    const leave = onPaint((timeMs) => {
      const { context, width, height, clear } = canvas;
      const breath = (1 - Math.cos((timeMs / breathMs) * 2 * Math.PI)) / 2;
      const widest = (Math.min(width, height) - breathWidth) / 2;
      clear();
      context.globalAlpha = breathOpacity.most + (breathOpacity.least - breathOpacity.most) * breath;
      context.strokeStyle = getComputedStyle(place).color;
      context.lineWidth = breathWidth;
      context.beginPath();
      context.arc(width / 2, height / 2, Math.max(0, widest * (1 - breathWidens * (1 - breath))), 0, 2 * Math.PI);
      context.stroke();
    });
    return () => {
      leave();
      canvas.remove();
    };
  }, []);
  return <span ref={host} className={cx('pointer-events-none absolute text-thread-stage', className)} />;
}

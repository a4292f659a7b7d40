import { useEffect, useMemo, useRef, type ReactNode } from 'react';
import { openMovingCanvas, type MovingCanvas } from './moving-canvas.ts';
import {
  drawString,
  heldSize,
  rigBox,
  rigOverlap,
  rigStrings,
  stringPath,
  swayAt,
  swayMargin,
  type RigString,
} from './rig-geometry.ts';
import { paintRings, ringSizes } from './ring-painting.ts';

export type RigMode = 'still' | 'snapped';

interface RigProps {
  /** How many of nine strings are tied. */
  readonly lit: number;
  readonly mode?: RigMode;
  /** Radius of what the strings hold, px in the rig's own box of 640. */
  readonly radius?: number;
  /** The received voice, 0…1, read for each picture; null keeps the strings still. */
  readonly level?: (() => number) | null;
  /** Whether whom they hold speaks: while strings may move, the voice's ring is part of their picture. Null: nobody is held. */
  readonly speaks?: (() => boolean) | null;
}

/** Less, the noise of a quiet room, would move a string by a third of a pixel: it is still. */
const stillBelow = 0.003;
/** Of the loudness that is dying away, so much is left at the next picture. */
const loudnessKept = 0.6;
const strokeWidth = 1.6;
/** The middle of whom it holds is above the rig by so much, px; and so much room is needed there with the rings around them. */
const heldAbove = heldSize / 2 - rigOverlap;
const ringRoom = heldAbove + heldSize / 2 + ringSizes.large.breathing;

/** The strings stand as a drawing, and are painted on a canvas over it only while somebody is heard. */
export function Rig({ lit, mode = 'still', radius = 84, level = null, speaks = null }: RigProps): ReactNode {
  const drawing = useRef<SVGSVGElement>(null);
  const host = useRef<HTMLDivElement>(null);
  const strings = useMemo(() => rigStrings(lit, mode === 'snapped', radius), [lit, mode, radius]);
  // Another quality ties other strings; the picture goes on, and the ring with it.
  const tied = useRef<readonly RigString[]>([]);
  useEffect(() => {
    tied.current = strings.filter(({ state }) => state === 'yes');
  }, [strings]);
  const room = speaks === null ? swayMargin : ringRoom;

  useEffect(() => {
    if (level === null || host.current === null) return undefined;
    const still = drawing.current;
    let loudness = 0;
    let isStrung = false;
    let isHidden = false;
    let isPainted = false;
    const hide = (hidden: boolean): void => {
      if (hidden !== isHidden) still?.toggleAttribute('data-swaying', hidden);
      isHidden = hidden;
    };
    const leave = openMovingCanvas(host.current, (canvas, timeMs) => {
      // Up at once, down slowly: a plucked string settles.
      loudness = Math.max(level(), loudness * loudnessKept);
      const isSwaying = loudness >= stillBelow;
      const isRinged = speaks?.() === true;
      // Drawing and canvas come to the display apart: for one picture both are there, so that neither is missing.
      const wasStrung = isStrung;
      isStrung = isSwaying || isHidden;
      if (wasStrung) hide(isSwaying);
      if (isStrung || isRinged || isPainted) canvas.clear();
      if (isStrung) paintStrings(canvas, room, tied.current, timeMs, loudness);
      if (isRinged) {
        paintRings(canvas, { x: canvas.width / 2, y: room - heldAbove, radius: heldSize / 2, size: 'large' }, timeMs);
      }
      isPainted = isStrung || isRinged;
    });
    return () => {
      leave();
      hide(false);
    };
  }, [level, speaks, room]);

  return (
    <div className="relative">
      <svg
        ref={drawing}
        className="block h-auto w-full overflow-visible"
        viewBox={`0 0 ${rigBox.width} ${rigBox.height}`}
        aria-hidden="true"
      >
        <path className="rig-ground" d={`M0 ${rigBox.ground}H${rigBox.width}`} />
        {strings.map((string) => (
          <g key={string.index}>
            {string.state === 'slack' ? (
              string.ends.map((end) => <path key={end} className="rig-string" data-lit="slack" d={end} />)
            ) : (
              <path key={string.state} className="rig-string" data-lit={string.state} d={stringPath(string, 0)} />
            )}
            <path className="rig-peg" d={string.peg} />
          </g>
        ))}
      </svg>
      <div ref={host} className="pointer-events-none absolute inset-x-0 bottom-0 text-thread-stage" style={{ top: -room }} />
    </div>
  );
}

/** @param room px above the rig's upper edge */
function paintStrings(
  { context, width, colour }: MovingCanvas,
  room: number,
  strings: readonly RigString[],
  timeMs: number,
  loudness: number,
): void {
  const scale = width / rigBox.width;
  context.save();
  context.translate(0, room);
  context.scale(scale, scale);
  context.beginPath();
  for (const string of strings) drawString(context, string, swayAt(string.index, timeMs, loudness));
  context.restore();
  context.strokeStyle = colour;
  context.lineWidth = strokeWidth;
  context.stroke();
}

import { useEffect, useMemo, useRef, type ReactNode } from 'react';
import { openMovingCanvas, type MovingCanvas } from './moving-canvas.ts';
import { onPaint } from './paint-clock.ts';
import { drawString, rigBox, rigStrings, stringPath, swayAt, swayMargin, type RigString } from './rig-geometry.ts';

export type RigMode = 'still' | 'snapped';

interface RigProps {
  /** How many of nine strings are tied. */
  readonly lit: number;
  readonly mode?: RigMode;
  /** Radius of what the strings hold, px in the rig's own box of 640. */
  readonly radius?: number;
  /** The received voice, 0…1, read for each picture; null keeps the strings still. */
  readonly level?: (() => number) | null;
}

/** Less, the noise of a quiet room, would move a string by a third of a pixel: it is still. */
const stillBelow = 0.003;
/** Of the loudness that is dying away, so much is left at the next picture. */
const loudnessKept = 0.6;
const strokeWidth = 1.6;

/** The strings stand as a drawing, and are painted on a canvas over it only while somebody is heard. */
export function Rig({ lit, mode = 'still', radius = 84, level = null }: RigProps): ReactNode {
  const drawing = useRef<SVGSVGElement>(null);
  const host = useRef<HTMLDivElement>(null);
  const strings = useMemo(() => rigStrings(lit, mode === 'snapped', radius), [lit, mode, radius]);

  useEffect(() => {
    if (level === null || host.current === null) return undefined;
    const place = host.current;
    const still = drawing.current;
    const canvas = openMovingCanvas(place);
    if (canvas === null) return undefined;
    const tied = strings.filter(({ state }) => state === 'yes');
    let loudness = 0;
    let isPainted = false;
    let isHidden = false;
    const leave = onPaint((timeMs) => {
      // Up at once, down slowly: a plucked string settles.
      loudness = Math.max(level(), loudness * loudnessKept);
      const swaying = loudness >= stillBelow;
      if (swaying) paint(canvas, tied, timeMs, loudness, getComputedStyle(place).color);
      // Drawing and canvas come to the display apart: for one picture both are there, so that neither is missing.
      if (isPainted && isHidden !== swaying) {
        isHidden = swaying;
        still?.toggleAttribute('data-swaying', isHidden);
      } else if (isPainted && !swaying) {
        isPainted = false;
        canvas.clear();
      } else isPainted = swaying;
    });
    return () => {
      leave();
      canvas.remove();
      still?.toggleAttribute('data-swaying', false);
    };
  }, [level, strings]);

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
      <div
        ref={host}
        className="pointer-events-none absolute inset-x-0 bottom-0 text-thread-stage"
        style={{ top: `${(-100 * swayMargin) / rigBox.height}%` }}
      />
    </div>
  );
}

function paint(
  { context, width, clear }: MovingCanvas,
  strings: readonly RigString[],
  timeMs: number,
  loudness: number,
  colour: string,
): void {
  const scale = width / rigBox.width;
  clear();
  context.save();
  context.scale(scale, scale);
  context.translate(0, swayMargin);
  context.beginPath();
  for (const string of strings) drawString(context, string, swayAt(string.index, timeMs, loudness));
  context.restore();
  context.strokeStyle = colour;
  context.lineWidth = strokeWidth;
  context.stroke();
}

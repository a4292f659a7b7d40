import { useEffect, useMemo, useRef, type ReactNode } from 'react';
import { rigBox, rigStrings, stringPath, swayAt } from './rig-geometry.ts';

export type RigMode = 'still' | 'snapped';

interface RigProps {
  /** How many of nine strings are tied. */
  readonly lit: number;
  readonly mode?: RigMode;
  /** Radius of what the strings hold, px in the rig's own box of 640. */
  readonly radius?: number;
  /** The received voice, 0…1, read at display rate; null keeps the strings still. */
  readonly level?: (() => number) | null;
}

/** Strings are drawn at display rate while somebody may be heard, and stop when the window is hidden. */
export function Rig({ lit, mode = 'still', radius = 84, level = null }: RigProps): ReactNode {
  const paths = useRef<(SVGPathElement | null)[]>([]);
  const strings = useMemo(() => rigStrings(lit, mode === 'snapped', radius), [lit, mode, radius]);

  useEffect(() => {
    if (level === null) return undefined;
    let frame = 0;
    let loudness = 0;
    const draw = (timeMs: number) => {
      // Up at once, down slowly: a plucked string settles.
      loudness = Math.max(level(), loudness * 0.92);
      for (const string of strings) {
        if (string.state === 'yes')
          paths.current[string.index]?.setAttribute('d', stringPath(string, swayAt(string.index, timeMs, loudness)));
      }
      frame = requestAnimationFrame(draw);
    };
    frame = requestAnimationFrame(draw);
    return () => cancelAnimationFrame(frame);
  }, [level, strings]);

  return (
    <svg className="block h-auto w-full overflow-visible" viewBox={`0 0 ${rigBox.width} ${rigBox.height}`} aria-hidden="true">
      <path className="rig-ground" d={`M0 ${rigBox.ground}H${rigBox.width}`} />
      {strings.map((string) => (
        <g key={string.index}>
          {string.state === 'slack' ? (
            string.ends.map((end) => <path key={end} className="rig-string" data-lit="slack" d={end} />)
          ) : (
            <path
              key={string.state}
              ref={(element) => {
                paths.current[string.index] = element;
              }}
              className="rig-string"
              data-lit={string.state}
              d={stringPath(string, 0)}
            />
          )}
          <path className="rig-peg" d={string.peg} />
        </g>
      ))}
    </svg>
  );
}

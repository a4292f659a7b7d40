/** The rig: nine strings from under the avatar to pegs in the ground, in a 640 × 190 box. */
export const rigBox = { width: 640, height: 190, ground: 176 } as const;
/** Of somebody that the strings hold, px; and how far the rig reaches under them. */
export const heldSize = 152;
export const rigOverlap = 46;
/** The order in which strings are tied: the middle first, then out to both sides. */
const tieOrder = [4, 2, 6, 0, 8, 5, 3, 7, 1] as const;
/** Strings that hang torn while a call reconnects. */
const torn: ReadonlySet<number> = new Set([1, 3, 6]);
/** px: the reference allows 4 px of sway at the middle of a string. */
export const swayMostPx = 4;
/** Room above the box that a swaying string needs: the outer ones begin 9 px above it, and are thick. */
export const swayMargin = 12;

export type StringState = 'yes' | 'no' | 'slack';

export interface RigString {
  readonly index: number;
  readonly state: StringState;
  readonly peg: string;
  /** From, control point and to of the curve. */
  readonly from: readonly [number, number];
  readonly control: readonly [number, number];
  readonly to: readonly [number, number];
  /** The two loose ends of a torn string. */
  readonly ends: readonly [string, string];
}

const round = (n: number): number => Math.round(n * 10) / 10;

/** Strings for an avatar of radius `radius` (px) of which `lit` are tied; `snapped` tears some of the others. */
export function rigStrings(lit: number, snapped: boolean, radius: number): readonly RigString[] {
  const centre = rigBox.width / 2;
  const centreY = -radius + rigOverlap;
  return Array.from({ length: 9 }, (_, index) => {
    const angle = ((162 - index * 18) * Math.PI) / 180;
    const from: [number, number] = [
      round(centre + (radius + 9) * Math.cos(angle)),
      round(centreY + (radius + 9) * Math.sin(angle)),
    ];
    const foot = 34 + index * 71.5;
    const lean = foot < centre ? 10 : foot > centre ? -10 : 0;
    const control: [number, number] = [round((from[0] + foot) / 2 + lean), round((from[1] + rigBox.ground) / 2 + 16)];
    const tied = tieOrder.indexOf(index as (typeof tieOrder)[number]) < lit;
    const side = index < 4 ? -1 : 1;
    return {
      index,
      state: snapped && torn.has(index) ? 'slack' : tied ? 'yes' : 'no',
      peg: `M${round(foot - (index - 4) * 0.9)} ${rigBox.ground - 11}L${round(foot + (index - 4) * 0.9)} ${rigBox.ground + 8}`,
      from,
      control,
      to: [foot, rigBox.ground - 5],
      ends: [
        `M${foot} ${rigBox.ground - 6}c${4 * side} -34 ${26 * side} -44 ${40 * side} -22s${10 * side} 22 ${20 * side} 23`,
        `M${from[0]} ${from[1]}c${2 * side} 16 ${10 * side} 22 ${6 * side} 40s${2 * side} 16 ${5 * side} 20`,
      ],
    };
  });
}

/** The curve of a string pushed sideways by `sway` px at its middle. */
export function stringPath(string: RigString, sway: number): string {
  const { from, control, to } = string;
  // The middle of a quadratic curve moves half as far as its control point.
  return `M${from[0]} ${from[1]}Q${round(control[0] + 2 * sway)} ${control[1]} ${to[0]} ${to[1]}`;
}

/** The same curve, added to a canvas's path. */
export function drawString(context: CanvasPath, string: RigString, sway: number): void {
  const { from, control, to } = string;
  context.moveTo(from[0], from[1]);
  context.quadraticCurveTo(control[0] + 2 * sway, control[1], to[0], to[1]);
}

/** Sway of string `index` at `timeMs` for a voice of `level` (0…1): each string has its own pitch, outer ones slower. */
export function swayAt(index: number, timeMs: number, level: number): number {
  const loud = Math.min(1, Math.sqrt(Math.max(0, level)) * 1.6);
  const perSecond = 1.1 + (4 - Math.abs(index - 4)) * 0.2;
  return swayMostPx * loud * Math.sin((timeMs / 1000) * perSecond * 2 * Math.PI + index * 1.9);
}

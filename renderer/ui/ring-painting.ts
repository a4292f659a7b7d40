import type { MovingCanvas } from './moving-canvas.ts';

/** One breath of the outer ring, in and out. */
const breathMs = 2_400;
/** At its widest the outer ring is larger by this share, and nearly gone. */
const breathWidens = 0.05;
const breathOpacity = { least: 0.15, most: 0.4 } as const;
const breathWidth = 1.5;

/** The rings around somebody who speaks, px: how far they reach beyond what they are around, and how thick the firm one is. */
export const ringSizes = {
  large: { firm: 7, firmWidth: 3, breathing: 21 },
  small: { firm: 5, firmWidth: 2.5, breathing: 13 },
} as const;
export type RingSize = keyof typeof ringSizes;

/** What the rings are around, CSS px. */
export interface RingPlace {
  readonly x: number;
  readonly y: number;
  readonly radius: number;
  readonly size: RingSize;
}

/** Both rings at `timeMs`: the firm one, and the one that breathes. */
export function paintRings({ context, colour }: MovingCanvas, { x, y, radius, size }: RingPlace, timeMs: number): void {
  const { firm, firmWidth, breathing } = ringSizes[size];
  const width = inWholePixels(firmWidth);
  context.strokeStyle = colour;
  strokeCircle(context, x, y, radius + firm - width / 2, width);
  const breath = (1 - Math.cos((timeMs / breathMs) * 2 * Math.PI)) / 2;
  const widest = radius + breathing - breathWidth / 2;
  context.globalAlpha = breathOpacity.most + (breathOpacity.least - breathOpacity.most) * breath;
  strokeCircle(context, x, y, widest * (1 - breathWidens * (1 - breath)), breathWidth);
  context.globalAlpha = 1;
}

function strokeCircle(context: OffscreenCanvasRenderingContext2D, x: number, y: number, radius: number, width: number): void {
  context.lineWidth = width;
  context.beginPath();
  context.arc(x, y, Math.max(0, radius), 0, 2 * Math.PI);
  context.stroke();
}

/** As a browser draws a border of this width: in whole pixels of the display. */
const inWholePixels = (width: number): number => Math.max(1, Math.floor(width * devicePixelRatio)) / devicePixelRatio;

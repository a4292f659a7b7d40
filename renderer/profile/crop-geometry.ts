/** The part of a picture that is shown: a square of the picture, in its own pixels. */
export interface Crop {
  /** The middle of the square. */
  readonly x: number;
  readonly y: number;
  /** 1: the largest square that fits; 4: a quarter of its side. */
  readonly zoom: number;
}

export interface Size {
  readonly width: number;
  readonly height: number;
}

export const maxZoom = 4;

export const wholePicture = ({ width, height }: Size): Crop => ({ x: width / 2, y: height / 2, zoom: 1 });

const sideOf = ({ width, height }: Size, zoom: number): number => Math.min(width, height) / zoom;

const within = (value: number, low: number, high: number): number => Math.min(high, Math.max(low, value));

/** The same, moved back to where the picture is. */
export function kept(crop: Crop, size: Size): Crop {
  const zoom = within(crop.zoom, 1, maxZoom);
  const half = sideOf(size, zoom) / 2;
  return { zoom, x: within(crop.x, half, size.width - half), y: within(crop.y, half, size.height - half) };
}

/** What to cut out: a square in the picture's pixels. */
export function squareOf(crop: Crop, size: Size): { readonly left: number; readonly top: number; readonly side: number } {
  const { x, y, zoom } = kept(crop, size);
  const side = sideOf(size, zoom);
  return { left: x - side / 2, top: y - side / 2, side };
}

/** Dragged by so many pixels of a view that is `viewSide` wide. */
export function dragged(crop: Crop, size: Size, byX: number, byY: number, viewSide: number): Crop {
  const each = sideOf(size, crop.zoom) / viewSide;
  return kept({ ...crop, x: crop.x - byX * each, y: crop.y - byY * each }, size);
}

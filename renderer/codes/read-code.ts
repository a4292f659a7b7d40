import { decodeQR } from 'qr/decode.js';

/** px: a code of ours has some 50 modules a side, so this leaves ten for each; more only takes longer. */
const longestSide = 1_024;
/** A photograph of a phone's. What is larger is not looked at. */
const maxFileBytes = 30_000_000;

/** What a code says in these pixels (RGBA); null: there is none to be read. */
export function codeIn(image: {
  readonly data: Uint8ClampedArray;
  readonly width: number;
  readonly height: number;
}): string | null {
  try {
    return decodeQR(image);
  } catch {
    // The library says "no code" so; what kind of none does not matter.
    return null;
  }
}

interface Drawable {
  readonly source: CanvasImageSource;
  readonly width: number;
  readonly height: number;
}

/** What a code says on this picture or frame. Large ones are made smaller first. */
export function codeOn({ source, width, height }: Drawable, canvas: HTMLCanvasElement): string | null {
  const scale = Math.min(1, longestSide / Math.max(width, height, 1));
  const [w, h] = [Math.max(1, Math.round(width * scale)), Math.max(1, Math.round(height * scale))];
  canvas.width = w;
  canvas.height = h;
  const draw = canvas.getContext('2d', { willReadFrequently: true });
  if (draw === null) return null;
  // Codes are dark on light; where a picture has holes, light shines through.
  draw.fillStyle = '#fff';
  draw.fillRect(0, 0, w, h);
  draw.drawImage(source, 0, 0, w, h);
  return codeIn(draw.getImageData(0, 0, w, h));
}

export type FileVerdict =
  | { readonly kind: 'code'; readonly text: string }
  | { readonly kind: 'no-code' }
  /** Not a picture, or larger than any that is worth looking at. */
  | { readonly kind: 'no-picture' };

/** What a code on a picture file says. */
export async function codeInFile(file: Blob): Promise<FileVerdict> {
  if (file.size > maxFileBytes) return { kind: 'no-picture' };
  let bitmap: ImageBitmap;
  try {
    bitmap = await createImageBitmap(file);
  } catch {
    return { kind: 'no-picture' };
  }
  const text = codeOn({ source: bitmap, width: bitmap.width, height: bitmap.height }, document.createElement('canvas'));
  bitmap.close();
  return text === null ? { kind: 'no-code' } : { kind: 'code', text };
}

/** The first picture of what was dropped or pasted. */
export const pictureOf = (data: DataTransfer | null): File | null =>
  [...(data?.files ?? [])].find((file) => file.type.startsWith('image/')) ?? null;

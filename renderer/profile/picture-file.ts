import { pictureMaxBytes } from '../../preload/contract/index.ts';
import { squareOf, type Crop } from './crop-geometry.ts';

/** px a side of what is sent: sharp at 152 px on a screen of two device pixels each. */
export const pictureSide = 320;
/** A photograph of a phone's. */
const maxFileBytes = 50_000_000;
/** From plenty down to ugly; the first that fits is taken. 320 × 320 of noise fit at the second. */
const qualities = [0.9, 0.8, 0.65, 0.5, 0.3] as const;

/** The picture of a file; null if it can't be read. */
export async function openPicture(file: Blob): Promise<ImageBitmap | null> {
  if (file.size > maxFileBytes) return null;
  try {
    return await createImageBitmap(file);
  } catch {
    // A format this browser doesn't have, or no picture at all.
    return null;
  }
}

const encoded = (canvas: HTMLCanvasElement, quality: number): Promise<Blob | null> =>
  new Promise((resolve) => canvas.toBlob(resolve, 'image/jpeg', quality));

async function base64Of(blob: Blob): Promise<string> {
  const bytes = new Uint8Array(await blob.arrayBuffer());
  let text = '';
  // In pieces: a call has at most some 10⁵ arguments.
  for (let at = 0; at < bytes.byteLength; at += 8_192) text += String.fromCodePoint(...bytes.subarray(at, at + 8_192));
  return btoa(text);
}

/** The part that was chosen, drawn anew: nothing of the file itself (place, camera) goes along. Null if it can't be made. */
export async function cutPicture(bitmap: ImageBitmap, crop: Crop): Promise<string | null> {
  const canvas = document.createElement('canvas');
  canvas.width = pictureSide;
  canvas.height = pictureSide;
  const draw = canvas.getContext('2d');
  if (draw === null) return null;
  // JPEG has no holes.
  draw.fillStyle = '#fff';
  draw.fillRect(0, 0, pictureSide, pictureSide);
  draw.imageSmoothingQuality = 'high';
  const { left, top, side } = squareOf(crop, bitmap);
  draw.drawImage(bitmap, left, top, side, side, 0, 0, pictureSide, pictureSide);
  for (const quality of qualities) {
    const blob = await encoded(canvas, quality);
    if (blob !== null && blob.size <= pictureMaxBytes) return base64Of(blob);
  }
  return null;
}

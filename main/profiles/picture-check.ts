import { imageDimensionsFromData } from 'image-dimensions';
import { pictureMaxBytes, pictureMaxSide, type PictureType } from '../../preload/contract/index.ts';

/** What the library calls them → what a page is told they are. */
const types: Readonly<Record<string, PictureType>> = { jpeg: 'image/jpeg', png: 'image/png', webp: 'image/webp' };

/** Chunks of what moves: an animation of hundreds of frames costs a page hundreds of decodings, whatever its size. */
const movingChunks = ['acTL', 'ANIM', 'ANMF'].map((name) => Buffer.from(name, 'latin1'));

export interface CheckedPicture {
  readonly type: PictureType;
  readonly bytes: Uint8Array;
}

/**
 * Judges a picture by its header before anybody decodes it, ours and everybody else's. Null unless it is a JPEG, PNG or WebP that
 * stands still, of at most `pictureMaxBytes`, with 1 to `pictureMaxSide` pixels a side: so what it unpacks to is bounded, too.
 */
export function checkPicture(bytes: Uint8Array): CheckedPicture | null {
  if (bytes.byteLength === 0 || bytes.byteLength > pictureMaxBytes) return null;
  const header = headerOf(bytes);
  const type = header === undefined ? undefined : types[header.type];
  if (header === undefined || type === undefined) return null;
  const isSide = (pixels: number): boolean => pixels >= 1 && pixels <= pictureMaxSide;
  if (!isSide(header.width) || !isSide(header.height)) return null;
  // In a JPEG these letters mean nothing.
  if (type !== 'image/jpeg' && movingChunks.some((chunk) => Buffer.from(bytes).includes(chunk))) return null;
  return { type, bytes };
}

function headerOf(bytes: Uint8Array): ReturnType<typeof imageDimensionsFromData> {
  try {
    return imageDimensionsFromData(bytes);
  } catch {
    // Read past the end of a header that was cut: no picture, like everything else that is none.
    return undefined;
  }
}

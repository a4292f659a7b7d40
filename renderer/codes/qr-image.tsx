import { encodeQR } from 'qr';
import { useMemo, type ReactNode } from 'react';

/** Modules of white around a code (ISO/IEC 18004 §5.3.8): without them readers don't find it. */
const quietZone = 4;

/** A code as one path, a unit for each module. */
export function qrPath(text: string): { readonly path: string; readonly size: number } {
  const rows = encodeQR(text, 'raw', { ecc: 'medium', border: quietZone });
  let path = '';
  for (const [y, row] of rows.entries()) for (const [x, isDark] of row.entries()) if (isDark) path += `M${x} ${y}h1v1h-1z`;
  return { path, size: rows.length };
}

/** Dark on white in both themes: readers expect it so. */
const ink = '#0b2a33';

export function QrImage({ text, label, className }: { text: string; label: string; className?: string }): ReactNode {
  const source = useMemo(() => {
    const { path, size } = qrPath(text);
    const drawing = `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${size} ${size}" shape-rendering="crispEdges"><rect width="${size}" height="${size}" fill="#fff"/><path d="${path}" fill="${ink}"/></svg>`;
    return `data:image/svg+xml,${encodeURIComponent(drawing)}`;
  }, [text]);
  return <img src={source} alt={label} draggable={false} className={className} />;
}

/** px a module in a saved image: sharp where it is shown small, small as a file. */
const pixelsEach = 12;

/** The same as a PNG. */
export function qrPng(text: string): Promise<Blob | null> {
  const { path, size } = qrPath(text);
  const canvas = document.createElement('canvas');
  canvas.width = size * pixelsEach;
  canvas.height = size * pixelsEach;
  const draw = canvas.getContext('2d');
  if (draw === null) return Promise.resolve(null);
  draw.fillStyle = '#fff';
  draw.fillRect(0, 0, canvas.width, canvas.height);
  draw.scale(pixelsEach, pixelsEach);
  draw.fillStyle = ink;
  // oxlint-disable-next-line unicorn/no-array-fill-with-reference-type -- a canvas, not an array
  draw.fill(new Path2D(path));
  return new Promise((resolve) => canvas.toBlob(resolve, 'image/png'));
}

/** px; task bars and tabs show it at half of that or less. */
const side = 32;
/** What fits into a disc of this size. */
const countMost = 99;
/** The accent of the light theme: a task bar has no theme that a page could know. */
const fill = '#0b5a6b';
const ink = '#fff';

/** A disc with a number, alone or on the lower end corner of a picture, as a PNG data URL. @throws if the picture can't be had */
export async function drawBadge(count: number, under: string | null): Promise<string> {
  const canvas = document.createElement('canvas');
  canvas.width = side;
  canvas.height = side;
  const context = canvas.getContext('2d');
  if (context === null) throw new Error('no canvas');
  let radius = side / 2;
  if (under !== null) {
    const picture = new Image();
    picture.src = under;
    await picture.decode();
    context.drawImage(picture, 0, 0, side, side);
    radius = 10;
  }
  const centre = side - radius;
  // A ring around it, because the picture under it may have its colour.
  for (const [colour, reach] of [
    [ink, radius],
    [fill, radius - 2],
  ] as const) {
    context.fillStyle = colour;
    context.beginPath();
    context.arc(centre, centre, reach, 0, 2 * Math.PI);
    context.fill();
  }
  context.fillStyle = ink;
  context.textAlign = 'center';
  context.textBaseline = 'middle';
  const text = String(Math.min(count, countMost));
  context.font = `700 ${Math.round(radius * (text.length > 1 ? 1.1 : 1.5))}px sans-serif`;
  context.fillText(text, centre, centre + 1);
  return canvas.toDataURL('image/png');
}

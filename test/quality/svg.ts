/** What the laboratory's pictures share: readable on light and dark pages alike, with whatever font is there. */

export const escapeXml = (text: string): string =>
  text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;').replaceAll('"', '&quot;');

/** A tenth of a pixel is as fine as anybody sees, and keeps files short. */
export const px = (value: number): string => String(Math.round(value * 10) / 10);

const style = `
  svg { --page: #fbfaf7; --ink: #1d2a30; --quiet: #5f6d73; --line: #d9dcd8; --ours: #0f7080; --theirs: #b5541c; --extra: #7a62a8; --bad: #c02f3a; --sound: #a87400 }
  @media (prefers-color-scheme: dark) {
    svg { --page: #10191d; --ink: #e6ecec; --quiet: #98a8ad; --line: #2b3a40; --ours: #4fc0cf; --theirs: #f0915a; --extra: #b9a2ea; --bad: #ff7b83; --sound: #e6b64c }
  }
  text { font: 12px system-ui, sans-serif; fill: var(--ink) }
  .title { font-size: 15px; font-weight: 600 }
  .quiet { fill: var(--quiet) }
  .end { text-anchor: end }
  .middle { text-anchor: middle }
  .page { fill: var(--page) }
  .line { stroke: var(--line); fill: none }
`;

/** @param label what the picture says, for those who can't see it */
export function svgPage(width: number, height: number, label: string, body: readonly string[]): string {
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${px(width)} ${px(height)}" width="${px(width)}" height="${px(height)}" role="img">`,
    `<title>${escapeXml(label)}</title>`,
    `<style>${style}</style>`,
    `<rect class="page" width="100%" height="100%"/>`,
    ...body,
    '</svg>\n',
  ].join('\n');
}

export const text = (x: number, y: number, words: string, classes = ''): string =>
  `<text x="${px(x)}" y="${px(y)}"${classes === '' ? '' : ` class="${classes}"`}>${escapeXml(words)}</text>`;

export const line = (x1: number, y1: number, x2: number, y2: number): string =>
  `<path class="line" d="M${px(x1)} ${px(y1)}L${px(x2)} ${px(y2)}"/>`;

/** From one value to a place, in proportion. */
export const scale =
  (fromValue: number, toValue: number, fromPx: number, toPx: number): ((value: number) => number) =>
  (value) =>
    fromPx + ((value - fromValue) / (toValue - fromValue)) * (toPx - fromPx);

/** Round numbers from `from` on up to `to`, at most `most` of them. */
export function ticks(from: number, to: number, most: number): number[] {
  const rough = (to - from) / most;
  const magnitude = 10 ** Math.floor(Math.log10(rough));
  const step = [1, 2, 5, 10].map((factor) => factor * magnitude).find((candidate) => candidate >= rough) ?? rough;
  const first = Math.ceil(from / step - 1e-9);
  const last = Math.floor(to / step + 1e-9);
  return Array.from({ length: last - first + 1 }, (_, i) => Number(((first + i) * step).toPrecision(10)));
}

import type { MeasuredVoice } from './meter/index.ts';
import { leastLikeness } from './meter/index.ts';
import { line, px, scale, svgPage, text, ticks } from './svg.ts';

/** What one direction of one call was like over time. */
export interface CallPicture {
  readonly title: string;
  readonly measured: MeasuredVoice;
  /** What the cable did to each packet; times on the reference's clock, null: lost. Absent if nobody saw. */
  readonly wire?: readonly { readonly atMs: number; readonly delayMs: number | null }[];
}

const width = 960;
const left = 118;
const right = width - 20;
const top = 62;
const bottom = 300;
/** Rows of marks under the curve. */
const rowHeight = 24;
const markHeight = 12;
const height = bottom + 40 + 3 * rowHeight + 16;
/** Neighbouring points further apart than this are not joined: in between nobody spoke, or nothing arrived. */
const joinMs = 400;
/** Dots of the wire are one for each of so many columns: the least and the greatest delay in it. */
const wireColumns = 400;

/** Delay over time as a curve, with marks for what was lost on the wire, made up or missing, and silent. An SVG. */
export function drawCall({ title, measured, wire = [] }: CallPicture): string {
  const { delayOverTime, delayMs, measuredMs, estoi, gapList, concealedList } = measured;
  const sure = delayOverTime.filter(({ likeness }) => likeness >= leastLikeness);
  const most = Math.max(100, delayMs.max, ...wire.map((packet) => packet.delayMs ?? 0)) * 1.08;
  const x = scale(0, measuredMs, left, right);
  const y = scale(0, most, bottom, top);
  const summary = [
    `mouth to ear ${Math.round(delayMs.p50)} ms (p95 ${Math.round(delayMs.p95)})`,
    `ESTOI ${estoi?.toFixed(3) ?? '–'}`,
    `${measured.gaps} gaps, ${Math.round(measured.gapMs)} ms`,
    `${Math.round(measured.concealedMs)} ms of ${Math.round(measured.activeMs)} ms speech made up or missing`,
  ].join(' · ');
  const lost = wire.filter((packet) => packet.delayMs === null);
  const rows = [
    { name: 'lost packets', colour: '--quiet', marks: lost.map(({ atMs }) => ({ atMs, lengthMs: 0 })), known: wire.length > 0 },
    { name: 'not as spoken', colour: '--sound', marks: concealedList, known: true },
    { name: 'silent', colour: '--bad', marks: gapList, known: true },
  ];
  return svgPage(width, height, `${title}: ${summary}`, [
    text(left, 26, title, 'title'),
    text(left, 46, summary, 'quiet'),
    ...ticks(0, most, 6).flatMap((value) => [
      line(left, y(value), right, y(value)),
      text(left - 8, y(value) + 4, `${value} ms`, 'quiet end'),
    ]),
    ...ticks(0, measuredMs / 1000, 12).flatMap((seconds) => [
      line(x(seconds * 1000), bottom, x(seconds * 1000), bottom + 5),
      text(x(seconds * 1000), bottom + 19, `${seconds} s`, 'quiet middle'),
    ]),
    `<path fill="none" stroke="var(--quiet)" stroke-width="1.5" stroke-opacity="0.6" d="${wirePath(wire, x, y)}"/>`,
    `<path fill="none" stroke="var(--ours)" stroke-width="2" stroke-linejoin="round" d="${delayPath(sure, x, y)}"/>`,
    ...rows.flatMap(({ name, colour, marks, known }, row) => {
      const at = bottom + 34 + row * rowHeight;
      return [
        text(left - 8, at + markHeight - 2, name, 'quiet end'),
        line(left, at + markHeight, right, at + markHeight),
        ...(known ? [] : [text(left + 4, at + markHeight - 2, 'not seen', 'quiet')]),
        `<path fill="var(${colour})" d="${marks
          .filter(({ atMs }) => atMs >= 0 && atMs <= measuredMs)
          .map(({ atMs, lengthMs }) => {
            const wide = Math.max(1, x(atMs + lengthMs) - x(atMs));
            return `M${px(x(atMs))} ${px(at)}h${px(wide)}v${markHeight}h${px(-wide)}z`;
          })
          .join('')}"/>`,
      ];
    }),
    text(
      left,
      height - 8,
      wire.length > 0 ? 'thick: mouth to ear · thin: what the cable imposed, least to greatest' : 'mouth to ear',
      'quiet',
    ),
  ]);
}

type Scale = (value: number) => number;

function delayPath(points: MeasuredVoice['delayOverTime'], x: Scale, y: Scale): string {
  return points
    .map(({ atMs, delayMs }, i) => {
      const before = points[i - 1];
      const joined = before !== undefined && atMs - before.atMs <= joinMs;
      // A point alone is drawn as a short dash.
      return `${joined ? 'L' : `M${px(x(atMs) - 1)} ${px(y(delayMs))}L`}${px(x(atMs))} ${px(y(delayMs))}`;
    })
    .join('');
}

function wirePath(wire: NonNullable<CallPicture['wire']>, x: Scale, y: Scale): string {
  const columns = new Map<number, { least: number; most: number }>();
  for (const { atMs, delayMs } of wire) {
    const column = Math.round(((x(atMs) - left) / (right - left)) * wireColumns);
    if (delayMs === null || column < 0 || column > wireColumns) continue;
    const known = columns.get(column) ?? { least: delayMs, most: delayMs };
    columns.set(column, { least: Math.min(known.least, delayMs), most: Math.max(known.most, delayMs) });
  }
  return [...columns]
    .map(([column, { least, most }]) => {
      const at = px(left + (column / wireColumns) * (right - left));
      return `M${at} ${px(y(least) + 0.5)}L${at} ${px(y(most) - 0.5)}`;
    })
    .join('');
}

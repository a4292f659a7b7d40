import { line, px, scale, svgPage, text, ticks } from '../svg.ts';
import { baselinePeer, ourPeer } from './goals.ts';
import type { Medians } from './medians.ts';

const rowHeight = 34;
const top = 84;
const names = 150;
const panel = 360;
const gutter = 50;
const width = names + 2 * panel + gutter + 30;
const radius = 5;
/** Delays beyond this are drawn at the edge, as a call that was not heard is at the left edge of its scores. */
const mostDelayMs = 1000;

/** How each peer is told apart: colour, shape and place within its row, so that colour is not needed. */
const looks: Readonly<Record<string, { colour: string; shape: 'circle' | 'square' | 'diamond' }>> = {
  [ourPeer]: { colour: '--ours', shape: 'circle' },
  [baselinePeer]: { colour: '--theirs', shape: 'square' },
};
const otherLook = { colour: '--extra', shape: 'diamond' } as const;

/** Two panels side by side, a row for each network: ESTOI, and mouth-to-ear from its median (mark) to p95 (line). An SVG. */
export function drawChart(rows: readonly Medians[], title: string): string {
  const networks = [...new Set(rows.map(({ network }) => network))];
  const peers = [...new Set(rows.map(({ peer }) => peer))];
  const bottom = top + networks.length * rowHeight;
  const scores = rows.flatMap(({ estoi }) => (estoi === null || estoi <= 0 ? [] : [estoi]));
  const least = Math.max(0, Math.floor((Math.min(0.9, ...scores) - 0.02) * 10) / 10);
  const delays = rows.flatMap(({ delayP95Ms, delayP50Ms }) => [delayP50Ms ?? 0, delayP95Ms ?? 0]);
  const most = Math.min(mostDelayMs, Math.max(100, ...delays) * 1.05);
  const x = scale(least, 1, names, names + panel);
  const delayLeft = names + panel + gutter;
  const xDelay = scale(0, most, delayLeft, delayLeft + panel);
  const grid = (values: readonly number[], place: (value: number) => number, print: (value: number) => string): string[] =>
    values.flatMap((value) => [
      line(place(value), top - 6, place(value), bottom),
      text(place(value), bottom + 18, print(value), 'quiet middle'),
    ]);
  return svgPage(width, bottom + 36, title, [
    text(16, 26, title, 'title'),
    ...peers.flatMap((peer, i) => [marker(peer, 24 + i * 160, 46), text(36 + i * 160, 50, peer)]),
    text(names, top - 14, 'ESTOI: what can be understood', 'quiet'),
    text(delayLeft, top - 14, 'mouth to ear, ms: median to p95', 'quiet'),
    ...grid(ticks(least, 1, 6), x, String),
    ...grid(ticks(0, most, 6), xDelay, String),
    ...networks.flatMap((network, i) => {
      const middle = top + (i + 0.5) * rowHeight;
      const ofRow = rows.filter((row) => row.network === network);
      return [
        text(names - 12, middle + 4, network, 'end'),
        ...ofRow.flatMap(({ peer, estoi, delayP50Ms, delayP95Ms }, place) => {
          const y = middle + (place - (ofRow.length - 1) / 2) * 10;
          const { colour } = looks[peer] ?? otherLook;
          return [
            ...(estoi === null ? [] : [marker(peer, x(Math.max(least, estoi)), y)]),
            ...(delayP50Ms === null || delayP95Ms === null
              ? [text(delayLeft, y + 4, 'not heard', 'quiet')]
              : [
                  `<path stroke="var(${colour})" stroke-width="3" d="M${px(xDelay(Math.min(most, delayP50Ms)))} ${px(y)}H${px(xDelay(Math.min(most, delayP95Ms)))}"/>`,
                  marker(peer, xDelay(Math.min(most, delayP50Ms)), y),
                ]),
          ];
        }),
        line(16, middle + rowHeight / 2, width - 16, middle + rowHeight / 2),
      ];
    }),
  ]);
}

function marker(peer: string, x: number, y: number): string {
  const { colour, shape } = looks[peer] ?? otherLook;
  const paint = `fill="var(${colour})"`;
  if (shape === 'circle') return `<circle ${paint} cx="${px(x)}" cy="${px(y)}" r="${radius}"/>`;
  const turn = shape === 'diamond' ? ` transform="rotate(45 ${px(x)} ${px(y)})"` : '';
  const side = 2 * radius - 1;
  return `<rect ${paint} x="${px(x - side / 2)}" y="${px(y - side / 2)}" width="${side}" height="${side}"${turn}/>`;
}

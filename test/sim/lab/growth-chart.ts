import { line, px, scale, svgPage, text, ticks } from '../../quality/svg.ts';
import type { ScenarioRun } from './run-scenario.ts';

interface Panel {
  readonly title: string;
  readonly series: readonly { readonly figure: string; readonly words: string; readonly colour: string }[];
  /** Figures for networks larger than were run: the same code over nodes without sockets. */
  readonly modelled?: readonly { readonly figure: string; readonly nodes: number }[];
}

const panels: readonly Panel[] = [
  {
    title: 'messages a lookup (hollow: modelled)',
    series: [{ figure: 'messagesPerLookup', words: 'mean', colour: 'var(--ours)' }],
    modelled: [
      { figure: 'modelledMessagesAt10000', nodes: 10_000 },
      { figure: 'modelledMessagesAt100000', nodes: 100_000 },
    ],
  },
  {
    title: 'milliseconds a lookup, 5–120 ms one way',
    series: [
      { figure: 'p50Ms', words: 'p50', colour: 'var(--ours)' },
      { figure: 'p95Ms', words: 'p95', colour: 'var(--theirs)' },
    ],
  },
  { title: 'messages/s a node sends, idle', series: [{ figure: 'idleMessagesPerSecond', words: 'mean', colour: 'var(--ours)' }] },
  { title: 'memory a node, MB', series: [{ figure: 'memoryMbPerNode', words: 'mean', colour: 'var(--ours)' }] },
];

const [panelWidth, panelHeight, gap, top] = [330, 210, 40, 56];

interface Point {
  readonly nodes: number;
  readonly value: number;
}

const pointsOf = (runs: readonly ScenarioRun[], figure: string): Point[] =>
  runs.flatMap(({ nodes, figures }) => {
    const value = figures[figure];
    return typeof value === 'number' ? [{ nodes, value }] : [];
  });

/** Least squares of value = a + b · log2 N. */
export function logFit(points: readonly Point[]): (nodes: number) => number {
  const xs = points.map(({ nodes }) => Math.log2(nodes));
  const meanX = xs.reduce((sum, x) => sum + x, 0) / xs.length;
  const meanY = points.reduce((sum, { value }) => sum + value, 0) / points.length;
  const spread = xs.reduce((sum, x) => sum + (x - meanX) ** 2, 0);
  const slope =
    points.reduce((sum, { value }, index) => sum + ((xs[index] ?? meanX) - meanX) * (value - meanY), 0) / (spread || 1);
  return (nodes) => meanY + slope * (Math.log2(nodes) - meanX);
}

function drawPanel({ title, series, modelled = [] }: Panel, runs: readonly ScenarioRun[], left: number, above: number): string[] {
  const all = series.flatMap(({ figure }) => pointsOf(runs, figure));
  const beyond = modelled.flatMap(({ figure, nodes }) => pointsOf(runs.slice(-1), figure).map(({ value }) => ({ nodes, value })));
  const most = Math.max(...[...all, ...beyond].map(({ value }) => value), 0.1) * 1.15;
  const sizes = [...runs, ...beyond].map(({ nodes }) => nodes);
  const x = scale(Math.log2(Math.min(...sizes)), Math.log2(Math.max(...sizes)), left + 44, left + panelWidth - 12);
  const y = scale(0, most, above + panelHeight - 26, above + 26);
  const axes = [
    text(left + 44, above + 12, title),
    ...ticks(0, most, 4).flatMap((value) => [
      line(left + 44, y(value), left + panelWidth - 12, y(value)),
      text(left + 38, y(value) + 4, String(value), 'quiet end'),
    ]),
    ...sizes.map((nodes) => text(x(Math.log2(nodes)), above + panelHeight - 8, nodes.toLocaleString('en'), 'quiet middle')),
  ];
  const drawn = series.flatMap(({ figure, words, colour }) => {
    const points = pointsOf(runs, figure);
    const fit = logFit(points);
    const [first, last] = [points.at(0), beyond.at(-1) ?? points.at(-1)];
    if (first === undefined || last === undefined) return [];
    const [fromX, toX] = [x(Math.log2(first.nodes)), x(Math.log2(last.nodes))];
    return [
      `<path d="M${px(fromX)} ${px(y(fit(first.nodes)))}L${px(toX)} ${px(y(fit(last.nodes)))}" stroke="${colour}" stroke-dasharray="4 4" fill="none"/>`,
      ...points.map(
        ({ nodes, value }) => `<circle cx="${px(x(Math.log2(nodes)))}" cy="${px(y(value))}" r="3.5" fill="${colour}"/>`,
      ),
      ...beyond.map(
        ({ nodes, value }) =>
          `<circle cx="${px(x(Math.log2(nodes)))}" cy="${px(y(value))}" r="3.5" fill="none" stroke="${colour}" stroke-width="1.5"/>`,
      ),
      series.length > 1 ? text(toX, y(last.value) - 8, words, 'quiet end') : '',
    ];
  });
  return [...axes, ...drawn];
}

/** The costs of `growth` at several sizes, each beside the line a + b · log2 N that fits it best. */
export function drawGrowth(runs: readonly ScenarioRun[]): string {
  const sorted = runs.filter(({ name }) => name === 'growth').toSorted((left, right) => left.nodes - right.nodes);
  const sizes = sorted.map(({ nodes }) => nodes).join(', ');
  const body = panels.flatMap((panel, index) =>
    drawPanel(panel, sorted, 16 + (index % 2) * (panelWidth + gap), top + Math.floor(index / 2) * (panelHeight + gap)),
  );
  return svgPage(
    2 * panelWidth + gap + 32,
    top + 2 * panelHeight + gap + 16,
    `What a lookup and a node cost with ${sizes} nodes`,
    [
      text(16, 24, 'What a lookup and a node cost as the network grows', 'title'),
      text(16, 42, 'dots: measured; dashed: a + b · log₂ N; nodes across, on a logarithmic scale', 'quiet'),
      ...body,
    ],
  );
}

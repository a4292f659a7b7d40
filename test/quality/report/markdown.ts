import type { Verdict } from './goals.ts';
import type { Medians } from './medians.ts';

/** What the figures are, where and when they were taken, and what is to be said about them. */
export interface ReportText {
  readonly title: string;
  /** Machine, day, version, how the network was made: one sentence each. */
  readonly circumstances: readonly string[];
  /** Why a network falls short, or what is odd about it; by name. */
  readonly remarks: Readonly<Record<string, string>>;
}

/** Fewer repeats than this are too few to be sure. */
const leastRuns = 5;

const whole = (value: number | null): string => (value === null ? '–' : String(Math.round(value)));
const thousandths = (value: number | null): string => (value === null ? '–' : value.toFixed(3));
const tenths = (value: number | null): string => (value === null ? '–' : value.toFixed(1));
const kilo = (value: number | null): string => (value === null ? '–' : (value / 1000).toFixed(1));

const columns: readonly (readonly [heading: string, cell: (row: Medians) => string])[] = [
  ['network', ({ network }) => network],
  ['peer', ({ peer }) => peer],
  ['runs', ({ runs, invalid }) => (invalid === 0 ? String(runs) : `${runs} (${invalid} directions not heard)`)],
  ['mouth-to-ear p50, ms', (row) => whole(row.delayP50Ms)],
  ['p95, ms', (row) => whole(row.delayP95Ms)],
  ['STOI', (row) => thousandths(row.stoi)],
  ['ESTOI', (row) => thousandths(row.estoi)],
  ['gaps', (row) => whole(row.gaps)],
  ['gaps, ms', (row) => whole(row.gapMs)],
  ['made up or missing, ms', (row) => whole(row.damagedMs)],
  ['concealed (own account), ms', (row) => whole(row.concealedMs)],
  ['stretched (own account), ms', (row) => whole(row.stretchedMs)],
  ['sound back, ms', (row) => whole(row.soundBackMs)],
  ['delay back, ms', (row) => whole(row.delayBackMs)],
  ['drift, ppm', (row) => whole(row.driftPpm)],
  ['kbit/s', (row) => kilo(row.bitrateBps)],
  ['packets/s', (row) => whole(row.packetsPerSecond)],
  ['lost, %', (row) => tenths(row.lostPercent)],
  ['cable, ms', (row) => whole(row.wireDelayMs)],
  ['CPU an end, %', (row) => tenths(row.cpuPercent)],
  ['set-up, ms', (row) => whole(row.setupMs)],
];

const table = (headings: readonly string[], rows: readonly (readonly string[])[]): string[] =>
  [headings, headings.map(() => '---'), ...rows].map((cells) => `| ${cells.join(' | ')} |`);

const mark = (kept: boolean | null): string => (kept === null ? 'not measured' : kept ? 'kept' : '**missed**');

export function reportMarkdown(rows: readonly Medians[], verdicts: readonly Verdict[], text: ReportText): string {
  const kept = verdicts.filter((verdict) => verdict.kept === true).length;
  const unknown = verdicts.filter((verdict) => verdict.kept === null).length;
  // No goal speaks of the headless client: it is there once.
  const few = rows.some(({ runs, peer }) => runs < leastRuns && peer !== 'lilliput-headless');
  const remarks = Object.entries(text.remarks).filter(([network]) => rows.some((row) => row.network === network));
  return [
    `# ${text.title}`,
    '',
    ...text.circumstances,
    ...(few ? [`Some rows have fewer than ${leastRuns} repeats: take them for a first look.`] : []),
    '',
    '## Goals',
    '',
    `${kept} of ${verdicts.length} kept${unknown === 0 ? '' : `, ${unknown} not measured`}.`,
    '',
    ...table(
      ['network', 'goal', 'measured', 'verdict'],
      verdicts.map(({ network, goal, measured, kept: isKept }) => [network, goal, measured, mark(isKept)]),
    ),
    ...(remarks.length === 0 ? [] : ['', ...remarks.map(([network, words]) => `- **${network}**: ${words}`)]),
    '',
    '## Figures',
    '',
    'Medians over both directions of all repeats.',
    '',
    ...table(
      columns.map(([heading]) => heading),
      rows.map((row) => columns.map(([, cell]) => cell(row))),
    ),
    '',
  ].join('\n');
}

import type { Figure } from './figures.ts';
import type { Machine } from './machine.ts';

/** One bench's line in the results. */
export interface Result {
  readonly bench: string;
  readonly what: string;
  /** Load average when it began. */
  readonly load: number;
  readonly seconds: number;
  readonly figures: readonly (Figure & { readonly ratio: number | null })[];
  /** Why there are no figures; null if there are. */
  readonly skipped: string | null;
}

export interface Report {
  readonly machine: Machine;
  readonly version: string;
  /** UTC day. */
  readonly day: string;
  readonly results: readonly Result[];
}

/** Figure over goal: at most 1 keeps the goal. */
export const withRatio = (figure: Figure): Figure & { ratio: number | null } => ({
  ...figure,
  value: rounded(figure.value),
  ratio: figure.goal === null ? null : ratioOf(figure.value, figure.goal),
});

/** Of a goal of none, whatever there is is too much. */
const ratioOf = (value: number, goal: number): number => (goal === 0 ? (value === 0 ? 0 : 1 + value) : rounded(value / goal));

/** Three digits say all that a repeat would say again. */
export const rounded = (value: number): number => Number(value.toPrecision(3));

const row = (cells: readonly string[]): string => `| ${cells.join(' | ')} |`;

function rowsOf({ bench, figures, skipped }: Result): string[] {
  if (skipped !== null) return [row([bench, `skipped: ${skipped}`, '', '', '', ''])];
  return figures.map(({ name, unit, value, goal, ratio, samples }) =>
    row([
      bench,
      name,
      `${value} ${unit}`,
      goal === null ? '' : `≤ ${goal}`,
      ratio === null ? '' : `${ratio}${ratio > 1 ? ' ✗' : ''}`,
      String(samples),
    ]),
  );
}

export function markdown({ machine, version, day, results }: Report): string {
  const loads = results.map(({ load }) => load);
  return [
    '# Bench',
    '',
    `Lilliput ${version}, ${day}. ${machine.cores} cores, Node ${machine.node}, ${machine.os}; load average when each bench began: ` +
      `${Math.min(...loads)}–${Math.max(...loads)} (above ${machine.cores}, others wanted the cores as well). ` +
      'A ratio is figure over goal: up to 1 keeps the goal. Nothing here is asserted.',
    '',
    row(['bench', 'figure', 'value', 'goal', 'ratio', 'samples']),
    row(['---', '---', '---:', '---:', '---:', '---:']),
    ...results.flatMap(rowsOf),
    '',
    '## What is measured',
    '',
    ...results.map(({ bench, what }) => `- **${bench}**: ${what}`),
    '',
  ].join('\n');
}

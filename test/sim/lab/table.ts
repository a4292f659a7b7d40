import type { ScenarioRun } from './run-scenario.ts';

const cell = (words: string | number): string => String(words).replaceAll('|', '\\|');

/** Markdown: one row a run. */
export function drawTable(runs: readonly ScenarioRun[]): string {
  const rows = runs.map(({ name, nodes, goal, words, kept, seconds }) =>
    [name, nodes, goal, words, kept ? 'yes' : '**no**', seconds].map(cell).join(' | '),
  );
  return ['scenario | nodes | goal | seen | kept | s', '-|-|-|-|-|-', ...rows].map((row) => `| ${row} |`).join('\n');
}

import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { z } from 'zod';
import { drawGrowth } from './growth-chart.ts';
import type { ScenarioRun } from './run-scenario.ts';
import { scenarios } from './scenarios/index.ts';
import { drawTable } from './table.ts';

const runSchema = z.object({
  name: z.string(),
  goal: z.string(),
  nodes: z.number(),
  seed: z.string(),
  seconds: z.number(),
  figures: z.record(z.string(), z.union([z.number(), z.string()])),
  kept: z.boolean(),
  words: z.string(),
});

/** What is not in the table any more comes last. */
const orderOf = (name: string): number => {
  const index = scenarios.findIndex((scenario) => scenario.name === name);
  return index < 0 ? scenarios.length : index;
};

/**
 * Keeps runs in a folder: `overlay.json`, the table `overlay.md` and, with two sizes of `growth` or more, `growth.svg`. A run takes the
 * place of an earlier one of its scenario and size, so that a long table can be made in slices.
 */
export function keepRuns(dir: string, runs: readonly ScenarioRun[], circumstances: string): void {
  mkdirSync(dir, { recursive: true });
  const path = join(dir, 'overlay.json');
  const before = existsSync(path) ? z.array(runSchema).parse(JSON.parse(readFileSync(path, 'utf8'))) : [];
  const isReplaced = (old: ScenarioRun): boolean => runs.some(({ name, nodes }) => name === old.name && nodes === old.nodes);
  const all = [...before.filter((old) => !isReplaced(old)), ...runs].toSorted(
    (left, right) => orderOf(left.name) - orderOf(right.name) || left.nodes - right.nodes,
  );
  writeFileSync(path, `${JSON.stringify(all, null, 2)}\n`);
  const chart = all.filter(({ name }) => name === 'growth').length > 1;
  const picture = chart ? '\n![What a lookup and a node cost as the network grows](growth.svg)\n' : '';
  writeFileSync(join(dir, 'overlay.md'), `# The Global Index under fire\n\n${circumstances}\n\n${drawTable(all)}\n${picture}`);
  if (chart) writeFileSync(join(dir, 'growth.svg'), drawGrowth(all));
}

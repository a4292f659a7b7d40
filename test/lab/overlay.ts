/**
 * `npm run -s lab:overlay [-- --nodes N] [--scenario NAME]… [--seed TEXT] [--json]`: the Global Index under fire, on real overlay
 * nodes in this process. A table for people; with `--json` one line a scenario. `--out DIR` keeps both as files.
 */
import { randomBytes } from 'node:crypto';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { runScenario, type ScenarioRun } from '../sim/lab/run-scenario.ts';
import { scenarios } from '../sim/lab/scenarios/index.ts';
import { drawTable } from '../sim/lab/table.ts';

const say = (words: string): void => void process.stderr.write(`${words}\n`);
const print = (words: string): void => void process.stdout.write(`${words}\n`);

const { values } = parseArgs({
  options: {
    nodes: { type: 'string', default: '200' },
    scenario: { type: 'string', multiple: true, default: [] },
    seed: { type: 'string', default: randomBytes(4).toString('hex') },
    short: { type: 'boolean', default: false },
    json: { type: 'boolean', default: false },
    out: { type: 'string' },
  },
});
const nodes = Number(values.nodes);
const unknown = values.scenario.filter((name) => !scenarios.some((scenario) => scenario.name === name));
if (!Number.isInteger(nodes) || nodes < 2 || nodes > 60_000 || unknown.length > 0) {
  say(`usage: lab:overlay -- [--nodes 2…60000] [--scenario NAME]… [--seed TEXT] [--short] [--json] [--out DIR]
NAME: ${scenarios.map(({ name }) => name).join(', ')}`);
  process.exit(2);
}

const runs: ScenarioRun[] = [];
for (const scenario of scenarios) {
  if (values.scenario.length > 0 && !values.scenario.includes(scenario.name)) continue;
  say(`${scenario.name} with ${nodes} nodes, seed ${values.seed}`);
  // oxlint-disable-next-line no-await-in-loop -- one after the other, so that none takes another's time
  const run = await runScenario(scenario, nodes, { seed: values.seed, isShort: values.short, say });
  say(`  ${run.words}`);
  runs.push(run);
  if (values.json) print(JSON.stringify(run));
}
if (!values.json) print(drawTable(runs));
if (values.out !== undefined) {
  mkdirSync(values.out, { recursive: true });
  writeFileSync(join(values.out, 'overlay.json'), `${JSON.stringify(runs, null, 2)}\n`);
  writeFileSync(join(values.out, 'overlay.md'), drawTable(runs));
}
process.exit(runs.every(({ kept }) => kept) ? 0 : 1);

/**
 * `npm run -s lab:overlay [-- --nodes N[,N…]] [--scenario NAME]… [--seed TEXT] [--short] [--json] [--out DIR]`: the Global Index
 * under fire, on real overlay nodes in one process a run. A table for people; with `--json` one line a run. `--out DIR` keeps both,
 * and a chart of what it costs as it grows, besides what is there (see test/sim/lab/README.md).
 */
import { randomBytes } from 'node:crypto';
import { spawn } from 'node:child_process';
import { availableParallelism, cpus } from 'node:os';
import { parseArgs } from 'node:util';
import { keepRuns } from '../sim/lab/results.ts';
import { runScenario, type ScenarioRun } from '../sim/lab/run-scenario.ts';
import type { Scenario } from '../sim/lab/scenario.ts';
import { scenarios } from '../sim/lab/scenarios/index.ts';
import { drawTable } from '../sim/lab/table.ts';

const say = (words: string): void => void process.stderr.write(`${words}\n`);
const print = (words: string): void => void process.stdout.write(`${words}\n`);

const usage = `usage: lab:overlay -- [--nodes N[,N…]] [--scenario NAME]… [--seed TEXT] [--short] [--json] [--out DIR]
N: 2…60000 supernodes. NAME: ${scenarios.map(({ name }) => name).join(', ')}`;

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
const sizes = values.nodes.split(',').map(Number);
const chosen = scenarios.filter(({ name }) => values.scenario.length === 0 || values.scenario.includes(name));
const isUnknown = values.scenario.some((name) => !scenarios.some((scenario) => scenario.name === name));
if (isUnknown || !sizes.every((nodes) => Number.isInteger(nodes) && nodes >= 2 && nodes <= 60_000)) {
  say(usage);
  process.exit(2);
}

const plan = chosen.flatMap((scenario) => sizes.map((nodes) => ({ scenario, nodes })));
const [only] = plan;
const runs = plan.length === 1 && only !== undefined ? [await runHere(only.scenario, only.nodes)] : await runEach();
for (const run of runs) if (values.json) print(JSON.stringify(run));
if (!values.json) print(drawTable(runs));
if (values.out !== undefined) keepRuns(values.out, runs, circumstances());
process.exit(runs.every(({ kept }) => kept) ? 0 : 1);

async function runHere(scenario: Scenario, nodes: number): Promise<ScenarioRun> {
  say(`${scenario.name} with ${nodes} nodes, seed ${values.seed}`);
  const run = await runScenario(scenario, nodes, { seed: values.seed, isShort: values.short, say });
  say(`  ${run.words}`);
  return run;
}

/** In processes of their own, one after the other: memory is counted, and a world leaves some behind. */
async function runEach(): Promise<ScenarioRun[]> {
  const done: ScenarioRun[] = [];
  for (const { scenario, nodes } of plan) {
    const args = ['--nodes', String(nodes), '--scenario', scenario.name, '--seed', values.seed, '--json'];
    // oxlint-disable-next-line no-await-in-loop -- one after the other
    const line = await outputOf([import.meta.filename, ...args, ...(values.short ? ['--short'] : [])]);
    // Our own line: what this very program prints with `--json`.
    done.push(JSON.parse(line) as ScenarioRun);
  }
  return done;
}

function outputOf(args: readonly string[]): Promise<string> {
  return new Promise((resolve, reject) => {
    const child = spawn(process.execPath, [...process.execArgv, ...args], { stdio: ['ignore', 'pipe', 'inherit'] });
    let output = '';
    child.stdout.setEncoding('utf8').on('data', (text: string) => (output += text));
    child.on('error', reject);
    // 1: the goal was missed, which the run says itself.
    child.on('close', (code) =>
      code === 0 || code === 1 ? resolve(output) : reject(new Error(`${args.join(' ')}: ended with ${code}`)),
    );
  });
}

function circumstances(): string {
  const model = cpus()[0]?.model.trim() ?? 'unknown processor';
  return `Last run ${new Date().toISOString().slice(0, 10)}; ${availableParallelism()} cores (${model}), Node ${process.version}, all nodes of a run in one process.`;
}

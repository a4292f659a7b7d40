/**
 * `npm run -s lab:mail [-- --scenario NAME]… [--seed TEXT] [--rounds N] [--haste N] [--short] [--json] [--out DIR]`: messages between people who are never there
 * together. A table for people; with `--json` one line a scenario. `--out DIR` keeps both besides what is there (test/sim/mail).
 */
import { randomBytes } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { availableParallelism, cpus } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { systemClock } from '../../main/ports/system-clock.ts';
import type { ScenarioResult } from '../sim/lab/scenario.ts';
import { mailScenarios } from '../sim/mail/scenarios/index.ts';

const say = (words: string): void => void process.stderr.write(`${words}\n`);
const print = (words: string): void => void process.stdout.write(`${words}\n`);

const { values } = parseArgs({
  options: {
    scenario: { type: 'string', multiple: true, default: [] },
    seed: { type: 'string', default: randomBytes(4).toString('hex') },
    rounds: { type: 'string' },
    haste: { type: 'string' },
    short: { type: 'boolean', default: false },
    json: { type: 'boolean', default: false },
    out: { type: 'string' },
  },
});
const chosen = mailScenarios.filter(({ name }) => values.scenario.length === 0 || values.scenario.includes(name));
if (values.scenario.some((name) => !mailScenarios.some((scenario) => scenario.name === name))) {
  say('usage: lab:mail -- [--scenario NAME]… [--seed TEXT] [--rounds N] [--haste N] [--short] [--json] [--out DIR]');
  say(`NAME: ${mailScenarios.map(({ name }) => name).join(', ')}`);
  process.exit(2);
}

interface Run extends ScenarioResult {
  readonly name: string;
  readonly goal: string;
  readonly seed: string;
  readonly seconds: number;
}

const runs: Run[] = [];
for (const { name, goal, run } of chosen) {
  say(`${name}, seed ${values.seed}`);
  const beganMs = systemClock.monotonicMs();
  const numberOf = (typed: string | undefined): number | undefined => (typed === undefined ? undefined : Number(typed));
  const [rounds, haste] = [numberOf(values.rounds), numberOf(values.haste)];
  // oxlint-disable-next-line no-await-in-loop -- each alone, so that none measures another
  const result = await run({ seed: values.seed, isShort: values.short, rounds, haste, say: (words) => say(`  ${words}`) });
  const seconds = Math.round((systemClock.monotonicMs() - beganMs) / 1_000);
  runs.push({ name, goal, seed: values.seed, seconds, ...result });
  say(`  ${result.words}`);
  if (values.json) print(JSON.stringify(runs.at(-1)));
}
if (!values.json) print(tableOf(runs));
if (values.out !== undefined) keep(values.out);
process.exit(runs.every(({ kept }) => kept) ? 0 : 1);

function tableOf(rows: readonly Run[]): string {
  const lines = rows.map(({ name, goal, words, kept, seconds }) =>
    [name, goal, words, kept ? 'yes' : '**no**', seconds].join(' | '),
  );
  return ['scenario | goal | seen | kept | s', '-|-|-|-|-', ...lines].map((line) => `| ${line} |`).join('\n');
}

/** A run takes the place of an earlier one of its scenario. */
function keep(dir: string): void {
  mkdirSync(dir, { recursive: true });
  const path = join(dir, 'mail.json');
  // Our own file: what this very program wrote.
  const before = existsSync(path) ? (JSON.parse(readFileSync(path, 'utf8')) as Run[]) : [];
  const all = mailScenarios.flatMap(({ name }) => [...runs, ...before].find((run) => run.name === name) ?? []);
  writeFileSync(path, `${JSON.stringify(all, null, 2)}\n`);
  const model = cpus()[0]?.model.trim() ?? 'unknown processor';
  const where = `Last run ${new Date().toISOString().slice(0, 10)}; ${availableParallelism()} cores (${model}), Node ${process.version}.`;
  writeFileSync(join(dir, 'mail.md'), `# Messages between people who are never there together\n\n${where}\n\n${tableOf(all)}\n`);
}

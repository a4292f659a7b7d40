/**
 * `npm run -s lab:nat [-- --pair A,B]… [--json] [--rtt-ms 40] [--repeat N] [--logs DIR]`: whole apps without windows behind
 * routers of every kind call each other, through an overlay of supernodes. Each pair is ordered: A calls B. One JSON line a call
 * with `--json`, and a matrix for people on stderr; without it the matrix on stdout. `--out DIR` keeps both as files.
 *
 * `--failover NAME…`: one call each, in which something is killed, moved or put to sleep; one JSON line each.
 */
import { execFileSync } from 'node:child_process';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describeMachine } from '../bench/machine.ts';
import { parseNatArguments, usage, type NatArguments } from './arguments.ts';
import { runExperiment } from './failover/experiment.ts';
import { experiments } from './failover/experiments.ts';
import { canBuildInternet } from './internet.ts';
import { inLaboratory } from './laboratory.ts';
import { drawMatrix } from './matrix.ts';
import { measurePairs } from './measure-pairs.ts';
import type { PairResult } from './pair-call.ts';
import { natReport } from './report.ts';

const say = (words: string): void => void process.stderr.write(`${words}\n`);
const print = (words: string): void => void process.stdout.write(`${words}\n`);

const given = parseNatArguments(process.argv.slice(2));
if (typeof given === 'string') {
  say(`${given}\n${usage}`);
  process.exit(2);
}
if (!(await canBuildInternet())) {
  say('The NAT laboratory needs Linux, root, iproute2, util-linux and nftables, and network namespaces of its own.');
  process.exit(1);
}
process.exitCode = (await (given.failover.length === 0 ? measureMatrix(given) : measureFailover(given))) ? 0 : 1;

/** @returns whether all were connected */
async function measureMatrix({ pairs, json, rttMs, repeat, logs, out }: NatArguments): Promise<boolean> {
  const results: PairResult[] = [];
  await inLaboratory(
    { callers: pairs.map(({ caller }) => caller), callees: pairs.map(({ callee }) => callee), rttMs, logs },
    (laboratory) =>
      measurePairs(laboratory, pairs, repeat, say, (result) => {
        results.push(result);
        if (json) print(JSON.stringify(result));
      }),
  );
  (json ? say : print)(drawMatrix(results));
  if (out !== null)
    keep(out, results, `One call each${repeat === 1 ? '' : `, ${repeat} times`}, ${rttMs} ms from home to home and back.`);
  return results.every(({ connected }) => connected);
}

function keep(dir: string, results: readonly PairResult[], how: string): void {
  const { cores, node, os } = describeMachine();
  const code = execFileSync('git', ['describe', '--always', '--dirty=+'], { cwd: import.meta.dirname, encoding: 'utf8' }).trim();
  const circumstances = [`${new Date().toISOString().slice(0, 10)}.`, `${cores} cores, Node ${node}, ${os}.`, how];
  mkdirSync(dir, { recursive: true });
  writeFileSync(join(dir, 'matrix.jsonl'), results.map((result) => `${JSON.stringify(result)}\n`).join(''));
  writeFileSync(join(dir, 'matrix.md'), natReport(results, { code, circumstances }));
}

/** In a laboratory of its own each: what was killed stays dead. @returns whether all came to their blow */
async function measureFailover({ failover, rttMs, repeat, logs }: NatArguments): Promise<boolean> {
  let connected = true;
  for (const name of failover.flatMap((one) => Array.from({ length: repeat }, () => one))) {
    const experiment = experiments[name];
    const plan = { callers: [experiment.pair.caller], callees: [experiment.pair.callee], rttMs, logs };
    // oxlint-disable-next-line no-await-in-loop -- one after the other, so that none takes another's time
    await inLaboratory(plan, async (laboratory) => {
      const result = await runExperiment(laboratory, name, experiment);
      connected &&= result.connected;
      print(JSON.stringify(result));
    });
  }
  return connected;
}

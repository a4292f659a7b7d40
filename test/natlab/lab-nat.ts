/**
 * `npm run -s lab:nat [-- --pair A,B]… [--json] [--rtt-ms 40] [--repeat N] [--logs DIR]`: whole apps without windows behind
 * routers of every kind call each other, through an overlay of supernodes. Each pair is ordered: A calls B. One JSON line a call
 * with `--json`, and a matrix for people on stderr; without it the matrix on stdout. `--out DIR` keeps both as files.
 *
 * `--failover NAME…`: one call each, in which something is killed, moved or put to sleep; one JSON line each; `--out` as above.
 */
import { execFileSync } from 'node:child_process';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describeMachine } from '../bench/machine.ts';
import { parseNatArguments, usage, type NatArguments } from './arguments.ts';
import { runExperiment, type FailoverResult } from './failover/experiment.ts';
import { experiments } from './failover/experiments.ts';
import { failoverReport } from './failover/failover-report.ts';
import { canBuildInternet } from './internet.ts';
import { inLaboratory } from './laboratory.ts';
import { drawMatrix } from './matrix.ts';
import { measurePairs } from './measure-pairs.ts';
import type { PairResult } from './pair-call.ts';
import { natReport, type ReportSubject } from './report.ts';

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
  if (out !== null) keep(out, 'matrix', results, natReport(results, subjectOf('call', repeat, rttMs)));
  return results.every(({ connected }) => connected);
}

function subjectOf(what: string, repeat: number, rttMs: number): ReportSubject {
  const { cores, node, os } = describeMachine();
  const code = execFileSync('git', ['describe', '--always', '--dirty=+'], { cwd: import.meta.dirname, encoding: 'utf8' }).trim();
  const how = `One ${what} each${repeat === 1 ? '' : `, ${repeat} times`}, ${rttMs} ms from home to home and back.`;
  return { code, circumstances: [`${new Date().toISOString().slice(0, 10)}.`, `${cores} cores, Node ${node}, ${os}.`, how] };
}

function keep(dir: string, name: string, results: readonly object[], report: string): void {
  mkdirSync(dir, { recursive: true });
  writeFileSync(join(dir, `${name}.jsonl`), results.map((result) => `${JSON.stringify(result)}\n`).join(''));
  writeFileSync(join(dir, `${name}.md`), report);
}

/** In a laboratory of its own each: what was killed stays dead. @returns whether all came to their blow */
async function measureFailover({ failover, rttMs, repeat, logs, out }: NatArguments): Promise<boolean> {
  const results: FailoverResult[] = [];
  for (const name of failover.flatMap((one) => Array.from({ length: repeat }, () => one))) {
    const experiment = experiments[name];
    const plan = { callers: [experiment.pair.caller], callees: [experiment.pair.callee], rttMs, logs };
    // oxlint-disable-next-line no-await-in-loop -- one after the other, so that none takes another's time
    await inLaboratory(plan, async (laboratory) => {
      const result = await runExperiment(laboratory, name, experiment);
      results.push(result);
      print(JSON.stringify(result));
    });
  }
  if (out !== null) keep(out, 'failover', results, failoverReport(results, subjectOf('blow', repeat, rttMs)));
  return results.every(({ connected }) => connected);
}

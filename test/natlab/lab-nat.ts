/**
 * `npm run -s lab:nat [-- --pair A,B]… [--json] [--rtt-ms 40] [--repeat N] [--logs DIR]`: whole apps without windows behind routers of every
 * kind call each other, through an overlay of supernodes. Each pair is ordered: A calls B. One JSON line a call with `--json`,
 * and a matrix for people on stderr; without it the matrix on stdout.
 */
import { parseNatArguments, usage } from './arguments.ts';
import { canBuildInternet } from './internet.ts';
import { inLaboratory } from './laboratory.ts';
import { drawMatrix } from './matrix.ts';
import { measurePairs } from './measure-pairs.ts';
import type { PairResult } from './pair-call.ts';

const say = (words: string): void => void process.stderr.write(`${words}\n`);
const given = parseNatArguments(process.argv.slice(2));
if (typeof given === 'string') {
  say(`${given}\n${usage}`);
  process.exit(2);
}
if (!(await canBuildInternet())) {
  say('The NAT laboratory needs Linux, root, iproute2, util-linux and nftables, and network namespaces of its own.');
  process.exit(1);
}
const { pairs, json, rttMs, repeat, logs } = given;
const results: PairResult[] = [];
await inLaboratory(
  { callers: pairs.map(({ caller }) => caller), callees: pairs.map(({ callee }) => callee), rttMs, logs },
  (laboratory) =>
    measurePairs(laboratory, pairs, repeat, say, (result) => {
      results.push(result);
      if (json) process.stdout.write(`${JSON.stringify(result)}\n`);
    }),
);
(json ? say : (words: string) => void process.stdout.write(`${words}\n`))(drawMatrix(results));
process.exitCode = results.every(({ connected }) => connected) ? 0 : 1;

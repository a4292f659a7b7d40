import { resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { z } from 'zod';
import { experimentNames, isExperiment, type ExperimentName } from './failover/experiments.ts';
import { homeKinds, isHomeKind, matrixKinds, type HomeKind } from './home-kinds.ts';

export interface Pair {
  readonly caller: HomeKind;
  readonly callee: HomeKind;
}

export interface NatArguments {
  /** Instead of calls of all pairs. */
  readonly failover: readonly ExperimentName[];
  readonly pairs: readonly Pair[];
  readonly json: boolean;
  readonly rttMs: number;
  readonly repeat: number;
  /** Folder for what all processes say. */
  readonly logs: string | null;
  /** Folder for `matrix` or `failover`, `.jsonl` and `.md`. */
  readonly out: string | null;
}

export const usage = `usage: npm run -s lab:nat [-- [--pair CALLER,CALLEE]… [--json] [--rtt-ms N] [--repeat N] [--logs DIR] [--out DIR]]
       npm run -s lab:nat -- --failover NAME… [--rtt-ms N] [--repeat N] [--logs DIR] [--out DIR]
  kinds of homes: ${homeKinds.join(' ')}; without --pair, all but ds and prx call each other
  failover: ${experimentNames.join(' ')}`;

const numbersSchema = z.object({
  rttMs: z.coerce.number().min(0).max(2000).default(40),
  repeat: z.coerce.number().int().min(1).max(100).default(1),
});

const everyPair: readonly Pair[] = matrixKinds.flatMap((caller) => matrixKinds.map((callee) => ({ caller, callee })));

/** What was asked for, or what is wrong with it. */
export function parseNatArguments(argv: readonly string[]): NatArguments | string {
  try {
    const { values } = parseArgs({
      args: [...argv],
      options: {
        pair: { type: 'string', multiple: true, default: [] },
        json: { type: 'boolean', default: false },
        'rtt-ms': { type: 'string' },
        repeat: { type: 'string' },
        failover: { type: 'string', multiple: true, default: [] },
        logs: { type: 'string' },
        out: { type: 'string' },
      },
    });
    const pairs = values.pair.map(pairFrom);
    return {
      ...numbersSchema.parse({ rttMs: values['rtt-ms'], repeat: values.repeat }),
      pairs: pairs.length === 0 ? everyPair : pairs,
      failover: values.failover.map(experimentFrom),
      json: values.json,
      logs: values.logs === undefined ? null : resolve(values.logs),
      out: values.out === undefined ? null : resolve(values.out),
    };
  } catch (error) {
    if (error instanceof z.ZodError) return z.prettifyError(error);
    return error instanceof Error ? error.message : String(error);
  }
}

function pairFrom(words: string): Pair {
  const [caller = '', callee = '', ...rest] = words.split(',');
  if (!isHomeKind(caller) || !isHomeKind(callee) || rest.length > 0) throw new Error(`${words} is no pair of kinds of homes`);
  return { caller, callee };
}

function experimentFrom(word: string): ExperimentName {
  if (!isExperiment(word)) throw new Error(`${word} is no experiment`);
  return word;
}

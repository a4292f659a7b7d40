import { percentile } from '../lab/alignment.ts';
import { drawMatrix, isAsPromised } from './matrix.ts';
import type { PairResult } from './pair-call.ts';

export interface ReportSubject {
  /** Of the code that was measured. */
  readonly code: string;
  /** Day, machine and settings, a sentence each. */
  readonly circumstances: readonly string[];
}

/** From the click, with 40 ms between the homes. */
const ringGoalMs = 1_500;

/** What a run showed, as Markdown: the matrix, the goals, and every call that was not what theory promises. */
export function natReport(results: readonly PairResult[], { code, circumstances }: ReportSubject): string {
  const connected = results.filter((one) => one.connected);
  const kept = (part: number, whole: number): readonly [string, boolean] => [`${part} of ${whole}`, part === whole];
  const direct = (expected: PairResult['expected']): readonly [string, boolean] => {
    const those = results.filter((one) => one.expected === expected);
    return kept(those.filter(({ path }) => path === 'direct').length, those.length);
  };
  const rings = connected.flatMap(({ ringMs }) => ringMs ?? []);
  const [p50, p95] = [percentile(rings, 0.5), percentile(rings, 0.95)];
  const goals: readonly (readonly [string, readonly [string, boolean]])[] = [
    ['every call connects', kept(connected.length, results.length)],
    ['direct where connectivity checks of both sides meet', direct('direct')],
    ['direct within 15 s of the click between port-restricted and symmetric', direct('punched')],
    ['rings within 1.5 s of the click, p95', [`${p95 ?? '–'} ms (p50 ${p50 ?? '–'} ms)`, p95 !== null && p95 <= ringGoalMs]],
  ];
  const odd = results.filter((one) => !isAsPromised(one));
  return [
    '# Calls behind every kind of router',
    '',
    `Code ${code}. ${circumstances.join(' ')}`,
    'What the kinds and the figures are: [README](../README.md). The calls one by one: [matrix.jsonl](matrix.jsonl).',
    '',
    '```text',
    ...drawMatrix(results)
      .split('\n')
      .map((line) => line.trimEnd()),
    '```',
    '',
    '| goal | measured | verdict |',
    '| --- | --- | --- |',
    ...goals.map(([goal, [measured, isKept]]) => `| ${goal} | ${measured} | ${isKept ? 'kept' : '**missed**'} |`),
    '',
    '## Not as theory promises',
    '',
    ...(odd.length === 0 ? ['Nothing.'] : ['| call | promised | was | reason |', '| --- | --- | --- | --- |', ...odd.map(row)]),
    '',
  ].join('\n');
}

const row = ({ caller, callee, expected, connected, path, reason }: PairResult): string =>
  `| ${caller} → ${callee} | ${expected} | ${connected ? (path ?? 'no figures') : 'no call'} | ${(reason ?? '').replaceAll('|', '/')} |`;

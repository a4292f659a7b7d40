import type { ReportSubject } from '../report.ts';
import type { FailoverResult } from './experiment.ts';
import { experimentNames, isExperiment, type ExperimentName } from './experiments.ts';

/** What a blow may cost: the longest gap of either side, or the time until it is noticed, ms; or a reason that says what happened. */
type Goal = { readonly figure: 'gap' | 'noticed'; readonly atMostMs: number } | { readonly figure: 'reasons' };

const goals: Readonly<Record<ExperimentName, Goal>> = {
  'relay-killed': { figure: 'gap', atMostMs: 300 },
  'home-moves': { figure: 'gap', atMostMs: 2_000 },
  'home-renumbered': { figure: 'gap', atMostMs: 2_000 },
  'peer-killed': { figure: 'noticed', atMostMs: 5_000 },
  sleep: { figure: 'reasons' },
};

/** The call is alive when we hang up; or each side says what happened to whom. */
const saysWhy = ({ reason, reasonAtCallee }: FailoverResult): boolean =>
  (reason === 'hung-up' && reasonAtCallee === 'hung-up-by-other') || (reason === 'peer-gone' && reasonAtCallee === 'slept');

function judged(goal: Goal, results: readonly FailoverResult[]): readonly [goal: string, measured: string, isKept: boolean] {
  if (goal.figure === 'reasons') {
    const words = [...new Set(results.map(({ reason, reasonAtCallee }) => `${reason} / ${reasonAtCallee}`))];
    return ['goes on, or both sides say why', words.join(', '), results.every(saysWhy)];
  }
  const figures = results.map(({ gapMs, noticedMs }) => {
    const both = [gapMs.atCaller, gapMs.atCallee];
    const gap = both.includes(null) ? null : Math.max(...both.map(Number));
    return goal.figure === 'gap' ? gap : noticedMs;
  });
  const isKept = figures.every((figure) => figure !== null && figure <= goal.atMostMs);
  const what = goal.figure === 'gap' ? 'longest gap' : 'noticed after';
  return [`${what} ≤ ${goal.atMostMs} ms`, figures.map((figure) => `${figure ?? '–'}`).join(', '), isKept];
}

/** What blows did to calls, as Markdown: one line for each kind of blow. */
export function failoverReport(results: readonly FailoverResult[], { code, circumstances }: ReportSubject): string {
  const rows = experimentNames.filter(isExperiment).flatMap((name) => {
    const those = results.filter(({ experiment }) => experiment === name);
    const [first] = those;
    if (first === undefined) return [];
    const [goal, measured, isKept] = judged(goals[name], those);
    const ways = [...new Set(those.map(({ pathBefore, pathAfter }) => `${pathBefore ?? '–'} → ${pathAfter ?? '–'}`))].join(', ');
    return `| ${name} | ${first.caller} → ${first.callee} | ${ways} | ${goal} | ${measured} | ${isKept ? 'kept' : '**missed**'} |`;
  });
  return [
    '# When something falls in a call',
    '',
    `Code ${code}. ${circumstances.join(' ')}`,
    'What the blows and the figures are: [README](../README.md). All figures: [failover.jsonl](failover.jsonl).',
    '',
    '| blow | call | path before and after | goal | measured (ms, each run) | verdict |',
    '| --- | --- | --- | --- | --- | --- |',
    ...rows,
    '',
  ].join('\n');
}

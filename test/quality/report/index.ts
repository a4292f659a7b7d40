import { drawChart } from './chart.ts';
import { judgeGoals, type Verdict } from './goals.ts';
import { reportMarkdown, type ReportText } from './markdown.ts';
import { summarise, type Medians } from './medians.ts';
import type { ReportedRun } from './runs.ts';

export type { Verdict } from './goals.ts';
export type { ReportText } from './markdown.ts';
export type { Medians } from './medians.ts';
export { parseRuns, type ReportedDirection, type ReportedRun } from './runs.ts';

export interface VoiceReport {
  readonly rows: readonly Medians[];
  readonly verdicts: readonly Verdict[];
  readonly markdown: string;
  /** SVG. */
  readonly chart: string;
}

/** From the runs of one version of the code, in any order, to what is kept in the repository. */
export function writeReport(runs: readonly ReportedRun[], text: ReportText): VoiceReport {
  const rows = summarise(runs);
  const verdicts = judgeGoals(rows);
  return { rows, verdicts, markdown: reportMarkdown(rows, verdicts, text), chart: drawChart(rows, text.title) };
}

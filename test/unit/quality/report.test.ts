import { expect, test } from 'vitest';
import { parseRuns, writeReport, type ReportedDirection, type ReportedRun } from '../../quality/report/index.ts';

const direction: ReportedDirection = {
  from: 'a',
  valid: true,
  mouthToEarMs: { p50: 150, p95: 160 },
  stoi: 0.97,
  estoi: 0.95,
  gaps: 0,
  gapMs: 0,
  damagedMs: 20,
  concealedMs: 0,
  stretchedMs: 0,
  driftPpm: 0,
  bitrateBps: 40_000,
  packetsPerSecond: 51,
  lostPercent: 0,
  wireDelayMs: { mean: 50, p95: 50 },
  recovery: null,
};

const unheard: ReportedDirection = {
  ...direction,
  valid: false,
  mouthToEarMs: null,
  stoi: null,
  estoi: null,
  gaps: null,
  gapMs: null,
  damagedMs: null,
};

const run = (network: string, peer: string, figures: Partial<ReportedDirection> = {}, cpu = 10): ReportedRun => ({
  network,
  peer,
  run: 1,
  setupMs: 700,
  cpuPercent: { a: cpu, b: cpu + 2 },
  directions: [{ ...direction, ...figures }],
});

const text = { title: 'Voice', circumstances: ['On one machine.'], remarks: { loss20: 'because of *reasons*' } };

function verdictsOf(...runs: readonly ReportedRun[]): string[] {
  return writeReport(runs, text).verdicts.map(
    ({ network, goal, kept }) => `${network}: ${goal}: ${kept === null ? 'unknown' : kept ? 'kept' : 'missed'}`,
  );
}

const cleanCalls = [run('clean', 'lilliput'), run('clean', 'chromium', { mouthToEarMs: { p50: 160, p95: 200 } }, 12)];

test('medians are taken over both directions of all repeats', () => {
  const { rows } = writeReport(
    [
      { ...run('clean', 'lilliput'), directions: [direction, { ...direction, estoi: 0.9 }] },
      run('clean', 'lilliput', { estoi: 0.8, mouthToEarMs: { p50: 210, p95: 300 } }),
      run('clean', 'chromium', { estoi: 0.5 }),
    ],
    text,
  );
  expect(rows).toMatchObject([
    { network: 'clean', peer: 'lilliput', runs: 2, invalid: 0, estoi: 0.9, delayP50Ms: 150, delayP95Ms: 160, cpuPercent: 11 },
    { network: 'clean', peer: 'chromium', runs: 1, estoi: 0.5 },
  ]);
});

test('a direction in which nothing was heard counts as the worst, never as absent', () => {
  const { rows, verdicts, markdown } = writeReport(
    [{ ...run('up32', 'lilliput'), directions: [direction, unheard, unheard] }, run('clean', 'lilliput')],
    text,
  );
  expect(rows[0]).toMatchObject({ invalid: 2, estoi: 0, delayP50Ms: null });
  expect(verdicts.find(({ network }) => network === 'up32')?.kept).toBe(false);
  expect(markdown).toContain('1 (2 directions not heard)');
});

test('a clean call must be as quick, as clear and cheaper', () => {
  expect(verdictsOf(...cleanCalls)).toEqual([
    'clean: mouth-to-ear no longer than Chromium’s: kept',
    'clean: ESTOI no lower than Chromium’s: kept',
    'clean: CPU of all processes lower than Chromium’s: kept',
  ]);
  expect(
    verdictsOf(run('clean', 'lilliput', { estoi: 0.93, mouthToEarMs: { p50: 161, p95: 170 } }, 12), cleanCalls[1] ?? run('', '')),
  ).toEqual([
    'clean: mouth-to-ear no longer than Chromium’s: missed',
    'clean: ESTOI no lower than Chromium’s: missed',
    'clean: CPU of all processes lower than Chromium’s: missed',
  ]);
});

test('under loss half of what the baseline loses must be regained, with fewer gaps and a bounded delay', () => {
  const theirs = run('loss20', 'chromium', { estoi: 0.75, gaps: 9 });
  const ours = (figures: Partial<ReportedDirection>): string[] =>
    verdictsOf(...cleanCalls, run('loss20', 'lilliput', figures), theirs)
      .filter((words) => words.startsWith('loss20'))
      .map((words) => words.split(': ').at(-1) ?? '');
  expect(ours({ estoi: 0.85, gaps: 8, mouthToEarMs: { p50: 270, p95: 400 } })).toEqual(['kept', 'kept', 'kept', 'unknown']);
  expect(ours({ estoi: 0.84, gaps: 9, mouthToEarMs: { p50: 271, p95: 271 } })).toEqual(['missed', 'missed', 'missed', 'unknown']);
});

test('40 % loss has a floor of its own', () => {
  const theirs = run('loss40', 'chromium', { estoi: 0.5, gaps: 30 });
  const floor = (estoi: number): string | undefined =>
    verdictsOf(...cleanCalls, run('loss40', 'lilliput', { estoi }), theirs).find((words) => words.includes('at least 0.80'));
  expect(floor(0.81)).toContain('kept');
  expect(floor(0.79)).toContain('missed');
});

test('jitter that the cable imposes is not held against anybody', () => {
  const theirs = run('jitter80', 'chromium', { mouthToEarMs: { p50: 240, p95: 300 }, wireDelayMs: { mean: 60, p95: 120 } });
  const ours = (p50: number): string | undefined =>
    verdictsOf(run('jitter80', 'lilliput', { mouthToEarMs: { p50, p95: 300 }, wireDelayMs: { mean: 65, p95: 120 } }), theirs)[0];
  expect(ours(244)).toContain('kept');
  expect(ours(245)).toContain('missed');
});

test('beside a greedy flow little may be lost of what is understood', () => {
  const ours = (estoi: number): string | undefined =>
    verdictsOf(...cleanCalls, run('greedy', 'lilliput', { estoi })).find((words) => words.startsWith('greedy'));
  expect(ours(0.9)).toContain('kept');
  expect(ours(0.89)).toContain('missed');
});

test('after an outage sound and delay must be back in time', () => {
  const verdicts = (soundBackMs: number, delayBackMs: number): string[] =>
    verdictsOf(run('outage', 'lilliput', { recovery: { soundBackMs, delayBackMs } })).map(
      (words) => words.split(': ').at(-1) ?? '',
    );
  expect(verdicts(300, 2000)).toEqual(['kept', 'kept']);
  expect(verdicts(301, 2001)).toEqual(['missed', 'missed']);
});

test('a goal whose figures are missing is neither kept nor missed', () => {
  expect(verdictsOf(run('up64', 'lilliput'), run('outage', 'lilliput'))).toEqual([
    'up64: p95 of mouth-to-ear at most 100 ms over our own clean: unknown',
    'outage: sound back at most 300 ms after the network: unknown',
    'outage: extra delay gone to within 20 ms at most 2 s after its cause: unknown',
  ]);
});

test('the report says what was kept, what was missed, and why', () => {
  const { markdown, chart } = writeReport(
    [...cleanCalls, run('loss20', 'lilliput', { estoi: 0.7 }), run('loss20', 'chromium', { estoi: 0.75, gaps: 5 })],
    text,
  );
  expect(markdown).toContain('5 of 7 kept, 1 not measured.');
  expect(markdown).toContain('**missed**');
  expect(markdown).toContain('- **loss20**: because of *reasons*');
  expect(markdown).toContain('fewer than 5 repeats');
  // Two networks, two peers, a mark in each panel, and the legend.
  expect(chart.split('<circle').length - 1).toBe(2 * 2 + 1);
  expect(chart).not.toMatch(/NaN|Infinity|undefined/);
});

test('lines of JSON are read, and a line that is none of ours is named', () => {
  const lines = `${JSON.stringify(run('clean', 'lilliput'))}\n\n${JSON.stringify({ ...run('clean', 'chromium'), extra: 1 })}\n`;
  expect(parseRuns(lines)).toEqual([run('clean', 'lilliput'), run('clean', 'chromium')]);
  expect(() => parseRuns(`${lines}{"peer":3}`)).toThrow('line 4');
  expect(() => parseRuns('{')).toThrow('line 1');
});

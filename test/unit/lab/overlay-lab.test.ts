import { describe, expect, test } from 'vitest';
import { drawGrowth, logFit } from '../../sim/lab/growth-chart.ts';
import { LabClock } from '../../sim/lab/lab-clock.ts';
import type { ScenarioRun } from '../../sim/lab/run-scenario.ts';
import { modelLookups } from '../../sim/lab/model.ts';
import { restOfSessionMs, sessionMs } from '../../sim/lab/sessions.ts';
import { drawTable } from '../../sim/lab/table.ts';
import { seededRandom } from '../identity/fixtures.ts';

const hourMs = 3_600_000;

describe('the laboratory’s clock', () => {
  test('a leap fires what fell due, the earliest first, and moves both clocks', () => {
    const clock = new LabClock();
    const fired: string[] = [];
    clock.setTimer(2 * hourMs, () => fired.push('second'));
    clock.setTimer(hourMs, () => fired.push('first'));
    clock.setTimer(4 * hourMs, () => fired.push('never'));
    const before = [clock.nowMs(), clock.monotonicMs()] as const;
    clock.leap(3 * hourMs);
    expect(fired).toEqual(['first', 'second']);
    expect(clock.nowMs() - before[0]).toBeGreaterThanOrEqual(3 * hourMs);
    expect(clock.monotonicMs() - before[1]).toBeGreaterThanOrEqual(3 * hourMs);
  });

  test('a timer that is set anew in a leap waits for the next', () => {
    const clock = new LabClock();
    let fired = 0;
    const again = (): void => {
      fired += 1;
      clock.setTimer(hourMs, again);
    };
    clock.setTimer(hourMs, again);
    clock.leap(10 * hourMs);
    expect(fired).toBe(1);
    clock.leap(hourMs);
    expect(fired).toBe(2);
  });

  test('what is cancelled stays silent, also by one that fires before it', () => {
    const clock = new LabClock();
    const fired: string[] = [];
    const late = clock.setTimer(2 * hourMs, () => fired.push('late'));
    clock.setTimer(hourMs, () => late.cancel());
    clock.leap(3 * hourMs);
    expect(fired).toEqual([]);
  });
});

test('sessions have the published median, and those met at any time are longer', () => {
  const random = seededRandom('sessions');
  const sorted = (draw: () => number): number[] => Array.from({ length: 4_000 }, draw).toSorted((left, right) => left - right);
  const sessions = sorted(() => sessionMs(random));
  expect((sessions[2_000] ?? 0) / hourMs).toBeCloseTo(5.5, 0);
  const rests = sorted(() => restOfSessionMs(random)).slice(0, 4_000);
  expect(rests[2_000] ?? 0).toBeGreaterThan(sessions[2_000] ?? 0);
});

test('a cost that grows like the logarithm lies on its fitted line', () => {
  const points = [50, 100, 200, 1_000].map((nodes) => ({ nodes, value: 3 + 7 * Math.log2(nodes) }));
  const fit = logFit(points);
  for (const { nodes, value } of points) expect(fit(nodes)).toBeCloseTo(value, 9);
});

test('table and chart show every run', () => {
  const run = (nodes: number, kept: boolean): ScenarioRun => ({
    name: 'growth',
    goal: 'a | b',
    nodes,
    seed: 'x',
    seconds: 3,
    figures: { messagesPerLookup: nodes / 10, p50Ms: 5, p95Ms: 9, idleMessagesPerSecond: 1, memoryMbPerNode: 1 },
    kept,
    words: `${nodes} seen`,
  });
  const table = drawTable([run(50, true), run(100, false)]);
  expect(table).toContain('| growth | 50 | a \\| b | 50 seen | yes | 3 |');
  expect(table).toContain('| growth | 100 | a \\| b | 100 seen | **no** | 3 |');
  expect(drawGrowth([run(50, true), run(100, false)]).match(/<circle/gu)?.length).toBe(10);
});

test('the model’s lookups find the nodes that are really nearest, at a cost that grows slowly', async () => {
  const random = seededRandom('model');
  const [small, large] = [await modelLookups(100, 10, random), await modelLookups(10_000, 10, random)];
  expect(small.foundShare).toBe(1);
  expect(large.foundShare).toBeGreaterThan(0.99);
  // 6.6 doublings more.
  expect(large.messages).toBeLessThan(2 * small.messages);
  expect(large.hops).toBeGreaterThan(small.hops);
});

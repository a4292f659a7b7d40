import { randomBytes } from 'node:crypto';
import { expect, test } from 'vitest';
import { runScenario } from './lab/run-scenario.ts';
import { scenarios } from './lab/scenarios/index.ts';

/** Fewer where more would add nothing but time. */
const nodes = 200;

/** Choices only: what differs beside them is which ids the nodes drew. */
const seed = process.env['LAB_SEED'] ?? randomBytes(4).toString('hex');

test.each(scenarios.filter(({ testNodes }) => testNodes !== null).map((scenario) => [scenario.goal, scenario] as const))(
  '%s',
  // Which nodes die or lie is drawn, and a computer that stalls loses answers: another draw tells chance from weakness.
  { timeout: 240_000, retry: 2 },
  async (_goal, scenario) => {
    const run = await runScenario(scenario, scenario.testNodes ?? nodes, { seed, isShort: true, say: () => undefined });
    expect(run.kept, `${run.words} (LAB_SEED=${seed}; ${JSON.stringify(run.figures)})`).toBe(true);
  },
);

import { systemClock } from '../../../main/ports/system-clock.ts';
import type { Scenario, ScenarioOptions, ScenarioResult } from './scenario.ts';
import { caughtUp, LabWorld } from './world.ts';

export interface ScenarioRun extends ScenarioResult {
  readonly name: string;
  readonly goal: string;
  readonly nodes: number;
  readonly seed: string;
  readonly seconds: number;
}

/** Grows a world for the scenario, lets it run, ends the world. */
export async function runScenario(scenario: Scenario, nodes: number, options: ScenarioOptions): Promise<ScenarioRun> {
  const beganMs = systemClock.monotonicMs();
  const world = await LabWorld.grow({ ...scenario.world, nodes, seed: options.seed });
  // What starting so many at once brought about is over.
  await caughtUp();
  options.say(`  grown in ${((systemClock.monotonicMs() - beganMs) / 1000).toFixed(1)} s`);
  try {
    const result = await scenario.run(world, options);
    const seconds = Math.round((systemClock.monotonicMs() - beganMs) / 1000);
    return { name: scenario.name, goal: scenario.goal, nodes, seed: options.seed, seconds, ...result };
  } finally {
    await world.stop();
  }
}

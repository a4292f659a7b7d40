import type { LabWorld, WorldOptions } from './world.ts';

export interface ScenarioOptions {
  readonly seed: string;
  /** In `npm test`: as few rounds as still show the thing. */
  readonly isShort: boolean;
  /** A line for who watches. */
  readonly say: (words: string) => void;
}

export interface ScenarioResult {
  /** Each with its unit in its name. */
  readonly figures: Readonly<Record<string, number | string>>;
  /** Whether the goal was reached. */
  readonly kept: boolean;
  /** For people: one sentence, with the figures that count. */
  readonly words: string;
}

/** Something that happens to the Global Index, and what must come of it. */
export interface Scenario {
  readonly name: string;
  readonly goal: string;
  /** Supernodes in `npm test`, where 200 would add nothing but time; null: not there, since a minute is too long and other tests hold its rules. */
  readonly testNodes?: number | null;
  /** What its world needs beside `nodes` and `seed`. */
  readonly world?: Omit<WorldOptions, 'nodes' | 'seed'>;
  /** @param world its own: whatever it kills is nobody else's */
  run(world: LabWorld, options: ScenarioOptions): Promise<ScenarioResult>;
}

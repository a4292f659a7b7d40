import type { ScenarioResult } from '../lab/scenario.ts';

export interface MailScenarioOptions {
  readonly seed: string;
  /** In `npm test`: as little as still shows the thing. */
  readonly isShort: boolean;
  /** Of a scenario that has rounds; else as many as its goal says. */
  readonly rounds?: number | undefined;
  /** Where real processes live in hurried time: how many times as fast it goes; else as its author found good. */
  readonly haste?: number | undefined;
  /** A line for who watches. */
  readonly say: (words: string) => void;
}

/** Something that happens to messages of people who are never there together, and what must come of it. */
export interface MailScenario {
  readonly name: string;
  readonly goal: string;
  run(options: MailScenarioOptions): Promise<ScenarioResult>;
}

import type { Clock } from '../../ports/clock.ts';
import type { CommonOptions } from '../arguments.ts';
import type { EngineHandle } from '../engine-client.ts';
import type { Output } from '../output.ts';
import type { WordsInput } from '../read-phrase.ts';

/** What every command works with. */
export interface CommandContext {
  readonly engine: EngineHandle;
  readonly clock: Clock;
  readonly output: Output;
  readonly input: WordsInput;
  readonly common: CommonOptions;
  /** Aborted by Ctrl C. */
  readonly signal: AbortSignal;
}

import { createWriteStream, mkdirSync } from 'node:fs';
import { join } from 'node:path';
import type { CliProcess } from '../lab/cli-process.ts';

/** The option that makes a command line say more, if anybody reads it. */
export const loud = (logs: string | null): readonly string[] => (logs === null ? [] : ['--verbose']);

/** Writes what a process says to `NAME.jsonl` (its events) and `NAME.log`. */
export function keepLogs({ process: child }: CliProcess, name: string, logs: string | null): void {
  if (logs === null) return;
  mkdirSync(logs, { recursive: true });
  child.stdout?.pipe(createWriteStream(join(logs, `${name}.jsonl`)));
  child.stderr?.pipe(createWriteStream(join(logs, `${name}.log`)));
}

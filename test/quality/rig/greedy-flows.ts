import { spawn, type ChildProcess } from 'node:child_process';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { ends, otherEnd, type End, type Homes } from './homes.ts';
import { endsWithin } from './processes.ts';

const program = fileURLToPath(new URL('greedy-end.ts', import.meta.url));
const port = 47_800;

/** Somebody in each home sends the other a file without end. */
export interface GreedyFlows {
  /** So that their work is not taken for a call's. */
  readonly processIds: readonly number[];
  stop(): Promise<void>;
}

/** Resolves when both flow. Only over a cable that impairs TCP. */
export async function startGreedyFlows(homes: Homes): Promise<GreedyFlows> {
  const running: ChildProcess[] = [];
  const start = async (end: End, words: readonly string[]): Promise<void> => {
    const [command = process.execPath, ...args] = [...homes[end].inside, process.execPath, program, ...words];
    const child = spawn(command, args, { stdio: ['ignore', 'pipe', 'inherit'] });
    running.push(child);
    await new Promise<void>((resolve, reject) => {
      createInterface({ input: child.stdout }).once('line', () => resolve());
      child.once('exit', (code) => reject(new Error(`the greedy flow's end in home ${end} ended with ${code}`)));
    });
  };
  const stop = async (): Promise<void> => {
    await Promise.all(running.map((child) => endsWithin(child, 'SIGTERM')));
  };
  try {
    await Promise.all(ends.map((end) => start(end, ['take', homes[end].address, String(port)])));
    await Promise.all(ends.map((end) => start(end, ['send', homes[otherEnd(end)].address, String(port)])));
  } catch (error) {
    await stop();
    throw error;
  }
  return { processIds: running.flatMap(({ pid }) => pid ?? []), stop };
}

import { Worker } from 'node:worker_threads';
import type { Direction, DirectionInput } from './heard.ts';

/** Judges each direction in a thread of its own: both at once, where there are two cores. */
export const judgeDirections = (inputs: readonly DirectionInput[]): Promise<readonly Direction[]> =>
  Promise.all(inputs.map(judge));

const judge = (input: DirectionInput): Promise<Direction> =>
  new Promise((resolve, reject) => {
    const worker = new Worker(new URL('judge-worker.ts', import.meta.url), { workerData: input });
    // All that the worker ever says.
    worker.once('message', (direction) => resolve(direction as Direction));
    worker.once('error', reject);
    worker.once('exit', (code) => reject(new Error(`judging ended with ${code}`)));
  });

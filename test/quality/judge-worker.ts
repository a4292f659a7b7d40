/** A thread that judges the direction it is given, and ends. */
import { parentPort, workerData } from 'node:worker_threads';
import { judgeDirection, type DirectionInput } from './heard.ts';

// `judging.ts` starts it, and nobody else.
const direction = judgeDirection(workerData as DirectionInput);
// oxlint-disable-next-line unicorn/require-post-message-target-origin -- a thread's port has no origin
parentPort?.postMessage(direction);

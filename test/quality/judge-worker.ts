/** A thread that judges the direction it is given, and ends. */
import { readlinkSync } from 'node:fs';
import { constants, setPriority } from 'node:os';
import { basename } from 'node:path';
import { parentPort, workerData } from 'node:worker_threads';
import { judgeDirection, type DirectionInput } from './heard.ts';

// Another laboratory may be measuring beside this one. Linux counts niceness by thread (setpriority(2), "C library/kernel differences").
if (process.platform === 'linux')
  setPriority(Number(basename(readlinkSync('/proc/thread-self'))), constants.priority.PRIORITY_LOW);

// `judging.ts` starts it, and nobody else.
const direction = judgeDirection(workerData as DirectionInput);
// oxlint-disable-next-line unicorn/require-post-message-target-origin -- a thread's port has no origin
parentPort?.postMessage(direction);

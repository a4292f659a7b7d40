/**
 * Loaded into a worker thread before its own code, this answers what only the thread itself can know: its CPU time, what it
 * allocates and where, its pauses for garbage collection, and how late its ticks come.
 */
import { Session } from 'node:inspector/promises';
import { PerformanceObserver } from 'node:perf_hooks';
import { BroadcastChannel, threadId } from 'node:worker_threads';
import { startPacedTicks } from '../../../main/media/devices/index.ts';
import { systemClock } from '../../../main/ports/system-clock.ts';
import { allocationsOf, samplingOptions, type Allocations } from './allocations.ts';
import { hearProbes, probeChannel, tellProbes, type ProbeReads, type ThreadReading } from './thread-reading.ts';

const tickMs = 10;

let latenessMs: number[] = [];
let gcPausesMs: number[] = [];
let startedAtMs = 0;
let cpuBefore = process.threadCpuUsage();
let ticks: { stop(): void } | null = null;
const session = new Session();

async function start(reads: ProbeReads): Promise<void> {
  latenessMs = [];
  gcPausesMs = [];
  if (reads === 'allocations') {
    await session.post('HeapProfiler.startSampling', samplingOptions);
  }
  if (reads === 'lateness')
    ticks = startPacedTicks(systemClock, tickMs, (dueMs) => void latenessMs.push(systemClock.monotonicMs() - dueMs));
  startedAtMs = performance.now();
  cpuBefore = process.threadCpuUsage();
}

async function stop(reads: ProbeReads): Promise<ThreadReading> {
  const { user, system } = process.threadCpuUsage(cpuBefore);
  const elapsedMs = performance.now() - startedAtMs;
  ticks?.stop();
  ticks = null;
  let allocatedBytes: Allocations = {};
  if (reads === 'allocations') {
    const { profile } = await session.post('HeapProfiler.stopSampling');
    allocatedBytes = allocationsOf(profile.head);
  }
  return { elapsedMs, cpuMs: (user + system) / 1000, allocatedBytes, gcPausesMs, latenessMs };
}

/** Answers whoever asks over the probes' channel, as long as the thread lives. */
export function startProbe(): void {
  session.connect();
  new PerformanceObserver((list) => {
    for (const { duration } of list.getEntries()) gcPausesMs.push(duration);
  }).observe({ entryTypes: ['gc'] });
  const channel = new BroadcastChannel(probeChannel);
  const answer = (reading: ThreadReading | null, failure: string | null): void =>
    tellProbes(channel, { kind: 'reading', threadId, reading, failure });
  hearProbes(channel, (message) => {
    if (message.kind === 'reading') return;
    const done = message.kind === 'start' ? start(message.reads) : stop(message.reads);
    done.then(
      (reading) => answer(reading ?? null, null),
      (error: unknown) => answer(null, String(error)),
    );
  });
  channel.unref();
}

import { setTimeout as sleep } from 'node:timers/promises';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { Worker } from 'node:worker_threads';
import { encodeWav } from '../../../main/media/index.ts';
import { percentile } from '../../lab/alignment.ts';
import { speechLike } from '../../lab/speech-like.ts';
import { median, single, type Bench, type Figure } from '../figures.ts';
import { allocatedPerSecond, mostAllocating } from '../rig/allocations.ts';
import { startMediaThreads } from '../rig/media-threads.ts';
import type { ThreadReading } from '../rig/thread-reading.ts';

/** Code is compiled, buffers have found their size. */
const warmUpMs = 6_000;
const quietMs = 20_000;
const allocationMs = 10_000;
const latenessMs = 12_000;
/** After this of a call V8 has compiled what runs fifty times a second to its end: until then each number with a fraction is an object. */
const compiledMs = 75_000;
const neighbours = 2;
const bareMs = 10_000;
/** Below the ports that systems give away themselves. */
const barePorts = [29_471, 29_472] as const;

const isOurs = (url: string): boolean => /\/(?:main|native-shims|preload)\/(?!.*node_modules)/u.test(url);
const isCipher = (url: string): boolean => url.includes('/main/media/transport/packet-cipher.ts');

/** @returns of both, % of a core */
function bareThreads(): Promise<number[]> {
  const [one, other] = barePorts;
  const run = (own: number, to: number): Promise<number> => {
    const workerData = { own, other: to, settleMs: 2_000, measureMs: bareMs };
    const worker = new Worker(new URL('../rig/bare-packets.ts', import.meta.url), { workerData });
    return new Promise<number>((resolve, reject) => {
      worker.once('message', (msPerSecond: number) => resolve(msPerSecond / 10));
      worker.once('error', reject);
    }).finally(() => void worker.terminate());
  };
  return Promise.all([run(one, other), run(other, one)]);
}

export const mediaCost: Bench = {
  name: 'media-cost',
  what:
    'Two media threads in a call on loopback, generated speech from files at both ends, measured in the threads themselves after ' +
    `${warmUpMs / 1000} s: CPU time of the thread over ${quietMs / 1000} s, and before it that of a thread that only sends and receives as ` +
    'many datagrams, which is the share of Node and of this machine in it; garbage collection meanwhile; what the functions of our own sources ' +
    `allocate, with what V8 inlined into them (sampled heap profile, ${allocationMs / 1000} s, ${compiledMs / 1000} s later, when V8 has compiled ` +
    'what is in use; sealing and opening a packet takes objects of `node:crypto`, which V8 inlines, and is told by itself); and how late a tick of 10 ms ' +
    `comes, alone and with ${neighbours} threads beside it that work 80 % of the time, as an engine and a page might.`,
  async run({ dir, keep }) {
    const speech = join(dir, 'speech.wav');
    writeFileSync(speech, encodeWav(speechLike((warmUpMs + quietMs + compiledMs + allocationMs + 2 * latenessMs) / 1000, 7)));
    const bare = await bareThreads();
    const threads = await startMediaThreads(speech);
    const crowd: Worker[] = [];
    try {
      await sleep(warmUpMs);
      const alone = await threads.measure(() => sleep(quietMs), 'cost');
      const punctual = await threads.measure(() => sleep(latenessMs), 'lateness');
      await sleep(compiledMs);
      const allocations = await threads.measure(() => sleep(allocationMs), 'allocations');
      const [profiled] = allocations;
      if (profiled !== undefined) keep('allocations-media.json', mostAllocating(profiled.allocatedBytes, profiled.elapsedMs));
      for (let i = 0; i < neighbours; i += 1) crowd.push(new Worker(new URL('../rig/busy-thread.ts', import.meta.url)));
      await sleep(1_000);
      const crowded = await threads.measure(() => sleep(latenessMs), 'lateness');
      const pauses = (readings: readonly ThreadReading[]): number[] => readings.flatMap(({ gcPausesMs }) => gcPausesMs);
      const late = (readings: readonly ThreadReading[]): number[] => readings.flatMap((reading) => reading.latenessMs);
      const p99 = (name: string, values: readonly number[], goal: number): Figure =>
        single(name, 'ms', values.length === 0 ? 0 : percentile(values, 0.99), values.length, goal);
      return [
        median(
          'CPU of the media thread',
          '% of a core',
          alone.map(({ cpuMs, elapsedMs }) => (cpuMs / elapsedMs) * 100),
          5,
        ),
        median('CPU of a thread that only sends and receives as many packets', '% of a core', bare),
        median(
          'allocated by our own functions',
          'kB/s',
          allocations.map((reading) =>
            allocatedPerSecond(reading.allocatedBytes, reading.elapsedMs, (url) => isOurs(url) && !isCipher(url)),
          ),
        ),
        median(
          'allocated to seal and open packets',
          'kB/s',
          allocations.map((reading) => allocatedPerSecond(reading.allocatedBytes, reading.elapsedMs, isCipher)),
        ),
        median(
          'allocated on the heap in all',
          'kB/s',
          allocations.map((reading) => allocatedPerSecond(reading.allocatedBytes, reading.elapsedMs, () => true)),
        ),
        p99('pause for garbage collection, p99', pauses([...alone, ...punctual]), 2),
        p99('pause for garbage collection beside busy threads, p99', pauses(crowded), 2),
        p99('lateness of a tick, p99', late(punctual), 5),
        p99('lateness of a tick beside busy threads, p99', late(crowded), 5),
      ];
    } finally {
      await Promise.all(crowd.map((worker) => worker.terminate()));
      await threads.stop();
    }
  },
};

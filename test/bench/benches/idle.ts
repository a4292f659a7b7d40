import { median, type Bench } from '../figures.ts';
import { startPair } from '../rig/headless-pair.ts';
import { usageOf } from '../rig/process-usage.ts';

const idleMs = 30_000;
/** Compiling, mining and the first looking around are over. */
const settleMs = 10_000;

const pause = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));

export const idle: Bench = {
  name: 'idle',
  what:
    'The whole process of a headless app (Node shell, engine and media workers) that has an account and one contact online, during 30 s ' +
    'in which nothing happens: its CPU time, and its memory at the end. The median of both sides.',
  async run({ dir }) {
    const pair = await startPair(dir);
    try {
      // Started anew: what signing up needed is not idling.
      await pair.restart();
      await pause(settleMs);
      const pids = Object.values(pair.people()).map(({ pid }) => pid);
      const before = await Promise.all(pids.map(usageOf));
      await pause(idleMs);
      const after = await Promise.all(pids.map(usageOf));
      const both = after.flatMap((now, index) => {
        const earlier = before[index];
        return now === null || earlier === null || earlier === undefined ? [] : [{ now, earlier }];
      });
      if (both.length === 0) return { skipped: 'needs /proc' };
      return [
        median(
          'memory (RSS)',
          'MB',
          both.map(({ now }) => now.rssMb),
          250,
        ),
        median(
          'CPU while idle',
          '% of a core',
          both.map(({ now, earlier }) => ((now.cpuMs - earlier.cpuMs) / (now.atMs - earlier.atMs)) * 100),
          1,
        ),
      ];
    } finally {
      await pair.stop();
    }
  },
};

import { defineConfig } from 'vitest/config';
import { BaseSequencer, type TestSpecification } from 'vitest/node';
import { toolsForTests } from './.setup/tools.mjs';

/** Tests of parts that keep real time (10 ms audio, liveness of seconds): beside a neighbour they measure the neighbour. */
const realTime = [
  'test/unit/media/{spoken-and-heard,media-process,media-transport,pcm-socket}.test.ts',
  'test/unit/calls/{real-media,relayed-media}.test.ts',
  'test/unit/contacts/over-the-network.test.ts',
  'test/unit/shell/{supervisor,node-process-host}.test.ts',
];

/** Where sockets and sound keep real time, a computer that stalls for a second loses packets: another try tells chance from a fault. */
const secondTry = { retry: 1 };

/** Takes as long as all others of its room together: begun last, it would keep one core waiting. */
const longest = 'test/sim/overlay-lab.test.ts';

class LongestFirst extends BaseSequencer {
  override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    // oxlint-disable-next-line no-array-sort -- Vitest's own method, which returns a new array
    const sorted = await super.sort(files);
    const isLongest = ({ moduleId }: TestSpecification): boolean => moduleId.endsWith(longest);
    return [...sorted.filter(isLongest), ...sorted.filter((file) => !isLongest(file))];
  }
}

const patient = { testTimeout: 30_000, hookTimeout: 30_000 };

/** One project per test room (DESIGN: test rooms). `.setup/test.mjs` runs them one after the other. */
export default defineConfig({
  test: {
    pool: 'forks',
    maxWorkers: 2,
    sequence: { sequencer: LongestFirst },
    projects: [
      {
        test: {
          name: 'unit',
          include: ['test/{unit,architecture,fuzz}/**/*.test.{ts,tsx}'],
          exclude: realTime,
          ...patient,
        },
      },
      {
        test: {
          name: 'real-time',
          include: realTime,
          fileParallelism: false,
          testTimeout: 120_000,
          hookTimeout: 30_000,
          ...secondTry,
        },
      },
      // Whole networks, each in one process: two at a time have a core each.
      {
        test: {
          name: 'sim',
          include: ['test/sim/**/*.test.ts'],
          testTimeout: 120_000,
          hookTimeout: 120_000,
          ...secondTry,
        },
      },
      // Whole engines in many processes: two at a time would fight for the cores and measure each other.
      { test: { name: 'scenario', include: ['test/scenario/**/*.test.ts'], fileParallelism: false, ...patient, ...secondTry } },
      {
        test: {
          name: 'e2e',
          include: ['test/e2e/**/*.test.ts'],
          fileParallelism: false,
          testTimeout: 180_000,
          hookTimeout: 180_000,
          ...secondTry,
          env: toolsForTests(),
        },
      },
    ],
  },
});

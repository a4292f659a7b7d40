import { expect, test } from 'vitest';
import type { Line } from '../../../main/overlay/people/line.ts';
import { Upgrader } from '../../../main/overlay/people/upgrader.ts';
import { VirtualClock } from '../virtual-clock.ts';

interface Bench {
  readonly clock: VirtualClock;
  readonly upgrader: Upgrader;
  /** When a try began, and its signal. */
  readonly tries: { readonly atMs: number; readonly signal: AbortSignal; readonly fail: () => void }[];
  kind: Line['kind'] | null;
}

function createBench(isLower: boolean, isRandomized = false): Bench {
  const clock = new VirtualClock(0);
  const bench: Bench = {
    clock,
    kind: 'relayed',
    tries: [],
    upgrader: new Upgrader({
      clock,
      kindOf: () => bench.kind,
      isLower: () => isLower,
      isRandomized: () => isRandomized,
      attempt: (_account, signal) =>
        new Promise((resolve) => bench.tries.push({ atMs: clock.nowMs(), signal, fail: () => resolve(false) })),
    }),
  };
  return bench;
}

const settled = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

/** Lets `count` tries fail at once, one after the other, and tells when they began. */
async function failTries({ clock, tries }: Bench, count: number): Promise<number[]> {
  for (let index = 0; index < count; index++) {
    while (tries[index] === undefined) clock.advance(1_000);
    tries[index]?.fail();
    // oxlint-disable-next-line no-await-in-loop -- the next one is planned when this one has failed
    await settled();
  }
  return tries.map(({ atMs }) => atMs);
}

test('a relayed session is tried directly, at once and then ever more seldom', async () => {
  const bench = createBench(true);
  bench.upgrader.consider('friend');
  expect(await failTries(bench, 5)).toEqual([0, 15_000, 45_000, 105_000, 225_000].map((atMs) => expect.closeTo(atMs, -4)));
});

test('the side with the higher key leaves the other a head start', async () => {
  const bench = createBench(false);
  bench.upgrader.consider('friend');
  bench.clock.advance(2_999);
  expect(bench.tries).toEqual([]);
  bench.clock.advance(1);
  expect(bench.tries).toHaveLength(1);
  bench.upgrader.stop();
  await settled();
});

test('the side whose router is harder leaves the other a longer one, whoever’s key is lower', () => {
  const bench = createBench(true, true);
  bench.upgrader.consider('friend');
  bench.clock.advance(9_999);
  expect(bench.tries).toEqual([]);
  bench.clock.advance(1);
  expect(bench.tries).toHaveLength(1);
});

test('a call is a reason to try again at once, and soon after', async () => {
  const bench = createBench(true);
  bench.upgrader.consider('friend');
  await failTries(bench, 6);
  bench.upgrader.hurryFor('somebody else');
  bench.clock.advance(1_000);
  expect(bench.tries).toHaveLength(6);
  const startMs = bench.clock.nowMs();
  bench.upgrader.hurryFor('friend');
  const started = await failTries(bench, 9);
  expect(started.slice(6).map((atMs) => atMs - startMs)).toEqual([0, 3_000, 9_000].map((atMs) => expect.closeTo(atMs, -4)));
});

test('it ends when the session is direct, or gone', () => {
  const bench = createBench(true);
  bench.upgrader.consider('friend');
  bench.clock.advance(0);
  bench.kind = 'direct';
  bench.upgrader.consider('friend');
  expect(bench.tries.map(({ signal }) => signal.aborted)).toEqual([true]);
  bench.clock.advance(3_600_000);
  expect(bench.tries).toHaveLength(1);
});

test('a change of network is a reason to try again at once, even in the middle of a try', async () => {
  const bench = createBench(true);
  bench.upgrader.consider('friend');
  bench.clock.advance(0);
  bench.upgrader.hurry();
  bench.tries[0]?.fail();
  await settled();
  bench.clock.advance(0);
  expect(bench.tries).toHaveLength(2);
  bench.tries[1]?.fail();
  await settled();
  bench.upgrader.hurry();
  bench.clock.advance(0);
  expect(bench.tries).toHaveLength(3);
});

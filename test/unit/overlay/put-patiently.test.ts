import { expect, test } from 'vitest';
import { putPatiently } from '../../../main/overlay/directory/put-patiently.ts';
import { AppError } from '../../../main/ports/app-error.ts';
import { hastyClock } from '../hasty-clock.ts';
import { VirtualClock } from '../virtual-clock.ts';

const near = Array.from({ length: 20 }, (_, index) => `near-${index}`);
const most = new Set(near.slice(0, 15));
const signal = new AbortController().signal;

/** @param rounds what each look around finds, and who answers what then; the last goes on */
async function put(
  rounds: readonly {
    readonly finds: readonly string[];
    readonly silent?: number;
    readonly says: (place: string) => string | null;
  }[],
) {
  const asked: string[] = [];
  let round = -1;
  const now = () => rounds[Math.min(round, rounds.length - 1)];
  const placed = await putPatiently({
    find: () => {
      round += 1;
      return Promise.resolve({ places: now()?.finds ?? [], known: near.length, isFull: true, silent: now()?.silent ?? 0 });
    },
    keyOf: (place) => place,
    put: (place) => {
      asked.push(place);
      return Promise.resolve(now()?.says(place) ?? null);
    },
    isBusy: (answer) => answer === 'busy',
    mayMiss: 1 / 6,
    clock: hastyClock,
    signal,
  });
  return { placed, asked, rounds: round + 1 };
}

const stored = (): string => 'stored';

test('where all take it, one round is enough', async () => {
  const { placed, rounds } = await put([{ finds: near, says: stored }]);
  expect([placed.length, rounds]).toEqual([20, 1]);
});

test('a look around that finds a few far nodes only is not believed', async () => {
  const { placed, rounds } = await put([
    { finds: ['far-1', 'far-2'], says: stored },
    { finds: near, says: stored },
  ]);
  expect([placed.length, rounds]).toEqual([22, 2]);
});

test('a look around where most of the near were not heard is not believed, one where a third has died is', async () => {
  const far = near.map((_, index) => `far-${index}`);
  const deaf = await put([
    { finds: far, silent: 16, says: stored },
    { finds: near, says: stored },
  ]);
  expect([deaf.placed.length, deaf.rounds]).toEqual([40, 2]);
  const { rounds } = await put([{ finds: near, silent: 10, says: stored }]);
  expect(rounds).toBe(1);
});

test('who took it is not asked again, who was busy or silent is', async () => {
  const { asked, placed } = await put([
    { finds: near, says: (place) => (place < 'near-2' ? 'stored' : place < 'near-4' ? 'busy' : null) },
    { finds: near, says: stored },
  ]);
  expect(placed.filter((answer) => answer === 'stored').length).toBe(20);
  expect(asked.length).toBeLessThan(40);
});

test('who finds nobody is told at once', async () => {
  const asked: number[] = [];
  const parts = {
    keyOf: String,
    put: () => Promise.resolve('stored'),
    isBusy: () => false,
    mayMiss: 1 / 6,
    clock: hastyClock,
    signal,
  };
  const find = () => Promise.resolve({ places: [], known: 20, isFull: true, silent: asked.push(1) });
  await expect(putPatiently({ ...parts, find })).rejects.toMatchObject({ code: 'NO_NETWORK', reason: 'no-node-answered' });
  expect(asked).toHaveLength(1);
});

test('what a few took, where there should be many, is not stored', async () => {
  const few = put([{ finds: ['far-1', 'far-2'], says: stored }]);
  await expect(few).rejects.toMatchObject({ code: 'NO_NETWORK', reason: 'too-few-answered' });
});

test('what far nodes took while nobody near was heard doesn’t make it stored', async () => {
  const far = put([
    { finds: ['far-1', 'far-2', 'far-3', 'far-4', 'far-5'], says: stored },
    { finds: near, says: () => null },
  ]);
  await expect(far).rejects.toMatchObject({ reason: 'too-few-answered' });
});

test('a later look that finds fewer doesn’t make few of them enough', async () => {
  const fewer = put([
    { finds: near, says: (place) => (place === 'near-0' ? 'stored' : null) },
    { finds: ['near-0', 'near-1'], says: stored },
  ]);
  await expect(fewer).rejects.toMatchObject({ reason: 'too-few-answered', context: { expected: 20, answered: 2 } });
});

test('what most took stays stored, although the network is gone when the rest is asked again', async () => {
  let looks = 0;
  const placed = await putPatiently({
    find: () => {
      looks += 1;
      if (looks > 1) return Promise.reject(new AppError('NO_NETWORK', 'gateways-disagree'));
      return Promise.resolve({ places: near, known: 0, isFull: false, silent: 0 });
    },
    keyOf: (place) => place,
    put: (place) => Promise.resolve(most.has(place) ? 'stored' : null),
    isBusy: () => false,
    mayMiss: 1 / 6,
    clock: hastyClock,
    signal,
  });
  expect([looks, placed.length]).toEqual([2, 15]);
});

test('in a small network, most of which has just left, the rest is enough', async () => {
  const find = () => Promise.resolve({ places: ['left'], known: 5, isFull: false, silent: 4 });
  const parts = { keyOf: String, put: () => Promise.resolve('stored'), isBusy: () => false, mayMiss: 1 / 6, signal };
  expect(await putPatiently({ ...parts, find, clock: hastyClock })).toEqual(['stored']);
});

test('nobody is waited for beyond some seconds', async () => {
  const clock = new VirtualClock();
  let looks = 0;
  const find = () => {
    looks += 1;
    clock.advance(11_000);
    return Promise.resolve({ places: near, known: 20, isFull: true, silent: 0 });
  };
  const slow = { keyOf: String, isBusy: () => false, mayMiss: 1 / 6, clock, signal };
  const placed = await putPatiently({
    ...slow,
    find,
    put: (place: string) => Promise.resolve(most.has(place) ? 'stored' : null),
  });
  expect([looks, placed.length]).toEqual([1, 15]);
});

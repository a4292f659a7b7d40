import { expect, it } from 'vitest';
import { LookOut } from '../../../main/overlay/look-out.ts';
import { silentLogger } from '../../../main/ports/logger.ts';
import { VirtualClock } from '../virtual-clock.ts';

const settled = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

/** Notes when a round began. */
function lookOut(round: () => Promise<void> | null = () => Promise.resolve()) {
  const clock = new VirtualClock();
  const beganMs = clock.monotonicMs();
  const roundsMs: number[] = [];
  const state = { isEnough: false };
  const look = new LookOut({
    clock,
    log: silentLogger,
    settleMs: 100,
    everyMs: 10_000,
    eagerMs: 1_000,
    isEnough: () => state.isEnough,
    round: () => {
      roundsMs.push(clock.monotonicMs() - beganMs);
      return round();
    },
  });
  const pass = async (ms: number): Promise<void> => {
    for (let left = ms; left > 0; left -= 100) {
      clock.advance(100);
      // oxlint-disable-next-line no-await-in-loop -- time passes step by step
      await settled();
    }
  };
  return { look, roundsMs, state, pass };
}

it('looks ever more seldom while there is too little, and calmly when there is enough', async () => {
  const { look, roundsMs, state, pass } = lookOut();
  look.soon();
  await pass(7_100);
  expect(roundsMs).toEqual([100, 1_100, 3_100, 7_100]);
  state.isEnough = true;
  look.beEager();
  look.soon();
  await pass(10_100);
  expect(roundsMs.slice(4)).toEqual([7_200, 17_200]);
});

it('goes on after a round that failed', async () => {
  const { look, roundsMs, pass } = lookOut(() => Promise.reject(new Error('no')));
  look.now();
  await pass(1_100);
  expect(roundsMs).toHaveLength(2);
});

it('rests where there is nobody to ask, until something changes', async () => {
  const { look, roundsMs, pass } = lookOut(() => null);
  look.soon();
  await pass(60_000);
  expect(roundsMs).toEqual([100]);
  look.soon();
  await pass(200);
  expect(roundsMs).toHaveLength(2);
});

it('has one round at a time, and none after its end', async () => {
  const rounds: (() => void)[] = [];
  const { look, roundsMs, pass } = lookOut(() => new Promise((resolve) => rounds.push(resolve)));
  look.now();
  await pass(200);
  look.now();
  await pass(200);
  expect(roundsMs).toHaveLength(1);
  look.stop();
  rounds[0]?.();
  await pass(60_000);
  expect(roundsMs).toHaveLength(1);
});

import { expect, it } from 'vitest';
import { startPatiently } from '../../../main/relay/patient-start.ts';
import { VirtualClock } from '../virtual-clock.ts';

const settle = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

function setUp(failures: number) {
  const clock = new VirtualClock();
  const seen = { attempts: 0, codes: [] as string[], pauses: [] as number[], started: 0 };
  const giveUp = startPatiently({
    start: () => {
      seen.attempts += 1;
      if (seen.attempts <= failures) return Promise.reject(Object.assign(new Error('taken'), { code: 'EADDRINUSE' }));
      return Promise.resolve('a relay');
    },
    onStarted: () => void (seen.started += 1),
    onFailed: (code, _error, againInMs) => {
      seen.codes.push(code);
      seen.pauses.push(againInMs);
    },
    clock,
  });
  return { clock, seen, giveUp };
}

it('tries again what can not be started, until it can, after pauses that double up to five minutes', async () => {
  const { clock, seen } = setUp(9);
  await settle();
  for (const pauseMs of [5, 10, 20, 40, 80, 160, 300, 300, 300].map((seconds) => seconds * 1_000)) {
    expect([seen.pauses.at(-1), seen.started]).toEqual([pauseMs, 0]);
    const { attempts } = seen;
    clock.advance(pauseMs - 1);
    expect(seen.attempts).toBe(attempts);
    clock.advance(1);
    // oxlint-disable-next-line no-await-in-loop -- one attempt after the other
    await settle();
  }
  expect([seen.attempts, seen.started, new Set(seen.codes)]).toEqual([10, 1, new Set(['EADDRINUSE'])]);
  clock.advance(1_000_000);
  expect(seen.attempts).toBe(10);
});

it('is given up when nobody wants it any more', async () => {
  const { clock, seen, giveUp } = setUp(100);
  await settle();
  giveUp();
  clock.advance(1_000_000);
  expect([seen.attempts, clock.pendingTimers]).toEqual([1, 0]);
});

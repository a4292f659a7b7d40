import { describe, expect, test } from 'vitest';
import { backoffMs } from '../../../main/overlay/people/backoff.ts';
import { Caller } from '../../../main/overlay/people/caller.ts';
import { defaultLinkTiming } from '../../../main/overlay/people/timing.ts';
import { KeyedLimiter, TokenBucket } from '../../../main/ports/token-bucket.ts';
import { VirtualClock } from '../virtual-clock.ts';

const takeAll = (bucket: TokenBucket, nowMs: number): number => {
  let count = 0;
  while (bucket.take(nowMs)) count += 1;
  return count;
};

describe('a token bucket', () => {
  test('gives its burst at once, then its rate', () => {
    const bucket = new TokenBucket(10, 40, 0);
    expect(takeAll(bucket, 0)).toBe(40);
    expect(takeAll(bucket, 1_000)).toBe(10);
    expect(takeAll(bucket, 100_000)).toBe(40);
  });

  test('a clock that goes back earns nothing', () => {
    const bucket = new TokenBucket(10, 10, 1_000);
    takeAll(bucket, 1_000);
    expect(takeAll(bucket, 0)).toBe(0);
  });

  test('grants once beyond the burst', () => {
    const bucket = new TokenBucket(1, 4, 0);
    bucket.grant(10);
    expect(takeAll(bucket, 0)).toBe(14);
    expect(takeAll(bucket, 100_000)).toBe(4);
    for (let time = 0; time < 1_000; time += 1) bucket.grant(10);
    expect(takeAll(bucket, 100_000)).toBe(14);
  });
});

describe('limits by network', () => {
  test('one network can’t use up another’s share, but all together have an end', () => {
    const limiter = new KeyedLimiter({ perSecond: 1, burst: 2 }, { perSecond: 1, burst: 5 }, 0);
    const taken = ['a', 'a', 'a', 'b', 'b', 'c', 'd'].map((key) => limiter.take(key, 0));
    expect(taken).toEqual([true, true, false, true, true, true, false]);
  });

  test('ten thousand networks don’t fill the memory', () => {
    const limiter = new KeyedLimiter({ perSecond: 1, burst: 1 }, { perSecond: 1e6, burst: 1e6 }, 0);
    const first = Array.from({ length: 10_000 }, (_, index) => limiter.take(`n${index}`, 0)).filter(Boolean).length;
    expect(first).toBe(4_096);
    expect(limiter.take('later', 5_000)).toBe(true);
  });
});

describe('pauses between attempts', () => {
  test('double, end at the longest, and never vanish', () => {
    expect([1, 2, 3, 4].map((failures) => backoffMs(failures, 100, 30_000, 1))).toEqual([100, 200, 400, 800]);
    expect(backoffMs(1_000, 100, 30_000, 1)).toBe(30_000);
    expect(backoffMs(1, 100, 30_000, 0)).toBe(50);
  });
});

const settle = async (): Promise<void> => {
  for (let turn = 0; turn < 5; turn++) {
    // oxlint-disable-next-line no-await-in-loop -- promises of promises
    await Promise.resolve();
  }
};

test('a friend whose program was killed is offline within 15 s', () => {
  const { deadAfterMs, pingEveryMs, graceMs } = defaultLinkTiming;
  // Silence is looked for twice per ping; then the session waits for a redial.
  expect(deadAfterMs + pingEveryMs / 2 + graceMs).toBeLessThanOrEqual(15_000);
});

describe('a caller', () => {
  const random = { bytes: (length: number) => new Uint8Array(length), fraction: () => 1 };

  test('tries at once, then with growing pauses, until there is a link', async () => {
    const clock = new VirtualClock(0);
    const attempts: number[] = [];
    const caller = new Caller(clock, random, defaultLinkTiming, () => {
      attempts.push(clock.monotonicMs());
      return Promise.resolve(false);
    });
    caller.wake(0, 'news');
    for (let step = 0; step < 16; step++) {
      clock.advance(step === 0 ? 0 : 100);
      // oxlint-disable-next-line no-await-in-loop -- time passes step by step
      await settle();
    }
    expect(attempts).toEqual([0, 100, 300, 700, 1_500]);
    caller.rest();
    clock.advance(60_000);
    expect(attempts.length).toBe(5);
    expect(clock.pendingTimers).toBe(0);
  });

  test('news makes it try at once', async () => {
    const clock = new VirtualClock(0);
    let attempts = 0;
    const caller = new Caller(clock, random, defaultLinkTiming, () => {
      attempts += 1;
      return Promise.resolve(false);
    });
    for (let round = 1; round <= 10; round++) {
      caller.wake(0, 'news');
      clock.advance(0);
      // oxlint-disable-next-line no-await-in-loop -- one after the other
      await settle();
      expect(attempts).toBe(round);
    }
  });

  test('links that die at once aren’t redialed in circles', async () => {
    const clock = new VirtualClock(0);
    let attempts = 0;
    const caller = new Caller(clock, random, defaultLinkTiming, () => {
      attempts += 1;
      return Promise.resolve(true);
    });
    caller.wake(0, 'news');
    for (let step = 0; step < 1_000; step++) {
      clock.advance(10);
      // oxlint-disable-next-line no-await-in-loop -- time passes step by step
      await settle();
      caller.rest();
      caller.wake(0, 'lost');
    }
    // Ten seconds of links that die at once. (Each wake starts the pause anew here, so that the last attempt may be far.)
    expect(attempts).toBeLessThan(12);
  });
});

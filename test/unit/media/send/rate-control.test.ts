import { describe, expect, test } from 'vitest';
import { createRateControl } from '../../../../main/media/audio/send/rate-control.ts';

describe('the rate', () => {
  const wantedBps = 76_000;
  const base = {
    growthMsPerS: 0,
    unevenMs: 0,
    deliveredBps: wantedBps,
    sentBps: wantedBps,
    lineBps: null,
    wideBps: null,
    takenMs: 0,
    msPerByte: Number.NaN,
    queueMs: 0,
  };
  const narrow = { queueMs: 80, growthMsPerS: 400, deliveredBps: 60_000 };
  /** Over a place of so much: whatever is tried beyond it makes a queue. */
  const overNarrow = (carriesBps = 60_000) => {
    const rate = createRateControl();
    let nowMs = 0;
    const step = (change: object = {}, afterMs = 100, dropShare = 0): void => {
      nowMs += afterMs;
      const sentBps = rate.budgetBps ?? wantedBps;
      const own = sentBps > carriesBps ? narrow : { sentBps, deliveredBps: sentBps };
      rate.feedback(nowMs, { ...base, newestSentAtMs: nowMs - 50, ...own, ...change }, wantedBps, sentBps, 0, dropShare);
    };
    return { rate, step };
  };

  test('has no limit until a queue grows, then gets below what gets through, and back when the place has gone', () => {
    const rate = createRateControl();
    let nowMs = 0;
    const tell = (change: object, lossShare = 0, dropShare = 0): void => {
      nowMs += 100;
      rate.feedback(nowMs, { ...base, newestSentAtMs: nowMs - 50, ...change }, wantedBps, wantedBps, lossShare, dropShare);
    };
    for (let i = 0; i < 10; i += 1) tell({});
    expect([rate.phase, rate.budgetBps]).toEqual(['open', null]);
    tell({ queueMs: 80, growthMsPerS: 400, deliveredBps: 40_000 });
    expect(rate.phase).toBe('draining');
    expect(rate.budgetBps).toBeLessThan(40_000);
    expect(rate.capacityBps).toBe(40_000);
    tell({ queueMs: 0 });
    expect(rate.phase).toBe('holding');
    for (let i = 0; i < 120 && rate.budgetBps !== null; i += 1) tell({ sentBps: rate.budgetBps });
    expect([rate.phase, rate.capacityBps]).toEqual(['open', null]);
  });

  test('is free again after a stall at the beginning, although the plan of longer frames never fills its budget', () => {
    const rate = createRateControl();
    const plannedBps = 54_000;
    const view = { ...base, sentBps: plannedBps, deliveredBps: plannedBps };
    for (let nowMs = 100; nowMs <= 8_000; nowMs += 100) {
      const queueMs = nowMs < 400 ? 190 : 0;
      rate.feedback(nowMs, { ...view, queueMs, newestSentAtMs: nowMs - 50 }, wantedBps, plannedBps, 0, 0);
    }
    expect([rate.phase, rate.budgetBps]).toEqual(['open', null]);
  });

  test('does not take for a queue, where a narrow place is thought to be, what packets wander by anyhow', () => {
    const { rate, step } = overNarrow();
    for (let i = 0; i < 5; i += 1) step();
    step({ queueMs: 0 });
    expect(rate.phase).toBe('holding');
    for (let i = 0; i < 8; i += 1) step({ unevenMs: 36, queueMs: 45 });
    expect(rate.phase).not.toBe('draining');
    step({ unevenMs: 36, queueMs: 60 });
    expect(rate.phase).toBe('draining');
  });

  test('tries for more ever more seldom where each try has made a queue', () => {
    const { rate, step } = overNarrow();
    const startsAt: number[] = [];
    for (let i = 0, before = rate.phase; i < 600; i += 1, before = rate.phase) {
      step();
      if (rate.phase === 'probing' && before === 'holding') startsAt.push(i);
    }
    const waits = startsAt.slice(1).map((at, index) => at - (startsAt[index] ?? 0));
    expect(startsAt.length).toBeLessThanOrEqual(6);
    expect(waits).toEqual(waits.toSorted((a, b) => a - b));
    expect(rate.budgetBps ?? wantedBps).toBeLessThan(wantedBps);
  });

  test('is free soon when packets take no time for their size any more, and not for a moment in which it seems so', () => {
    const { rate, step } = overNarrow();
    for (let i = 0; i < 100 || rate.phase !== 'holding'; i += 1) step();
    // 8 bits of a byte at 60 kbit/s: 0.13 ms.
    step({ msPerByte: 0.13 });
    expect(rate.phase).toBe('holding');
    for (let i = 0; i < 4; i += 1) step({ msPerByte: 0.01 });
    step({ msPerByte: 0.13 });
    for (let i = 0; i < 4; i += 1) step({ msPerByte: 0.01 });
    expect(rate.capacityBps).not.toBeNull();
    step({ msPerByte: 0.01 });
    expect(rate.capacityBps).toBeNull();
    expect(rate.budgetBps).toBeGreaterThan(wantedBps);
  });

  test('is what a place that was surveyed carries beside our reports, and no more is tried while packets take their time there', () => {
    const { rate, step } = overNarrow();
    step({ ...narrow, lineBps: 64_000 });
    const knownBps = rate.capacityBps;
    expect(knownBps).toBeCloseTo(59_000, -3);
    for (let i = 0; i < 600; i += 1) {
      step({ msPerByte: 0.125 });
      expect(rate.budgetBps ?? wantedBps).toBeLessThan(0.9 * 59_000);
    }
    // Sizes that tell nothing are no reason to stay for ever.
    for (let i = 0; i < 300; i += 1) step();
    expect(rate.capacityBps ?? wantedBps).toBeGreaterThan((knownBps ?? 0) + 500);
  });

  test.each([
    ['in which little is sent', 300, 100, { sentBps: 5_000, deliveredBps: 5_000 }],
    ['in which nothing is told', 1, 30_000, {}],
  ])('steps as carefully beyond a surveyed place after a pause of 30 s %s as before it', (_what, looks, everyMs, paused) => {
    const { rate, step } = overNarrow();
    for (let i = 0; i < 100 && rate.phase !== 'probing'; i += 1) step();
    const growth = (): number => {
      const beforeBps = rate.budgetBps ?? 0;
      for (let i = 0; i < 4; i += 1) step();
      return (rate.budgetBps ?? wantedBps) / beforeBps;
    };
    expect(growth()).toBeLessThan(1.015);
    for (let i = 0; i < looks; i += 1) step(paused, everyMs);
    expect(growth()).toBeLessThan(1.015);
    expect(rate.phase).toBe('probing');
  });

  test('is less while nothing is told, until nothing comes at all: then it is in nobody’s way', () => {
    const rate = createRateControl();
    let nowMs = 0;
    for (; nowMs < 3_000; nowMs += 100) rate.feedback(nowMs, { ...base, newestSentAtMs: nowMs - 50 }, wantedBps, wantedBps, 0, 0);
    const heardMs = nowMs - 100;
    rate.silence(heardMs + 490, wantedBps, heardMs);
    expect(rate.budgetBps).toBeLessThan(wantedBps);
    rate.silence(heardMs + 510, wantedBps, heardMs);
    expect(rate.budgetBps).toBeNull();
  });

  test('is left as it is where the place is seen to be wide, whatever its queue does, and that is remembered', () => {
    const { rate, step } = overNarrow(Number.POSITIVE_INFINITY);
    const filling = { queueMs: 250, growthMsPerS: 300, deliveredBps: 58_000, sentBps: wantedBps };
    step(filling);
    expect(rate.phase).toBe('draining');
    step({ ...filling, wideBps: 900_000 });
    expect([rate.phase, rate.budgetBps, rate.capacityBps, rate.takeBase()]).toEqual(['open', null, null, 'theirs']);
    for (let time = 0; time < 600; time += 1) step({ ...filling, wideBps: 900_000 });
    for (let time = 0; time < 100; time += 1) step({ queueMs: 250 });
    expect([rate.phase, rate.budgetBps, rate.takeBase()]).toEqual(['open', null, null]);
  });

  test('is not what it was beside them long ago, because packets get lost now', () => {
    const rate = createRateControl();
    let nowMs = 0;
    const tell = (change: object, lossShare: number): void => {
      nowMs += 100;
      const view = { ...base, newestSentAtMs: nowMs - 50, ...change };
      rate.feedback(nowMs, view, wantedBps, wantedBps, lossShare, lossShare);
    };
    tell({ queueMs: 250, wideBps: 640_000 }, 0);
    expect(rate.takeBase()).toBe('theirs');
    for (let time = 0; time < 600; time += 1) tell({}, time < 300 ? 0 : 0.2);
    expect([rate.phase, rate.takeBase()]).toEqual(['open', null]);
  });

  test.each([
    ['stands still', 200, 0, 62],
    ['loses more than a greedy flow makes it', 0, 0.09, 70],
    ['falls now and then, and loses little', 0, 0.03, 400],
  ])('is lowered after all where the queue that was left to others %s', (_what, takenMs, lossShare, times) => {
    const rate = createRateControl();
    let nowMs = 0;
    const tell = (change: object): void => {
      nowMs += 100;
      const view = { ...base, queueMs: 250, deliveredBps: 70_000, wideBps: 640_000, newestSentAtMs: nowMs - 50 };
      rate.feedback(nowMs, { ...view, ...change }, wantedBps, wantedBps, lossShare, lossShare);
    };
    tell({});
    expect([rate.phase, rate.budgetBps, rate.takeBase()]).toEqual(['open', null, 'theirs']);
    let taken: 'theirs' | 'ours' | null = null;
    let told = 1;
    for (; told < times && taken === null; told += 1) {
      tell({ takenMs });
      taken = rate.takeBase();
    }
    expect(taken).toBe(times < 400 ? 'ours' : null);
    if (taken === null) return;
    expect(told).toBeGreaterThan(50);
    tell({});
    expect(rate.phase).toBe('draining');
  });

  test.each([
    ['somebody else’s if all of it arrives', 0, null],
    ['ours if it overflows', 0.4, 34_000],
  ])('of a queue that will not get shorter: it is %s', (_what, dropShare, capacityBps) => {
    const rate = createRateControl();
    for (let nowMs = 100; nowMs <= 5_000 && rate.takeBase() === null && rate.capacityBps === null; nowMs += 100) {
      const view = { ...base, queueMs: 300, deliveredBps: 34_000, sentBps: 34_000, newestSentAtMs: nowMs - 50 };
      rate.feedback(nowMs, view, wantedBps, wantedBps, 0, dropShare);
    }
    expect(rate.capacityBps).toBe(capacityBps);
    expect(rate.budgetBps ?? 0).toBeLessThan(capacityBps ?? 1);
  });

  test('is found although less was measured than a place carries, where packets take half as long again as they would there', () => {
    const { rate, step } = overNarrow(75_000);
    step({ ...narrow, lineBps: 64_000 });
    const budgets: number[] = [];
    for (let i = 0; i < 600; i += 1) {
      step({ msPerByte: 0.1 });
      budgets.push(rate.budgetBps ?? wantedBps);
    }
    expect(Math.max(...budgets.slice(0, 250))).toBeLessThan(0.9 * 59_000);
    expect(Math.max(...budgets)).toBeGreaterThan(70_000);
  });

  test.each([
    ['stays within it', { msPerByte: 0.38 }],
    ['backs off', { queueMs: 12 }],
  ])('is never less than speech needs, however little a place carries: where it %s', (_what, change) => {
    const { rate, step } = overNarrow(16_000);
    step({ ...narrow, lineBps: 21_000 });
    expect(rate.capacityBps).toBe(16_000);
    for (let i = 0; i < 100 && rate.phase !== 'probing'; i += 1) step();
    for (let i = 0; i < 250; i += 1) {
      step(change);
      expect(rate.budgetBps).toBeGreaterThanOrEqual(15_500);
    }
  });

  test('is free only if packets took no time for their size without a queue in between', () => {
    const { rate, step } = overNarrow();
    for (let i = 0; i < 100 || rate.phase !== 'holding'; i += 1) step();
    for (let i = 0; i < 3; i += 1) step({ msPerByte: 0.01 });
    step({ queueMs: 40 });
    expect(rate.phase).toBe('draining');
    for (let i = 0; i < 4; i += 1) step({ queueMs: 40 });
    for (let i = 0; i < 4; i += 1) {
      step({ msPerByte: 0.01 });
      expect(rate.phase).toBe('holding');
    }
  });

  test('is not free again by the same sign, if a queue came only when no limit was left', () => {
    const { rate, step } = overNarrow();
    const burst = { msPerByte: 0.01, queueMs: 0, growthMsPerS: 0, sentBps: wantedBps, deliveredBps: wantedBps };
    for (let i = 0; i < 100 || rate.phase !== 'holding'; i += 1) step();
    for (let i = 0; i < 20; i += 1) step(burst);
    expect(rate.phase).toBe('open');
    for (let i = 0; i < 50; i += 1) {
      step({ msPerByte: 0.01 });
      expect(rate.capacityBps).not.toBeNull();
    }
  });

  test('is not believed for what was seen while nothing could be measured', () => {
    const { rate, step } = overNarrow();
    const full = { queueMs: 300, deliveredBps: null, sentBps: null };
    for (let i = 0; i < 40; i += 1) step(full, 100, 0.4);
    expect(rate.capacityBps).toBeNull();
    step({ queueMs: 300, unevenMs: 30, deliveredBps: 50_000, sentBps: 30_000 });
    expect(rate.capacityBps).toBe(50_000);
    for (let i = 0; i < 100 && rate.phase !== 'probing'; i += 1) step();
    const beforeBps = rate.budgetBps ?? 0;
    for (let i = 0; i < 4; i += 1) step();
    expect((rate.budgetBps ?? 0) / beforeBps).toBeGreaterThan(1.03);
  });

  /** A place of 32 kbit/s is met with all that is wanted. */
  const overVeryNarrow = () => {
    const rate = createRateControl();
    let nowMs = 0;
    const step = (change: object, lossShare = 0, dropShare = 0): void => {
      nowMs += 100;
      rate.feedback(nowMs, { ...base, newestSentAtMs: nowMs - 50, ...change }, wantedBps, wantedBps, lossShare, dropShare);
    };
    step({ queueMs: 280, growthMsPerS: 900, deliveredBps: 30_500, lineBps: 32_000 });
    expect([rate.phase, rate.lineBps]).toEqual(['draining', 32_000]);
    return { rate, step };
  };
  const stands = { queueMs: 290, sentBps: 15_500, deliveredBps: 15_500, lineBps: 20_000 };

  test('holds less where a queue comes at a share of what a place was thought to carry, and more again when none comes', () => {
    const { rate, step } = overVeryNarrow();
    for (let i = 0; i < 5; i += 1) step({});
    const before = { bps: rate.capacityBps ?? 0, lineBps: rate.lineBps };
    expect(rate.phase).toBe('holding');
    for (let i = 0; i < 3; i += 1) {
      const held = { sentBps: 22_000, deliveredBps: 19_500 };
      for (let j = 0; j < 2; j += 1) step({ ...held, queueMs: 40, growthMsPerS: 130, lineBps: 26_000 });
      for (let j = 0; j < 3; j += 1) step(held);
    }
    const beside = rate.capacityBps ?? 0;
    expect(beside).toBeLessThan(before.bps - 2_000);
    // Others' packets lie between ours: it is as wide as it was.
    expect(rate.lineBps).toBeGreaterThan(31_000);
    for (let i = 0; i < 80; i += 1) step({ sentBps: rate.budgetBps, deliveredBps: rate.budgetBps });
    expect(rate.capacityBps).toBeGreaterThan(beside + 2_000);
    expect(rate.lineBps).toBeLessThan(33_000);
  });

  test('does not leave a queue to others that gets shorter, however slowly', () => {
    const { rate, step } = overVeryNarrow();
    for (let queueMs = 290; queueMs > 20; queueMs -= 5) {
      step({ ...stands, queueMs, deliveredBps: 16_500, lineBps: 32_000 });
      expect(rate.takeBase()).toBeNull();
      expect(rate.phase).toBe('draining');
    }
  });

  test('leaves a queue in a narrow place to others at half of what it carries, and takes it back when it overflows', () => {
    const { rate, step } = overVeryNarrow();
    let left: ReturnType<typeof rate.takeBase> = null;
    for (let i = 0; i < 100 && left === null; i += 1) {
      step(stands);
      left = rate.takeBase();
    }
    expect(left).toBe('theirs');
    expect(rate.budgetBps).toBeLessThan(18_000);
    for (let i = 0; i < 20; i += 1) step({ sentBps: 16_000, deliveredBps: 16_000 }, 0.02);
    expect(rate.takeBase()).toBeNull();
    step({ sentBps: 16_000, deliveredBps: 16_000 }, 0.3);
    expect([rate.takeBase(), rate.phase]).toEqual(['ours', 'draining']);
    // And so soon it is nobody else's again.
    for (let i = 0; i < 100; i += 1) {
      step(stands);
      expect(rate.takeBase()).toBeNull();
    }
  });
});

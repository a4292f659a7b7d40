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
    msPerByte: Number.NaN,
    queueMs: 0,
  };
  const narrow = { queueMs: 80, growthMsPerS: 400, deliveredBps: 60_000 };
  /** Over a place of 60 kbit/s: whatever is tried beyond it makes a queue. */
  const overNarrow = () => {
    const rate = createRateControl();
    let nowMs = 0;
    const step = (change: object = {}, afterMs = 100): void => {
      nowMs += afterMs;
      const sentBps = rate.budgetBps ?? wantedBps;
      const own = sentBps > 60_000 ? narrow : { sentBps, deliveredBps: sentBps };
      rate.feedback(nowMs, { ...base, newestSentAtMs: nowMs - 50, ...own, ...change }, wantedBps, sentBps, 0, 0);
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
    expect(rate.capacityBps).toBe(59_000);
    for (let i = 0; i < 600; i += 1) {
      step({ msPerByte: 0.125 });
      expect(rate.budgetBps ?? wantedBps).toBeLessThan(0.9 * 59_000);
    }
    // Sizes that tell nothing are no reason to stay for ever.
    for (let i = 0; i < 300; i += 1) step();
    expect(rate.capacityBps ?? wantedBps).not.toBe(59_000);
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

  test.each([
    ['somebody else’s if all of it arrives', 0, null],
    ['ours if it overflows', 0.4, 34_000],
  ])('of a queue that will not get shorter: it is %s', (_what, dropShare, capacityBps) => {
    const rate = createRateControl();
    for (let nowMs = 100; nowMs <= 5_000 && !rate.takeRebase() && rate.capacityBps === null; nowMs += 100) {
      const view = { ...base, queueMs: 300, deliveredBps: 34_000, sentBps: 34_000, newestSentAtMs: nowMs - 50 };
      rate.feedback(nowMs, view, wantedBps, wantedBps, 0, dropShare);
    }
    expect(rate.capacityBps).toBe(capacityBps);
    expect(rate.budgetBps ?? 0).toBeLessThan(capacityBps ?? 1);
  });
});

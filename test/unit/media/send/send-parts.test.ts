/** The sender's parts one by one; how they work together is told by send-control.test.ts. */
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { createComplexityControl } from '../../../../main/media/audio/send/complexity-control.ts';
import {
  choosePlan,
  maxBitrateBps,
  wireBps,
  type EncodingPlan,
  type LineView,
} from '../../../../main/media/audio/send/encoding-plan.ts';
import { createFateHistory } from '../../../../main/media/audio/send/fate-history.ts';
import { createPastFrames, pastFrames } from '../../../../main/media/audio/send/past-frames.ts';
import { createQueueDelay } from '../../../../main/media/audio/send/queue-delay.ts';
import { anyPacking } from '../../../../main/media/packing-limits.ts';
import { createRateControl } from '../../../../main/media/audio/send/rate-control.ts';

describe('the history of fates', () => {
  /** '.' arrived, 'x' lost, '?' unclear; over the wrap of the sequence number. */
  const historyOf = (fates: string, first = 65_500) => {
    const history = createFateHistory();
    for (const [index, fate] of fates.split('').entries())
      history.note((first + index) & 0xff_ff, fate === '.' ? 'arrived' : fate === 'x' ? 'lost' : 'unclear');
    return history;
  };

  test('counts losses and the length of their runs', () => {
    const history = historyOf('.xx.......'.repeat(20));
    expect(history.lossShare(200)).toBeCloseTo(0.2);
    expect(history.meanBurst).toBe(2);
  });

  test('takes what a queue of ours dropped for no witness at all', () => {
    expect(historyOf('.????.....'.repeat(20)).lossShare(200)).toBe(0);
  });

  test('knows which distance would have brought frames back', () => {
    const history = historyOf('.xx.......'.repeat(40));
    expect(history.residual([], 200)).toBeCloseTo(0.2);
    // One packet later half of them are in the same hole, two later none.
    expect(history.residual([1], 200)).toBeCloseTo(0.1, 1);
    expect(history.residual([2], 200)).toBeCloseTo(0, 2);
  });

  test('believes the later of two fates, and forgets another stream', () => {
    const history = historyOf('.'.repeat(60));
    history.note(65_510, 'lost');
    expect(history.lossShare(512)).toBeGreaterThan(0);
    history.note(65_510, 'arrived');
    expect(history.lossShare(512)).toBe(0);
    history.note(65_511, 'lost');
    history.note(30_000, 'arrived');
    expect(history.lossShare(512)).toBe(0);
  });
});

describe('the plan', () => {
  const first: EncodingPlan = { frameMs: 20, bitrateBps: maxBitrateBps, offsets: [] };
  const line = (change: Partial<LineView>): LineView => ({
    history: createFateHistory(),
    budgetBps: null,
    overheadBytes: 70,
    redundancy: true,
    unevenMs: 0,
    packing: anyPacking,
    isProven: true,
    ...change,
  });

  test('of a line without limit and loss is the best there is', () => {
    expect(choosePlan(first, line({}))).toEqual(first);
  });

  test('fits any budget that allows the least, and never has copies that nobody reads', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 16_000, max: 200_000 }),
        fc.boolean(),
        fc.array(fc.boolean(), { maxLength: 300 }),
        (budgetBps, redundancy, losses) => {
          const history = createFateHistory();
          for (const [index, isLost] of losses.entries()) history.note(index, isLost ? 'lost' : 'arrived');
          const plan = choosePlan(first, line({ budgetBps, redundancy, history }));
          expect(wireBps(plan, 70)).toBeLessThanOrEqual(budgetBps + 1);
          expect(redundancy || plan.offsets.length === 0).toBe(true);
        },
      ),
    );
  });

  test('takes no more than a relay carries, whatever is lost and whatever the line would take', () => {
    for (const lost of [0, 5, 20, 40]) {
      for (const budgetBps of [null, 40_000, 200_000]) {
        const history = createFateHistory();
        for (let packet = 0; packet < 600; packet += 1) history.note(packet, (packet * 37) % 100 < lost ? 'lost' : 'arrived');
        const plan = choosePlan(first, line({ budgetBps, history, redundancy: true, carriedBps: 61_000 }));
        // RTP's and SRTP's headers, and those of copies (RFC 2198).
        const bytes = 28 + (plan.offsets.length === 0 ? 0 : 1 + 4 * plan.offsets.length);
        const carried = plan.bitrateBps * (1 + plan.offsets.length) + (bytes * 8_000) / plan.frameMs;
        expect(carried, `${lost} %, ${budgetBps}`).toBeLessThanOrEqual(61_000);
      }
    }
  });

  test('packs more into a packet where headers are dear', () => {
    expect(choosePlan(first, line({ budgetBps: 24_000 })).frameMs).toBeGreaterThan(20);
  });
});

describe('the delay of a queue', () => {
  /** 100 packets, one each 20 ms, that take so long. */
  const viewOf = (delayMs: (index: number) => number) => {
    const queue = createQueueDelay();
    for (let i = 0; i < 100; i += 1) queue.packet(i * 20, i * 20 + delayMs(i) - 1e6, 120);
    return queue.look();
  };

  test('is none where all take the same, whatever the other clock says', () => {
    expect(viewOf(() => 50)).toMatchObject({ queueMs: 0, growthMsPerS: 0, sentBps: 48_000, deliveredBps: 48_000 });
  });

  test('grows by what does not fit, and tells what does', () => {
    // Each packet leaves 5 ms later than it came: 20 ms of sending take 25 ms.
    const view = viewOf((index) => 50 + Math.max(0, index - 50) * 5);
    expect(view.queueMs).toBeGreaterThan(150);
    expect(view.growthMsPerS).toBeCloseTo(250);
    expect(view.deliveredBps).toBeCloseTo(38_400, -2);
  });

  const speech = (index: number): number => 100 + (index % 7) * 15;
  const msPerByteAt32kbps = 0.25;

  test('tells a place that takes its time for each byte from one that does not, whatever else is in its way', () => {
    const msPerByteOf = (bytesOf: (index: number) => number, msPerByte: number): number => {
      const queue = createQueueDelay();
      // A report of our own in front of each fifth packet.
      const hindered = (index: number): number => (index % 5 === 0 ? 20 : 0) + (index % 3) * 0.2;
      for (let i = 0; i < 100; i += 1) queue.packet(i * 40, i * 40 + 50 + bytesOf(i) * msPerByte + hindered(i), bytesOf(i));
      return queue.look().msPerByte;
    };
    expect(msPerByteOf(speech, msPerByteAt32kbps)).toBeCloseTo(msPerByteAt32kbps, 2);
    expect(msPerByteOf(speech, 0)).toBeCloseTo(0, 2);
    // Packets of one size tell nothing.
    expect(msPerByteOf(() => 120, 0)).toBeNaN();
  });

  test('is not what a packet takes by itself in a place that is known, neither there nor when it has gone', () => {
    const queue = createQueueDelay();
    let nowMs = 0;
    const look = (msPerByte: number) => {
      for (let i = 0; i < 30; i += 1, nowMs += 40) queue.packet(nowMs, nowMs + 50 + speech(i) * msPerByte, speech(i));
      return queue.look();
    };
    look(0);
    expect(look(msPerByteAt32kbps).queueMs).toBeGreaterThan(20);
    queue.setLine(32_000);
    expect(look(msPerByteAt32kbps).queueMs).toBeCloseTo(0);
    queue.setLine(null);
    expect(look(0).queueMs).toBeCloseTo(0);
  });

  test('is let out as fast as the place carries, of which our voice is what our reports leave', () => {
    const queue = createQueueDelay();
    let freeAtMs = 0;
    for (let nowMs = 0; nowMs < 1_000; nowMs += 20) {
      freeAtMs = Math.max(freeAtMs, nowMs) + 190 * msPerByteAt32kbps;
      queue.packet(nowMs, freeAtMs + 50, 190);
      if (nowMs % 100 === 0) freeAtMs += 92 * msPerByteAt32kbps;
    }
    const { lineBps, deliveredBps } = queue.look();
    expect(lineBps).toBeCloseTo(32_000);
    expect(deliveredBps ?? 0).toBeLessThan(31_000);
  });

  test('is not made by one packet that comes late', () => {
    expect(viewOf((index) => (index === 97 ? 250 : 50))).toMatchObject({ queueMs: 0, growthMsPerS: 0 });
  });
});

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

describe('the effort of the encoder', () => {
  const after = (share: number, isScarce: boolean): number => {
    const control = createComplexityControl();
    let chosen = 0;
    for (let nowMs = 0; nowMs < 60_000; nowMs += 20) {
      control.encoded(share * 20, 20);
      chosen = control.choose(nowMs, isScarce);
    }
    return chosen;
  };

  test('is more on a quick computer, less on a slow one, and more where bits are short', () => {
    expect(after(0.005, false)).toBe(9);
    expect(after(0.1, false)).toBe(2);
    expect([after(0.02, false), after(0.02, true)]).toEqual([5, 9]);
  });

  test('is not changed by an interruption', () => {
    const control = createComplexityControl();
    for (let i = 0; i < 200; i += 1) control.encoded(i % 20 === 0 ? 200 : 0.4, 20);
    expect(control.choose(5_000, false)).toBe(5);
  });
});

test('the newest frames are kept as they were, and no others', () => {
  const past = createPastFrames();
  for (let i = 0; i < 40; i += 1) past.push(i * 960, new Uint8Array(10 + i).fill(i));
  for (let back = 1; back <= pastFrames; back += 1) {
    const at = past.find(back);
    const bytes = past.bytes.subarray(past.start(at), past.start(at) + past.length(at));
    expect([past.timestamp(at), bytes.length, new Set(bytes)]).toEqual([(40 - back) * 960, 50 - back, new Set([40 - back])]);
  }
  expect([past.find(0), past.find(pastFrames + 1)]).toEqual([-1, -1]);
  // Longer than RFC 2198 can say: not to be copied.
  past.push(40 * 960, new Uint8Array(1_100));
  expect(past.find(1)).toBe(-1);
});

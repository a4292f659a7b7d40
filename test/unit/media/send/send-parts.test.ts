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
import { createGoneWatch } from '../../../../main/media/audio/send/gone-watch.ts';
import { createPastFrames, pastFrames } from '../../../../main/media/audio/send/past-frames.ts';
import { anyPacking } from '../../../../main/media/packing-limits.ts';

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

test('whoever saw a narrow place go that had not waits twice as long before it is believed again', () => {
  const gone = createGoneWatch();
  let nowMs = 0;
  const waits = Array.from({ length: 5 }, () => {
    const sinceMs = nowMs;
    while (!gone.sees(nowMs, true)) nowMs += 100;
    gone.trusted(nowMs);
    const waitedMs = nowMs - sinceMs;
    nowMs += 2_000;
    expect(gone.failed(nowMs)).toBe(true);
    return Math.floor(waitedMs / 10_000) * 10_000;
  });
  expect(waits).toEqual([0, 30_000, 60_000, 120_000, 240_000]);
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
    wasLimited: false,
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

  /** 6 % lost either way; `sinceLast` arrived after that. */
  const lossy = (how: 'singly' | 'in bursts', sinceLast = 0) => {
    const history = createFateHistory();
    const losses = how === 'singly' ? '.......x................x........' : '..xxxxx....' + '.'.repeat(72);
    for (const [index, fate] of (losses.repeat(Math.ceil(960 / losses.length)) + '.'.repeat(sinceLast)).split('').entries())
      history.note(index, fate === 'x' ? 'lost' : 'arrived');
    return history;
  };

  test('reaches beyond bursts, unless a limit was met: then it may be a queue that drops them, and keeps its bits', () => {
    const plan = (wasLimited: boolean) => choosePlan(first, line({ history: lossy('in bursts'), wasLimited }));
    expect(plan(false).offsets.at(-1)).toBeGreaterThanOrEqual(5);
    expect(wireBps(plan(true), 70)).toBeLessThan(wireBps(plan(false), 70));
  });

  test('remembers bursts twice as long as single losses, because they are farther apart', () => {
    const hasCopies = (how: 'singly' | 'in bursts', sinceLast: number) =>
      choosePlan(first, line({ history: lossy(how, sinceLast) })).offsets.length > 0;
    expect([50, 600, 1_024].map((packets) => hasCopies('singly', packets))).toEqual([true, false, false]);
    expect([50, 600, 1_024].map((packets) => hasCopies('in bursts', packets))).toEqual([true, true, false]);
  });

  test('packs more into a packet where headers are dear', () => {
    expect(choosePlan(first, line({ budgetBps: 24_000 })).frameMs).toBeGreaterThan(20);
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

import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { createSendControl } from '../../../../main/media/audio/send/send-control.ts';
import { anyPacking } from '../../../../main/media/packing-limits.ts';
import { cleanLink, shapedLink, type LinkConditions } from '../../../quality/simulation/link.ts';
import { createSimulatedCall, percentile, type Moment } from './simulated-call.ts';

const seeds = [1, 2, 3];
const settleMs = 5_000;

/** 3 s of a good network, then this one for `forMs`, then `afterMs` of a good one again. What the near side did meanwhile. */
function callOver(conditions: Partial<LinkConditions>, seed: number, forMs = 25_000, afterMs = 0) {
  const call = createSimulatedCall({ conditions: cleanLink, seed });
  call.run(3_000);
  const fromMs = call.nowMs;
  call.set({ ...cleanLink, ...conditions });
  call.run(forMs);
  const untilMs = call.nowMs;
  call.set(cleanLink);
  call.run(afterMs);
  const during = call.near.moments.filter(({ atMs }) => atMs >= fromMs && atMs < untilMs);
  const settled = during.filter(({ atMs }) => atMs >= fromMs + settleMs);
  const after = call.near.moments.filter(({ atMs }) => atMs >= untilMs);
  return { during, settled, after, untilMs };
}

const mean = (moments: readonly Moment[], of: (moment: Moment) => number): number =>
  moments.reduce((sum, moment) => sum + of(moment), 0) / moments.length;
const spreadMs = ({ offsets, frameMs }: Moment): number => (offsets.at(-1) ?? 0) * frameMs;
const hasFullQuality = ({ bitrateBps, frameMs }: Moment): boolean => bitrateBps >= 38_000 && frameMs === 20;

describe('on a line without a bottleneck', () => {
  test('a clean one gets full quality and nothing extra', () => {
    const { during } = callOver({}, 1);
    expect(during.every((moment) => hasFullQuality(moment) && moment.offsets.length === 0 && moment.fecPercent === 0)).toBe(true);
  });

  test.each([30, 80])('jitter of ±%i ms is no reason to send less', (jitterMs) => {
    for (const seed of seeds) {
      const { settled } = callOver({ jitterMs }, seed);
      expect(mean(settled, ({ bitrateBps }) => bitrateBps)).toBeGreaterThan(36_000);
      expect(settled.every(({ offsets }) => offsets.length === 0)).toBe(true);
    }
  });

  test('two clocks 200 ppm apart are no queue', () => {
    for (const skewPpm of [-200, 200]) {
      const call = createSimulatedCall({ conditions: cleanLink, seed: 4, skewPpm });
      call.run(120_000);
      expect(call.near.moments.filter(({ atMs }) => atMs > settleMs).every(hasFullQuality)).toBe(true);
    }
  });

  test('a way that becomes 150 ms longer costs no quality for long, and none once it is known', () => {
    const { settled } = callOver({ delayMs: 200 }, 1);
    expect(settled.every(hasFullQuality)).toBe(true);
  });
});

describe('random loss', () => {
  test.each([0.1, 0.2])('of %d is met by copies within 1 s, near ones, and with no less for the voice', (loss) => {
    for (const seed of seeds) {
      const { during, settled } = callOver({ loss }, seed);
      const first = during.find(({ offsets }) => offsets.length > 0);
      expect((first?.atMs ?? Number.NaN) - (during[0]?.atMs ?? 0)).toBeLessThan(1_000);
      expect(mean(settled, ({ bitrateBps }) => bitrateBps)).toBeGreaterThanOrEqual(32_000);
      expect(mean(settled, ({ offsets }) => offsets.length)).toBeGreaterThanOrEqual(0.95);
      expect(percentile(settled.map(spreadMs), 0.95)).toBeLessThanOrEqual(80);
    }
  });

  test('of 0.4 is met by three or four copies', () => {
    for (const seed of seeds) {
      const { settled } = callOver({ loss: 0.4 }, seed);
      expect(mean(settled, ({ offsets }) => offsets.length)).toBeGreaterThan(2.5);
      expect(Math.max(...settled.map(spreadMs))).toBeLessThanOrEqual(220);
    }
  });

  test('of a hundredth is left to FEC most of the time', () => {
    const { settled } = callOver({ loss: 0.01 }, 1, 40_000);
    expect(mean(settled, ({ offsets }) => offsets.length)).toBeLessThan(0.5);
    expect(mean(settled, ({ fecPercent }) => fecPercent)).toBeGreaterThan(0);
  });

  test('that has ended is paid for no longer than 12 s', () => {
    for (const seed of seeds) {
      const { after, untilMs } = callOver({ loss: 0.2 }, seed, 15_000, 20_000);
      const late = after.filter(({ atMs }) => atMs > untilMs + 12_000);
      expect(late.every((moment) => hasFullQuality(moment) && moment.offsets.length === 0 && moment.fecPercent === 0)).toBe(true);
    }
  });
});

test('bursts are outlived by copies at a distance', () => {
  for (const seed of seeds) {
    const { settled } = callOver({ burst: { enter: 0.05, leave: 0.15, lossInBad: 1 } }, seed, 40_000);
    expect(mean(settled, spreadMs)).toBeGreaterThan(100);
    expect(Math.max(...settled.map(spreadMs))).toBeLessThanOrEqual(220);
  }
});

test('a call that begins on a way that loses and jitters wildly is not taken for one with a narrow place', () => {
  for (const seed of seeds) {
    const call = createSimulatedCall({ conditions: { ...cleanLink, loss: 0.2, jitterMs: 80 }, seed });
    call.run(20_000);
    const settled = call.near.moments.filter(({ atMs }) => atMs > settleMs);
    expect(mean(settled, ({ bitrateBps }) => bitrateBps)).toBeGreaterThan(24_000);
  }
});

test('without redundancy at the other side, loss is met by FEC alone', () => {
  const call = createSimulatedCall({ conditions: { ...cleanLink, loss: 0.2 }, seed: 1, redundancy: false });
  call.run(15_000);
  const settled = call.near.moments.filter(({ atMs }) => atMs > settleMs);
  expect(settled.every(({ offsets, fecPercent }) => offsets.length === 0 && fecPercent >= 10)).toBe(true);
});

describe('on an uplink', () => {
  test.each([32_000, 40_000, 64_000])('of %i bit/s the queue stays short while speech goes on', (rateBps) => {
    for (const seed of seeds) {
      const { settled } = callOver({ rateBps, queueMs: 300 }, seed, 40_000);
      expect(
        percentile(
          settled.map(({ queuedMs }) => queuedMs),
          0.95,
        ),
      ).toBeLessThan(70);
      expect(settled.some(({ dtx }) => dtx)).toBe(false);
      expect(mean(settled, ({ wireBps }) => wireBps)).toBeLessThan(rateBps);
      expect(mean(settled, ({ bitrateBps }) => bitrateBps)).toBeGreaterThan({ 32_000: 8_000, 40_000: 12_000 }[rateBps] ?? 20_000);
    }
  });

  test('of 64 kbit/s the voice finds its place and keeps it', () => {
    for (const seed of seeds) {
      const { settled } = callOver({ rateBps: 64_000, queueMs: 300 }, seed, 40_000);
      const lengthChanges = settled.filter(
        ({ frameMs }, index) => frameMs !== (settled[index - 1] ?? settled[0])?.frameMs,
      ).length;
      expect(lengthChanges).toBeLessThanOrEqual(8);
      expect(
        percentile(
          settled.map(({ queuedMs }) => queuedMs),
          0.95,
        ),
      ).toBeLessThan(80);
    }
  });

  test('that lets short bursts through at once and then holds all up, the queue stays short all the same', () => {
    for (const seed of seeds) {
      const { settled } = callOver(shapedLink, seed, 40_000);
      expect(
        percentile(
          settled.map(({ queuedMs }) => queuedMs),
          0.95,
        ),
      ).toBeLessThan(60);
      expect(mean(settled, ({ bitrateBps }) => bitrateBps)).toBeGreaterThan(38_000);
    }
  });

  test('that is narrow no more, full quality is back within 3 s', () => {
    for (const rateBps of [32_000, 64_000]) {
      for (const seed of seeds) {
        const { after, untilMs } = callOver({ rateBps, queueMs: 300 }, seed, 20_000, 8_000);
        const back = after.filter(({ atMs }) => atMs > untilMs + 3_000);
        expect(back.every(hasFullQuality)).toBe(true);
      }
    }
  });

  test('that loses packets too gets both: copies, within what fits', () => {
    for (const seed of seeds) {
      const { settled } = callOver({ rateBps: 100_000, queueMs: 300, loss: 0.1 }, seed, 40_000);
      expect(mean(settled, ({ wireBps }) => wireBps)).toBeLessThan(100_000);
      expect(mean(settled, ({ offsets }) => offsets.length)).toBeGreaterThan(0.7);
      expect(
        percentile(
          settled.map(({ queuedMs }) => queuedMs),
          0.95,
        ),
      ).toBeLessThan(100);
    }
  });

  test('that a greedy flow keeps full, a fair share is kept', () => {
    for (const seed of seeds) {
      const call = createSimulatedCall({ conditions: { ...cleanLink, rateBps: 1_000_000, queueMs: 250 }, seed });
      // Like TCP: more every round trip, half after a loss; packets of 1500 bytes.
      let windowPackets = 10;
      let credit = 0;
      call.run(40_000, (nowMs) => {
        if (nowMs < 5_000) return;
        credit += windowPackets / (110 + call.near.uplink.queuedMs(nowMs));
        for (; credit >= 1; credit -= 1) {
          if (Number.isNaN(call.near.uplink.take(1_514, nowMs))) windowPackets = Math.max(2, windowPackets / 2);
          else windowPackets += 1 / windowPackets;
        }
      });
      const beside = call.near.moments.filter(({ atMs }) => atMs > 10_000);
      // The other flow fills the queue until it drops packets: part of the share goes into copies.
      expect(
        percentile(
          beside.map(({ wireBps }) => wireBps),
          0.05,
        ),
      ).toBeGreaterThan(30_000);
      expect(mean(beside, ({ bitrateBps }) => bitrateBps)).toBeGreaterThan(24_000);
    }
  });
});

test('whatever is told, it never throws, and settings stay in their bounds', () => {
  const fate = fc.record({
    step: fc.oneof({ weight: 8, arbitrary: fc.constant(1) }, { weight: 1, arbitrary: fc.integer({ min: -70_000, max: 70_000 }) }),
    sentMs: fc.oneof(fc.integer({ min: 0, max: 60 }), fc.double({ noNaN: true, min: -1e6, max: 1e6 })),
    bytes: fc.integer({ min: 0, max: 1_500 }),
    delayMs: fc.oneof(
      { weight: 4, arbitrary: fc.double({ min: -1e5, max: 1e5 }) },
      { weight: 1, arbitrary: fc.constant(Number.NaN) },
    ),
  });
  const message = fc.record({
    fates: fc.array(fate, { maxLength: 40 }),
    afterMs: fc.integer({ min: 0, max: 3_000 }),
    red: fc.boolean(),
  });
  fc.assert(
    fc.property(fc.array(message, { maxLength: 40 }), (messages) => {
      let reads = true;
      const control = createSendControl({ redundancy: () => reads, packing: () => anyPacking });
      let sequence = 0;
      let nowMs = 0;
      for (const { fates, afterMs, red } of messages) {
        nowMs += afterMs;
        for (const { step, sentMs, bytes, delayMs } of fates) {
          sequence = (sequence + step) & 0xff_ff;
          control.sent(sequence, bytes, nowMs);
          control.fate(sequence, nowMs - sentMs, bytes + 56, nowMs - sentMs + delayMs);
        }
        reads = red;
        control.feedback(nowMs, 50, 0.01);
        control.reportLoss(0.3);
        const { frameMs, bitrateBps, offsets, fecPercent } = control.settings;
        expect([10, 20, 40, 60]).toContain(frameMs);
        expect(bitrateBps).toBeGreaterThanOrEqual(6_000);
        expect(bitrateBps).toBeLessThanOrEqual(64_000);
        expect(offsets.length).toBeLessThanOrEqual(4);
        expect((offsets.at(-1) ?? 0) * frameMs).toBeLessThanOrEqual(220);
        expect(fecPercent).toBeGreaterThanOrEqual(0);
        expect(fecPercent).toBeLessThanOrEqual(100);
        expect(offsets.length > 0 && fecPercent > 0).toBe(false);
        const { capacityBps } = control;
        const { queueMs, lossShare } = control.statistics;
        expect(capacityBps === null || Number.isFinite(capacityBps)).toBe(true);
        expect(queueMs === null || Number.isFinite(queueMs)).toBe(true);
        expect(lossShare === null || (lossShare >= 0 && lossShare <= 1)).toBe(true);
      }
    }),
  );
});

test('a first message that only tells of losses is no lasting reason to send less', () => {
  const control = createSendControl({ redundancy: () => true, packing: () => anyPacking });
  let nowMs = 0;
  for (let sequence = 0; sequence < 200; sequence += 1, nowMs += 20) {
    control.sent(sequence, 80, nowMs);
    if (sequence % 5 !== 4) continue;
    // The first five are lost; then each five are told of when they have come, 100 ms later.
    for (let told = sequence - 9; told <= sequence - 5; told += 1) {
      if (told >= 0) control.fate(told, told * 20, 136, told < 5 ? Number.NaN : told * 20 + 50);
    }
    control.feedback(nowMs, null, null);
  }
  expect(control.settings.frameMs).toBe(20);
  expect(control.settings.bitrateBps).toBeGreaterThanOrEqual(32_000);
});

test('who still tells of our packets is not gone, although none of theirs come: less is sent when they tell no more', () => {
  const control = createSendControl({ redundancy: () => true, packing: () => anyPacking });
  control.heard(0);
  let nowMs = 0;
  for (let sequence = 0; nowMs < 4_000; sequence += 1, nowMs += 20) {
    control.sent(sequence, 160, nowMs);
    if (sequence % 5 !== 4) continue;
    for (let told = sequence - 6; told < sequence - 1; told += 1)
      if (told >= 0) control.fate(told, told * 20, 216, told * 20 + 20);
    control.feedback(nowMs, 40, null);
  }
  const { bitrateBps } = control.settings;
  control.sent(200, 160, nowMs + 470);
  expect(control.settings.bitrateBps).toBeLessThan(bitrateBps);
});

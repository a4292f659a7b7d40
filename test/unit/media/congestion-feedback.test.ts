import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { createArrivalRecord } from '../../../main/media/transport/arrival-record.ts';
import {
  emptyFeedbackReport,
  isReceived,
  maxReportedPackets,
  receivedWord,
  wordAgeMs,
  type FeedbackReport,
} from '../../../main/media/transport/congestion-feedback.ts';
import { createSentPackets } from '../../../main/media/transport/sent-packets.ts';

const reportUnitsPerMs = 65.536;

/** Packets by number from the first, whatever their sequence numbers are; `from` is near a wrap. */
function createWorld(from = 0xff_f0) {
  const told: { index: number; sentAtMs: number; wireBytes: number; arrivedAtMs: number }[] = [];
  const arrivals = createArrivalRecord();
  const packets = createSentPackets((sequence, sentAtMs, wireBytes, arrivedAtMs) => {
    told.push({ index: (sequence - from) & 0xff_ff, sentAtMs, wireBytes, arrivedAtMs });
  });
  let next = 0;
  return {
    told,
    get fates() {
      return told.map(({ index, arrivedAtMs }) => (Number.isNaN(arrivedAtMs) ? `${index} lost` : `${index} came`));
    },
    send: (count: number, everyMs = 20): void => {
      for (let i = 0; i < count; i += 1, next += 1) packets.sent((from + next) & 0xff_ff, next * everyMs, 100 + (next % 7));
    },
    arrive: (index: number, atMs: number): void => arrivals.packet((from + index) & 0xff_ff, atMs),
    make: (nowMs: number): FeedbackReport | null => {
      const report = emptyFeedbackReport();
      report.reportTime = Math.floor((nowMs + 900_000_000) * reportUnitsPerMs) >>> 0;
      return arrivals.report(nowMs, report) ? report : null;
    },
    take: (report: FeedbackReport | null, nowMs: number): number =>
      report === null ? Number.NaN : packets.report(report, nowMs),
  };
}

describe('arrival times in a report', () => {
  test('are kept to about a millisecond, and say when they are not known', () => {
    for (const ageMs of [0, 1, 20, 333.3, 7_900]) expect(Math.abs(wordAgeMs(receivedWord(ageMs)) - ageMs)).toBeLessThan(0.5);
    for (const ageMs of [-1, 8_000, 100_000, Number.NaN]) {
      expect(isReceived(receivedWord(ageMs))).toBe(true);
      expect(wordAgeMs(receivedWord(ageMs))).toBeNaN();
    }
    expect(isReceived(0)).toBe(false);
  });
});

describe('what the receiving side reports', () => {
  test('begins with the first packet that came, says what is missing, and repeats each packet in two more reports', () => {
    const world = createWorld(10);
    for (const index of [0, 1, 3]) world.arrive(index, index * 20);
    const first = world.make(100);
    expect(first).toMatchObject({ firstSequence: 10, count: 4 });
    expect([...(first?.words.subarray(0, 4) ?? [])].map(isReceived)).toEqual([true, true, false, true]);
    const ranges = [];
    for (let index = 4; index < 20; index += 4) {
      for (let i = 0; i < 4; i += 1) world.arrive(index + i, (index + i) * 20);
      const report = world.make(400);
      ranges.push([(report?.firstSequence ?? 0) - 10, report?.count]);
    }
    expect(ranges).toEqual([
      [0, 8],
      [0, 12],
      [4, 12],
      [8, 12],
    ]);
  });

  test('is nothing when nothing came', () => {
    const world = createWorld();
    expect(world.make(0)).toBeNull();
    world.arrive(0, 0);
    expect(world.make(0)).not.toBeNull();
    expect(world.make(0)).toBeNull();
  });

  test('reaches back to a packet that came late, and after an outage no farther than a report is long', () => {
    const world = createWorld();
    for (let index = 0; index < 60; index += 1) if (index !== 5) world.arrive(index, index * 20);
    for (const index of [60, 61, 62]) {
      world.arrive(index, index * 20);
      world.make(2000);
    }
    world.arrive(5, 1300);
    expect(world.make(2000)).toMatchObject({ firstSequence: (0xff_f0 + 5) & 0xff_ff, count: 58 });
    world.arrive(900, 18_000);
    expect(world.make(18_000)).toMatchObject({ count: maxReportedPackets });
  });
});

describe('the fate of sent packets', () => {
  test('is told once each, in order, over a wrap of sequence numbers, with size and times', () => {
    const world = createWorld();
    world.send(40);
    for (let index = 0; index < 40; index += 1) {
      if (index !== 7 && index !== 20) world.arrive(index, index * 20 + 35);
      if (index % 5 === 4) world.take(world.make(index * 20 + 40), index * 20 + 70);
    }
    expect(world.fates).toEqual(
      Array.from({ length: 40 }, (_, index) => (index === 7 || index === 20 ? `${index} lost` : `${index} came`)),
    );
    for (const { index, sentAtMs, wireBytes } of world.told) {
      expect([sentAtMs, wireBytes]).toEqual([index * 20, 100 + (index % 7)]);
    }
    const [a, b] = [world.told[2], world.told[30]];
    expect((b?.arrivedAtMs ?? 0) - (a?.arrivedAtMs ?? 0)).toBeCloseTo(28 * 20, -0.5);
  });

  test('comes with the round trip less the time the other side held it', () => {
    const world = createWorld();
    world.send(5);
    for (let index = 0; index < 5; index += 1) world.arrive(index, 10_000 + index * 20);
    const report = world.make(10_130);
    // The newest left at 80, came at 10 080 by their clock, was held for 50, and the report came at 190 by ours.
    expect(world.take(report, 190)).toBeCloseTo(60, -0.5);
  });

  test('is lost at once on a path that keeps its order, and told again should it come after all', () => {
    const world = createWorld();
    world.send(10);
    for (const index of [0, 1, 3, 4]) world.arrive(index, index * 20);
    world.take(world.make(100), 120);
    expect(world.fates).toEqual(['0 came', '1 came', '2 lost', '3 came', '4 came']);
    world.arrive(2, 130);
    world.take(world.make(140), 160);
    expect(world.fates.slice(5)).toEqual(['2 came']);
  });

  test('waits, once the path was seen to reorder, for as long as it did', () => {
    const world = createWorld();
    world.send(30);
    for (const index of [0, 2, 3, 4]) world.arrive(index, index * 20);
    world.take(world.make(100), 120);
    world.arrive(1, 105);
    world.take(world.make(110), 130);
    world.told.length = 0;
    for (const index of [5, 7, 8]) world.arrive(index, index * 20);
    world.take(world.make(170), 200);
    expect(world.fates).toEqual(['5 came']);
    world.arrive(6, 180);
    world.take(world.make(181), 210);
    expect(world.fates).toEqual(['5 came', '6 came', '7 came', '8 came']);
    for (const index of [10, 11, 12, 13, 14]) world.arrive(index, index * 20);
    world.take(world.make(300), 330);
    expect(world.fates.slice(4)).toEqual(['9 lost', '10 came', '11 came', '12 came', '13 came', '14 came']);
  });

  test('is not guessed where the reports about it got lost', () => {
    const world = createWorld();
    world.send(100);
    for (let index = 0; index < 100; index += 1) {
      world.arrive(index, index * 20);
      if (index % 5 !== 4) continue;
      const report = world.make(index * 20);
      if (index < 10 || index > 60) world.take(report, index * 20 + 30);
    }
    expect(world.fates.filter((fate) => fate.endsWith('lost'))).toEqual([]);
    expect(world.told.length).toBeGreaterThan(50);
  });

  test('is not told for numbers that were never sent, or so long ago that nobody remembers', () => {
    const world = createWorld();
    const other = createWorld();
    for (let index = 0; index < 50; index += 1) other.arrive(index, index);
    const report = other.make(60);
    world.take(report, 60);
    expect(world.told).toEqual([]);
    world.send(3000);
    world.take(report, 60_000);
    expect(world.told).toEqual([]);
  });

  test('whatever the network does, each is told at most once as lost and once as come, and only what came has come', () => {
    const packet = fc.record({
      lost: fc.integer({ min: 0, max: 9 }).map((n) => n < 2),
      delayMs: fc.integer({ min: 0, max: 150 }),
      reportLost: fc.integer({ min: 0, max: 9 }).map((n) => n < 2),
      reportDelayMs: fc.integer({ min: 0, max: 200 }),
    });
    fc.assert(
      fc.property(fc.nat(0xff_ff), fc.array(packet, { minLength: 1, maxLength: 300 }), (from, packets) => {
        const world = createWorld(from);
        world.send(packets.length);
        const events: { atMs: number; run: () => void }[] = [];
        for (const [index, { lost, delayMs, reportLost, reportDelayMs }] of packets.entries()) {
          const atMs = index * 20 + delayMs;
          if (!lost) events.push({ atMs, run: () => world.arrive(index, atMs) });
          if (index % 5 !== 0) continue;
          let report: FeedbackReport | null = null;
          const madeMs = index * 20;
          events.push({ atMs: madeMs, run: () => void (report = world.make(madeMs)) });
          const takenMs = madeMs + 1 + reportDelayMs;
          if (!reportLost) events.push({ atMs: takenMs, run: () => void world.take(report, takenMs) });
        }
        for (const { run } of events.toSorted((a, b) => a.atMs - b.atMs)) run();
        expect(new Set(world.fates).size).toBe(world.fates.length);
        for (const { index, arrivedAtMs } of world.told) {
          if (Number.isNaN(arrivedAtMs)) continue;
          const { lost, delayMs } = packets[index] ?? { lost: true, delayMs: 0 };
          expect(lost).toBe(false);
          const [first] = world.told.filter((fate) => !Number.isNaN(fate.arrivedAtMs));
          const firstDelayMs = packets[first?.index ?? 0]?.delayMs ?? 0;
          const spanMs = (index - (first?.index ?? 0)) * 20 + delayMs - firstDelayMs;
          expect(Math.abs(arrivedAtMs - (first?.arrivedAtMs ?? 0) - spanMs)).toBeLessThan(1.1);
        }
      }),
      { numRuns: 150 },
    );
  });
});

import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { createDelayTarget } from '../../../main/media/audio/receive/delay-target.ts';
import { mulberry32 } from './synth-speech.ts';

const frameMs = 20;

/** 6 s of frames; of the second from 2 s on no packet came itself, but at its end this share of them as copies. */
function missingShareAfter(copiedShare: number): number {
  const target = createDelayTarget();
  for (let atMs = 0; atMs < 6_000; atMs += frameMs) {
    const isOut = atMs >= 2_000 && atMs < 3_000;
    if (!isOut) target.available(atMs * 48, frameMs * 48, atMs + 40, false);
    else if (atMs < 2_000 + copiedShare * 1_000) target.available(atMs * 48, frameMs * 48, 3_040, true);
    if (atMs % 100 === 0) target.update();
  }
  return target.missingShare;
}

test('of an outage, what never came is missing, and what came as a copy is not', () => {
  const missing = missingShareAfter(0);
  expect(missing).toBeGreaterThan(0.15);
  expect(missingShareAfter(0.5)).toBeCloseTo(missing / 2);
  expect(missingShareAfter(1)).toBe(0);
});

/** Whether the frame's packet is lost: then there is a copy in a later one. */
type Fate = (frame: number) => boolean;
const wayMs = 40;
const copyAfterMs = 120;

/** Plays frames and looks at the target every 100 ms: what it waits beyond the fastest, and what of that is not given up yet. */
function waitsOver(
  seconds: number,
  isLost: Fate,
  copiedAfterMs = copyAfterMs,
): { readonly atMs: number; readonly waitMs: number; readonly settledMs: number }[] {
  const target = createDelayTarget();
  const arrivals = Array.from({ length: (seconds * 1_000) / frameMs }, (_, frame) => {
    const copied = isLost(frame);
    return { frame, copied, atMs: frame * frameMs + wayMs + (copied ? copiedAfterMs : 0) };
  }).toSorted((a, b) => a.atMs - b.atMs);
  const waits = [];
  let lookedMs = 0;
  for (const { frame, copied, atMs } of arrivals) {
    for (; lookedMs <= atMs; lookedMs += 100) {
      target.update();
      const { offsetMs, settledMs, floorMs } = target;
      waits.push({ atMs: lookedMs, waitMs: offsetMs - floorMs, settledMs: settledMs - floorMs });
    }
    target.available(frame * frameMs * 48, frameMs * 48, atMs, copied);
  }
  return waits;
}

const lostAtRandom = (seed: number, share: number, untilMs: number): Fate => {
  const random = mulberry32(seed);
  const lost = Array.from({ length: untilMs / frameMs }, () => random() < share);
  return (frame) => lost[frame] === true;
};
const seeds = fc.integer({ min: 0, max: 2 ** 31 });
const forSeeds = (check: (seed: number) => void): void => fc.assert(fc.property(seeds, check), { numRuns: 40 });
/** Beside clocks and timers. */
const nothingMs = 10;

test('what losses made necessary is given up seven seconds after the last one, whichever they were', () => {
  fc.assert(
    fc.property(seeds, fc.double({ min: 0.01, max: 0.6, noNaN: true }), (seed, share) => {
      const after = waitsOver(18, lostAtRandom(seed, share, 10_000)).filter(({ atMs }) => atMs > 17_000);
      expect(Math.max(...after.map(({ settledMs }) => settledMs))).toBeLessThan(nothingMs);
    }),
    { numRuns: 40 },
  );
});

test('the more there were, the sooner: of two packets in five within five seconds', () => {
  forSeeds((seed) => {
    const after = waitsOver(16, lostAtRandom(seed, 0.4, 10_000)).filter(({ atMs }) => atMs > 15_000);
    expect(Math.max(...after.map(({ settledMs }) => settledMs))).toBeLessThan(nothingMs);
  });
});

test('as long as they last, they are waited for', () => {
  fc.assert(
    fc.property(seeds, fc.double({ min: 0.2, max: 0.5, noNaN: true }), (seed, share) => {
      const during = waitsOver(20, lostAtRandom(seed, share, 20_000)).filter(({ atMs }) => atMs > 5_000);
      expect(Math.min(...during.map(({ waitMs }) => waitMs))).toBeGreaterThan(copyAfterMs);
    }),
    { numRuns: 40 },
  );
});

test('bursts are waited for from one to the next', () => {
  const late = waitsOver(20, (frame) => frame % 150 >= 145).filter(({ atMs }) => atMs > 4_000);
  expect(Math.min(...late.map(({ waitMs }) => waitMs))).toBeGreaterThan(copyAfterMs);
});

test('what they needed sinks by steps, lest sound be left out to follow it', () => {
  const waits = waitsOver(18, (frame) => frame < 500 && frame % 4 === 0, 240).filter(({ atMs }) => atMs > 8_000);
  const steps = waits.slice(1).map(({ waitMs }, i) => (waits[i]?.waitMs ?? 0) - waitMs);
  expect(waits[0]?.waitMs).toBeGreaterThan(240);
  expect(waits.at(-1)?.waitMs).toBeLessThan(nothingMs);
  expect(Math.max(...steps)).toBeLessThanOrEqual(50);
});

test('a clock that leaps ahead leaves no delay behind, and neither does a way that becomes much shorter', () => {
  for (const leapMs of [60_000, 5_000, 300]) {
    const target = createDelayTarget();
    for (let atMs = 0; atMs < 12_000; atMs += frameMs) {
      const mediaMs = atMs + (atMs < 5_000 ? 0 : leapMs);
      target.available(mediaMs * 48, frameMs * 48, atMs + wayMs, false);
      if (atMs % 100 === 0) target.update();
    }
    expect(target.offsetMs - target.floorMs).toBeLessThan(nothingMs);
  }
});

test('a queue that has emptied is forgotten within one and a half seconds, on a way that wanders', () => {
  forSeeds((seed) => {
    const random = mulberry32(seed);
    const target = createDelayTarget();
    const waits = new Map<number, number>();
    let newestMs = 0;
    for (let atMs = 0; atMs < 8_000; atMs += frameMs) {
      // 300 ms of it, built up within a second, and gone as soon at 5 s.
      const queueMs = 300 * Math.max(0, Math.min(1, (atMs - 2_000) / 1_000, (5_000 - atMs) / 1_000));
      newestMs = Math.max(newestMs, atMs + wayMs + random() * 70 + queueMs);
      target.available(atMs * 48, frameMs * 48, newestMs, false);
      if (atMs % 100 === 0) target.update();
      waits.set(atMs, target.offsetMs - wayMs);
    }
    expect(waits.get(4_000)).toBeGreaterThan(250);
    expect(waits.get(6_500)).toBeLessThan(150);
  });
});

/** What is not given up yet, on a narrow way that wanders by 60 ms, in whose queue others leave 140 ms at times. */
function settledBeside(seed: number, hasPeak: (atMs: number) => boolean): (atMs: number) => number {
  const random = mulberry32(seed);
  const target = createDelayTarget();
  const settled: number[] = [];
  let newestMs = 0;
  for (let atMs = 0; atMs < 64_000; atMs += 2 * frameMs) {
    newestMs = Math.max(newestMs, atMs + wayMs + random() * 60 + (hasPeak(atMs) ? 140 : 0));
    target.available(atMs * 48, 2 * frameMs * 48, newestMs, false);
    if (atMs % 200 === 0 || atMs % 200 === 80) target.update();
    settled.push(target.settledMs - wayMs);
  }
  return (atMs) => settled[Math.floor(atMs / (2 * frameMs))] ?? Number.NaN;
}

test('of a peak, in which somebody else had the line for a moment, nothing is left half a second later', () => {
  forSeeds((seed) => {
    const settledMs = settledBeside(seed, (atMs) => atMs >= 8_000 && atMs < 8_600);
    expect(settledMs(8_500)).toBeGreaterThan(140);
    expect(settledMs(9_200)).toBeLessThan(100);
  });
});

test('but a way that has become longer is, and peaks that come again and again are waited for', () => {
  forSeeds((seed) => {
    expect(settledBeside(seed, (atMs) => atMs >= 8_000)(15_000)).toBeGreaterThan(140);
    for (const [everyMs, lastMs] of [
      [1_200, 600],
      [1_500, 300],
      [2_000, 500],
      [4_000, 1_000],
    ] as const) {
      const again = settledBeside(seed, (atMs) => atMs % everyMs < lastMs);
      const waits = Array.from({ length: 370 }, (_, index) => again(26_000 + index * 100));
      expect(Math.min(...waits)).toBeGreaterThan(140);
    }
  });
});

test('and so are bursts: packets that were held for a tenth of a second, and come together', () => {
  fc.assert(
    fc.property(seeds, (seed) => {
      const random = mulberry32(seed);
      const target = createDelayTarget();
      let newestMs = 0;
      let late = 0;
      for (let atMs = 0; atMs < 120_000; atMs += frameMs) {
        const heldMs = atMs % 4_000 < 1_600 ? 100 - frameMs - (atMs % 100) : 0;
        newestMs = Math.max(newestMs, atMs + wayMs + heldMs + random() * 10);
        if (atMs > 26_000 && newestMs > atMs + target.settledMs) late += 1;
        target.available(atMs * 48, frameMs * 48, newestMs, false);
        if (atMs % 100 === 0) target.update();
      }
      expect(late).toBeLessThan(5);
    }),
    { numRuns: 10 },
  );
});

test('and once they are over for half a minute, a single one is a peak again', () => {
  forSeeds((seed) => {
    const settledMs = settledBeside(seed, (atMs) => (atMs < 12_000 ? atMs % 4_000 < 1_000 : atMs >= 60_000 && atMs < 60_600));
    expect(settledMs(60_500)).toBeGreaterThan(140);
    expect(settledMs(61_200)).toBeLessThan(100);
  });
});

test('how late copies come says nothing of whether the way became worse again', () => {
  forSeeds((seed) => {
    const random = mulberry32(seed);
    const target = createDelayTarget();
    const gaveUpAfterMs: number[] = [];
    const queues = [5_000, 40_000, 75_000];
    const arrivals: (readonly [frame: number, atMs: number, copied: boolean])[] = [];
    for (let frame = 0; frame * frameMs < 90_000; frame += 1) {
      const sentMs = frame * frameMs;
      const queueMs = queues.some((fromMs) => sentMs >= fromMs && sentMs < fromMs + 5_000) ? 200 : 0;
      const copied = random() < 0.2;
      arrivals.push([frame, sentMs + wayMs + queueMs + (copied ? 80 : 0), copied]);
    }
    let lookedMs = 0;
    let isGivenUp = true;
    for (const [frame, atMs, copied] of arrivals.toSorted(([, a], [, b]) => a - b)) {
      for (; lookedMs <= atMs; lookedMs += 100) {
        target.update();
        const endedMs = queues.findLast((fromMs) => lookedMs >= fromMs + 5_200);
        if (endedMs === undefined || queues.some((fromMs) => lookedMs >= fromMs && lookedMs < fromMs + 5_200)) isGivenUp = false;
        else if (!isGivenUp && target.offsetMs < wayMs + 150) {
          isGivenUp = true;
          gaveUpAfterMs.push(lookedMs - endedMs - 5_200);
        }
      }
      target.available(frame * frameMs * 48, frameMs * 48, atMs, copied);
    }
    expect(gaveUpAfterMs).toHaveLength(3);
    expect(Math.max(...gaveUpAfterMs)).toBeLessThan(1_500);
  });
});

test('where a queue is waited for anyway, copies that come a little later still are waited for, too', () => {
  // It fills for 400 ms, drops the last packet, of which a copy comes with the next one, and empties.
  const cycleFrames = 20;
  const highestMs = 240;
  const behindMs = 20;
  const target = createDelayTarget();
  for (let frame = 0; frame < 500; frame += 1) {
    const step = frame % cycleFrames;
    const queuedMs = (highestMs * step) / (cycleFrames - 1);
    const isLost = frame % (3 * cycleFrames) === cycleFrames - 1;
    target.available(frame * frameMs * 48, frameMs * 48, frame * frameMs + queuedMs + (isLost ? behindMs : 0), isLost);
    if (frame % 5 === 0) target.update();
  }
  const waitMs = target.offsetMs - target.floorMs;
  expect(waitMs).toBeGreaterThanOrEqual(highestMs + behindMs);
  expect(waitMs).toBeLessThan(highestMs + behindMs + nothingMs);
});

import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { createJitterBuffer, type Decision, type JitterBuffer } from '../../../main/media/audio/index.ts';
import { mulberry32 } from './synth-speech.ts';

interface Arrival {
  /** Position in the stream, 0, 1, 2, … */
  readonly index: number;
  readonly atMs: number;
  /** Earlier frames that come with it. */
  readonly copies?: readonly number[];
}

interface Played {
  readonly kind: Decision['kind'];
  /** Of the frame given with the decision. */
  readonly index: number | null;
  readonly pace: Decision['pace'];
  readonly cut: boolean;
  readonly samples: number;
  readonly atMs: number;
}

interface World {
  readonly firstSequence?: number;
  readonly firstTimestamp?: number;
  /** Where a frame stands in the sound, and how long it is, samples at 48 kHz. */
  readonly frameAt?: (index: number) => { readonly from: number; readonly samples: number };
}
const evenly = (index: number) => ({ from: index * 960, samples: 960 });

/** Begins as a SILK frame of 20 ms with in-band FEC does; what follows says which it is. */
const payloadOf = (index: number): Uint8Array => Uint8Array.of(1 << 3, 0x40, index >> 24, index >> 16, index >> 8, index, 0x55);
const indexIn = ({ bytes, start }: Decision): number => new DataView(bytes.buffer, bytes.byteOffset + start).getUint32(2);
const hasPacket = ({ kind }: Decision): boolean => kind === 'frame' || kind === 'fec';

/** Pushes frame `index`, in packet `sequence`. */
function push(
  buffer: JitterBuffer,
  sequence: number,
  timestamp: number,
  index: number,
  atMs: number,
  redundant = false,
  length = 960,
): void {
  const payload = payloadOf(index);
  buffer.push(sequence & 0xff_ff, timestamp >>> 0, length, redundant, payload, 0, payload.length, atMs);
}

/** Plays the arrivals to a buffer whose player needs a frame whenever the last one (stretched by its pace) is over. */
function play(
  arrivals: readonly Arrival[],
  untilMs: number,
  { firstSequence = 100, firstTimestamp = 5000, frameAt = evenly }: World = {},
) {
  const buffer: JitterBuffer = createJitterBuffer();
  const played: Played[] = [];
  const waiting = arrivals.toSorted((a, b) => a.atMs - b.atMs);
  let at = 0;
  const give = (sequence: number, index: number, atMs: number, redundant: boolean): void => {
    const { from, samples } = frameAt(index);
    push(buffer, firstSequence + sequence, firstTimestamp + from, index, atMs, redundant, samples);
  };
  for (let nowMs = 3; nowMs < untilMs;) {
    for (let next = waiting[at]; next !== undefined && next.atMs <= nowMs; at += 1, next = waiting[at]) {
      for (const copy of next.copies ?? []) {
        if (copy >= 0) give(next.index, copy, next.atMs, true);
      }
      give(next.index, next.index, next.atMs, false);
    }
    const decision = buffer.pull(nowMs);
    const { kind, pace, cut, samples, skip } = decision;
    played.push({ kind, index: hasPacket(decision) ? indexIn(decision) : null, pace, cut, samples, atMs: nowMs });
    const change = kind !== 'frame' ? 0 : pace === 'faster' ? -6 : pace === 'slower' ? 6 : 0;
    if (change !== 0) buffer.stretched(change * 48);
    nowMs += kind === 'silence' ? 10 : (samples - skip) / 48 + change;
  }
  return { played, statistics: buffer.statistics };
}

const regular = (count: number, delayMs: (index: number) => number): Arrival[] =>
  Array.from({ length: count }, (_, index) => ({ index, atMs: index * 20 + delayMs(index) }));
const frames = (played: readonly Played[]): number[] =>
  played.filter(({ kind }) => kind === 'frame').map(({ index }) => index ?? Number.NaN);
const range = (from: number, to: number): number[] => Array.from({ length: to - from }, (_, i) => from + i);
const count = (played: readonly Played[], kind: Played['kind'], fromMs = 0): number =>
  played.filter((one) => one.kind === kind && one.atMs >= fromMs).length;

const milliseconds = (played: readonly Played[], kind: Played['kind'], fromMs = 0): number =>
  played.filter((one) => one.kind === kind && one.atMs >= fromMs).reduce((sum, { samples }) => sum + samples / 48, 0);

describe('a jitter buffer', () => {
  test('plays a regular stream in order, all of it, with a small delay', () => {
    const { played, statistics } = play(
      regular(250, () => 40),
      4900,
    );
    expect(frames(played).slice(0, 200)).toEqual(range(0, 200));
    expect(count(played, 'conceal')).toBe(0);
    expect(statistics.delayMs).toBeLessThan(35);
  });

  test('puts packets that overtook each other back into order', () => {
    const { played } = play(
      regular(250, (index) => (index % 10 === 5 ? 65 : 40)),
      4900,
    );
    const late = frames(played).filter((index) => index > 100);
    expect(late).toEqual(late.toSorted((a, b) => a - b));
    expect(count(played, 'conceal', 2000) + count(played, 'fec', 2000)).toBeLessThanOrEqual(2);
  });

  test('plays a packet once, however often it comes', () => {
    const once = regular(100, () => 40);
    const again = once.map(({ index, atMs }) => ({ index, atMs: atMs + 5 }));
    const { played } = play([...once, ...again, ...again], 2000);
    expect(frames(played)).toEqual(range(0, frames(played).length));
    expect(frames(played).length).toBeGreaterThan(90);
  });

  test('goes on over the wrap of sequence numbers and timestamps', () => {
    const world = { firstSequence: 0xff_ff - 50, firstTimestamp: 0xff_ff_ff_ff - 960 * 70 };
    const { played } = play(
      regular(250, () => 40),
      4900,
      world,
    );
    expect(frames(played).slice(0, 200)).toEqual(range(0, 200));
    expect(count(played, 'conceal') + count(played, 'fec')).toBe(0);
  });

  test('mends a lost packet from its successor, and the delay stays', () => {
    const lost = new Set([60, 90, 120, 150]);
    // A little scatter first, so that a frame waits and the successor is there when it is wanted.
    const { played, statistics } = play(
      regular(250, (index) => 40 + (index % 4) * 10).filter(({ index }) => !lost.has(index)),
      4900,
    );
    expect(milliseconds(played, 'fec') + milliseconds(played, 'conceal', 1000)).toBeGreaterThanOrEqual(60);
    expect(milliseconds(played, 'fec') + milliseconds(played, 'conceal', 1000)).toBeLessThan(120);
    expect(count(played, 'fec')).toBeGreaterThan(0);
    expect(frames(played).filter((index) => index > 40 && index < 154)).toEqual(
      range(41, 154).filter((index) => !lost.has(index)),
    );
    // Up to 30 ms of scatter, and a frame's wait for the next.
    expect(statistics.delayMs).toBeLessThan(80);
    expect(statistics.lost).toBe(4);
  });

  test('plays no copy that comes when its sound was invented already, for what follows is there and would become late', () => {
    const buffer = createJitterBuffer();
    const heard: string[] = [];
    for (let index = 0; index < 12; index += 1) {
      const isLost = index === 5 || index === 6;
      if (!isLost) push(buffer, index, index * 960, index, index * 20);
      const decision = buffer.pull(index * 20 + 5);
      heard.push(hasPacket(decision) ? `${decision.kind} ${indexIn(decision)}` : decision.kind);
      if (index === 7) push(buffer, 7, 5 * 960, 5, 147, true);
    }
    expect(heard.slice(5)).toEqual(['frame 3', 'frame 4', 'conceal', 'fec 7', 'frame 7', 'frame 8', 'frame 9']);
  });

  test('waits for copies while packets are lost, and plays every frame; without loss it waits no more', () => {
    const random = mulberry32(11);
    const stream = regular(1500, () => 40).map((one) => ({ ...one, copies: [one.index - 2, one.index - 1] }));
    const isLost = (index: number): boolean => index > 100 && index < 700 && random() < 0.2;
    const arrivals = stream.filter(({ index }) => !isLost(index));
    const during = play(
      arrivals.filter(({ index }) => index < 700),
      13_900,
    );
    expect(during.statistics.targetMs).toBeGreaterThan(35);
    expect(during.statistics.targetMs).toBeLessThan(75);
    const missed = range(300, 600).filter((index) => !frames(during.played).includes(index));
    expect(missed.length).toBeLessThan(12);
    const after = play(arrivals, 29_000);
    expect(after.statistics.targetMs).toBeLessThan(15);
    expect(after.statistics.delayMs).toBeLessThan(30);
  });

  test('after an underrun nothing late is lost, and the delay it brought is drained again', () => {
    // Nothing arrives for 120 ms; then everything at once.
    const { played, statistics } = play(
      regular(400, (index) => (index >= 100 && index < 106 ? 40 + (106 - index) * 20 : 40)),
      7900,
    );
    expect(frames(played).slice(0, 300)).toEqual(range(0, 300));
    expect(count(played, 'conceal')).toBeGreaterThan(2);
    expect(played.some(({ pace }) => pace === 'faster')).toBe(true);
    expect(statistics.delayMs).toBeLessThan(60);
  });

  test('a stall of a second is not dragged along: frames are left out, with a cross-fade', () => {
    const { played, statistics } = play(
      regular(400, (index) => (index >= 100 && index < 140 ? 40 + (140 - index) * 20 : 40)),
      7900,
    );
    expect(played.some(({ cut }) => cut)).toBe(true);
    expect(statistics.delayMs).toBeLessThan(450);
    expect(frames(played).at(-1)).toBeGreaterThan(380);
  });

  test('its target rises soon when arrivals begin to scatter, and falls slowly when they stop', () => {
    const random = mulberry32(5);
    const scatter = (from: number, to: number) => (index: number) => (index >= from && index < to ? 40 + random() * 80 : 40);
    const during = play(regular(350, scatter(150, 350)), 6900);
    expect(during.statistics.targetMs).toBeGreaterThan(60);
    expect(count(during.played, 'conceal', 5000)).toBeLessThan(8);
    const after = play(regular(1500, scatter(150, 350)), 29_000);
    expect(after.statistics.targetMs).toBeLessThan(30);
    expect(after.statistics.delayMs).toBeLessThan(60);
  });

  test.each([-200, 200])('follows a sender whose clock is wrong by %i parts per million for an hour', (ppm) => {
    const hourPackets = 180_000;
    const { played, statistics } = play(
      Array.from({ length: hourPackets }, (_, index) => ({ index, atMs: 40 + index * 20 * (1 + ppm / 1e6) })),
      3_595_000,
    );
    expect(statistics.delayMs).toBeLessThan(40);
    expect(statistics.skippedMs).toBe(0);
    // The hour is 720 ms off. Each correction is a pitch period (6 ms here) or the wait of 10 ms that a late packet asks for.
    expect(milliseconds(played, 'conceal')).toBeLessThan(800);
    const moves = played.filter(({ pace }) => pace === 'faster' || pace === 'slower').length;
    expect(moves).toBeLessThan(400);
  });

  test('a sender that slept is silence, not thousands of invented frames, and afterwards it plays again', () => {
    const pause = regular(300, (index) => (index < 100 ? 40 : 3040));
    const { played } = play(pause, 8000);
    expect(milliseconds(played, 'conceal')).toBeLessThanOrEqual(420);
    expect(frames(played)).toContain(235);
  });

  test('a sender that starts anew is followed', () => {
    const buffer = createJitterBuffer();
    let now = 0;
    const heard: number[] = [];
    for (let index = 0; index < 400; index += 1) {
      now += 20;
      const sequence = index < 200 ? 30_000 + index : 500 + index;
      push(buffer, sequence, (index < 200 ? 0 : 7_000_000) + index * 960, index, now);
      const decision = buffer.pull(now + 5);
      if (decision.kind === 'frame') heard.push(indexIn(decision));
    }
    expect(heard.at(-1)).toBeGreaterThan(390);
  });
});

test.each([0, 100])(
  'a copy of what was played before the sender leapt, %i frames after the first, is not played again',
  (earlier) => {
    const leapt = earlier + 128;
    const { played } = play(
      [
        { index: earlier, atMs: 40 },
        { index: leapt, atMs: 2600 },
        { index: earlier, atMs: 2600 },
        { index: earlier, atMs: 2610 },
      ],
      8000,
    );
    expect(frames(played)).toEqual([earlier, leapt]);
  },
);

test('a crowd of stragglers is no sender that starts anew', () => {
  const late = range(0, 80).map((index) => ({ index: 100 + index, atMs: 6_045 }));
  const arrivals = regular(400, () => 40).filter(({ index }) => index < 100 || index >= 180);
  const { played } = play([...arrivals, ...late], 8_500);
  const order = frames(played);
  expect(order).toEqual(order.toSorted((a, b) => a - b));
  expect(new Set(order).size).toBe(order.length);
  expect(order.at(-1)).toBe(399);
});

test('whatever arrives whenever: nothing throws, no frame plays twice, order and delay keep their bounds', () => {
  const arrival = fc.record({
    index: fc.integer({ min: 0, max: 400 }),
    jitterMs: fc.oneof(fc.integer({ min: 0, max: 40 }), fc.integer({ min: 0, max: 3000 })),
  });
  fc.assert(
    fc.property(fc.array(arrival, { maxLength: 500 }), fc.integer({ min: 0, max: 0xff_ff }), (picks, firstSequence) => {
      const arrivals = picks.map(({ index, jitterMs }) => ({ index, atMs: 40 + index * 20 + jitterMs }));
      const { played, statistics } = play(arrivals, 12_000, { firstSequence, firstTimestamp: 0xff_ff_f0_00 });
      const order = frames(played);
      expect(new Set(order).size).toBe(order.length);
      expect(order).toEqual(order.toSorted((a, b) => a - b));
      expect(statistics.targetMs).toBeLessThanOrEqual(440);
      // The largest target, what it may be exceeded by, and what the fastest path may have changed since it was looked at.
      expect(statistics.delayMs).toBeLessThan(404 + 220 + 200);
    }),
    {
      numRuns: 300,
      verbose: 0,
      examples: [
        [
          [
            { index: 0, jitterMs: 0 },
            { index: 128, jitterMs: 0 },
            { index: 0, jitterMs: 2560 },
          ],
          0,
        ],
        [
          [
            { index: 5, jitterMs: 0 },
            { index: 135, jitterMs: 0 },
            { index: 7, jitterMs: 2560 },
            { index: 5, jitterMs: 2600 },
          ],
          0,
        ],
      ],
    },
  );
});

test('likewise with copies, with frames of every length, and with pauses that were left out', () => {
  const frame = fc.record({
    samples: fc.constantFrom(480, 960, 1_920, 2_880),
    /** Left out before it. */
    pauseMs: fc.oneof({ weight: 8, arbitrary: fc.constant(0) }, { weight: 1, arbitrary: fc.integer({ min: 1, max: 40 }) }),
    lost: fc.oneof({ weight: 4, arbitrary: fc.constant(false) }, { weight: 1, arbitrary: fc.constant(true) }),
    jitterMs: fc.oneof(fc.integer({ min: 0, max: 40 }), fc.integer({ min: 0, max: 400 })),
    copies: fc.array(fc.integer({ min: 1, max: 6 }), { maxLength: 2 }),
  });
  fc.assert(
    fc.property(
      fc.array(frame, { minLength: 1, maxLength: 300 }),
      fc.integer({ min: 0, max: 0xff_ff }),
      (stream, firstSequence) => {
        let end = 0;
        const places = stream.map(({ samples, pauseMs }) => {
          const from = end + pauseMs * 10 * 48;
          end = from + samples;
          return { from, samples };
        });
        const frameAt = (index: number) => places[index] ?? { from: 0, samples: 960 };
        const arrivals = stream.flatMap(({ lost, jitterMs, copies }, index) =>
          lost
            ? []
            : [
                {
                  index,
                  // A packet leaves when its sound is over.
                  atMs: 40 + (frameAt(index).from + frameAt(index).samples) / 48 + jitterMs,
                  copies: copies.map((distance) => index - distance),
                },
              ],
        );
        const world = { firstSequence, firstTimestamp: 0xff_ff_f0_00, frameAt };
        const { played, statistics } = play(arrivals, end / 48 + 3_000, world);
        const order = frames(played);
        expect(new Set(order).size).toBe(order.length);
        expect(order).toEqual(order.toSorted((a, b) => a - b));
        expect(statistics.targetMs).toBeLessThanOrEqual(440);
        expect(statistics.delayMs).toBeLessThan(404 + 220 + 200);
      },
    ),
    { numRuns: 300, verbose: 0 },
  );
});

test('sequence numbers and timestamps that make no sense are survived', () => {
  const packet = fc.tuple(fc.integer({ min: 0, max: 0xff_ff }), fc.integer({ min: 0, max: 0xff_ff_ff_ff }), fc.nat(100));
  fc.assert(
    fc.property(fc.array(packet, { maxLength: 300 }), (packets) => {
      const buffer = createJitterBuffer();
      let now = 0;
      for (const [sequence, timestamp, stepMs] of packets) {
        now += stepMs;
        push(buffer, sequence, timestamp, 1, now, sequence % 3 === 0);
        const { kind, samples, skip, length } = buffer.pull(now);
        expect(['frame', 'fec', 'conceal', 'comfort', 'silence']).toContain(kind);
        expect(samples).toBeGreaterThanOrEqual(kind === 'silence' ? 0 : 120);
        expect(samples % 120).toBe(0);
        expect(skip).toBeLessThan(Math.max(1, samples));
        expect(length).toBeLessThanOrEqual(1275);
      }
    }),
    { numRuns: 200, verbose: 0 },
  );
});

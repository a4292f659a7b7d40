import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { createJitterBuffer, type JitterBuffer } from '../../../main/media/audio/index.ts';
import { mulberry32 } from './synth-speech.ts';

interface Arrival {
  /** Position in the stream, 0, 1, 2, … */
  readonly index: number;
  readonly atMs: number;
}

interface Played {
  readonly kind: 'frame' | 'fec' | 'conceal' | 'silence';
  /** Of the packet given with the decision. */
  readonly index: number | null;
  readonly pace: 'keep' | 'faster' | 'slower';
  readonly cut: boolean;
  readonly atMs: number;
}

interface World {
  readonly firstSequence?: number;
  readonly firstTimestamp?: number;
}

const payloadOf = (index: number): Uint8Array => Uint8Array.of(index >> 24, index >> 16, index >> 8, index, 0x55);
const indexIn = (packet: Uint8Array): number => new DataView(packet.buffer, packet.byteOffset).getUint32(0);

/** Plays the arrivals to a buffer whose player needs a frame whenever the last one (stretched by its pace) is over. */
function play(arrivals: readonly Arrival[], untilMs: number, { firstSequence = 100, firstTimestamp = 5000 }: World = {}) {
  const buffer: JitterBuffer = createJitterBuffer();
  const played: Played[] = [];
  const waiting = arrivals.toSorted((a, b) => a.atMs - b.atMs);
  let at = 0;
  for (let nowMs = 3; nowMs < untilMs;) {
    for (let next = waiting[at]; next !== undefined && next.atMs <= nowMs; at += 1, next = waiting[at]) {
      const timestamp = (firstTimestamp + next.index * 960) >>> 0;
      buffer.push((firstSequence + next.index) & 0xff_ff, timestamp, payloadOf(next.index), next.atMs);
    }
    const { kind, packet, pace, cut } = buffer.pull(nowMs);
    played.push({ kind, index: packet === null ? null : indexIn(packet), pace, cut, atMs: nowMs });
    nowMs += kind !== 'frame' || pace === 'keep' ? 20 : pace === 'faster' ? 14 : 26;
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
    const { played, statistics } = play(
      regular(250, () => 40).filter(({ index }) => !lost.has(index)),
      4900,
    );
    const fec = played.filter(({ kind }) => kind === 'fec').map(({ index }) => index);
    expect(fec.length + count(played, 'conceal')).toBe(4);
    expect(frames(played).slice(0, 150)).toEqual(range(0, 154).filter((index) => !lost.has(index)));
    expect(statistics.delayMs).toBeLessThan(40);
    expect(statistics.lost).toBe(4);
  });

  test('of a hole of three, two are invented and the last comes from the next packet', () => {
    const { played } = play(
      regular(250, (index) => (index < 100 ? 40 + (index % 3) * 30 : 40)).filter(({ index }) => index < 120 || index > 122),
      4900,
    );
    const hole = played.filter(({ atMs, kind }) => atMs > 2300 && atMs < 2700 && kind !== 'frame').map(({ kind }) => kind);
    expect(hole.filter((kind) => kind === 'conceal').length).toBeGreaterThanOrEqual(2);
    expect(hole.length).toBe(3);
    expect(frames(played)).toContain(123);
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

  test.each([-300, 300])('follows a sender whose clock is wrong by %i parts per million', (ppm) => {
    const { played, statistics } = play(
      Array.from({ length: 6000 }, (_, index) => ({ index, atMs: 40 + index * 20 * (1 + ppm / 1e6) })),
      119_000,
    );
    expect(statistics.delayMs).toBeLessThan(60);
    expect(count(played, 'conceal')).toBeLessThan(12);
    expect(statistics.skipped).toBe(0);
  });

  test('a sender that slept is silence, not thousands of invented frames, and afterwards it plays again', () => {
    const pause = regular(300, (index) => (index < 100 ? 40 : 3040));
    const { played } = play(pause, 8000);
    expect(count(played, 'conceal')).toBeLessThanOrEqual(12);
    expect(frames(played)).toContain(235);
  });

  test('a sender that starts anew is followed', () => {
    const buffer = createJitterBuffer();
    let now = 0;
    const heard: number[] = [];
    for (let index = 0; index < 400; index += 1) {
      now += 20;
      const sequence = index < 200 ? 30_000 + index : 500 + index;
      buffer.push(sequence & 0xff_ff, (index < 200 ? 0 : 7_000_000) + index * 960, payloadOf(index), now);
      const { kind, packet } = buffer.pull(now + 5);
      if (kind === 'frame' && packet !== null) heard.push(indexIn(packet));
    }
    expect(heard.at(-1)).toBeGreaterThan(390);
  });
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
      expect(statistics.targetMs).toBeLessThanOrEqual(420);
      // 64 packets of 20 ms are all it can hold.
      expect(statistics.delayMs).toBeLessThan(1700);
    }),
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
        buffer.push(sequence, timestamp, Uint8Array.of(1), now);
        expect(['frame', 'fec', 'conceal', 'silence']).toContain(buffer.pull(now).kind);
      }
    }),
    { numRuns: 200, verbose: 0 },
  );
});

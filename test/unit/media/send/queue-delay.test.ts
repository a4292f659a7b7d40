import { describe, expect, test } from 'vitest';
import { createQueueDelay } from '../../../../main/media/audio/send/queue-delay.ts';
import { createLink, shapedLink } from '../../../quality/simulation/link.ts';
import { mulberry32 } from '../synth-speech.ts';

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
    // Nor do the newest hide what others told, because they are all about as long as the mean.
    expect(msPerByteOf((index) => (index < 90 ? speech(index) : 140 + (index % 2) * 10), 0)).toBeCloseTo(0, 2);
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

  test('is told from wandering, however far apart packets are', () => {
    /** Packets of `frameMs`, one in five of them lost, on a way that wanders and keeps their order. */
    const unevenMs = (frameMs: number, mostMs: number): number => {
      const random = mulberry32(frameMs);
      const queue = createQueueDelay();
      let lastMs = 0;
      for (let nowMs = 0; nowMs < 30_000; nowMs += frameMs) {
        const wanderMs = mostMs * random();
        if (random() < 0.2) continue;
        lastMs = Math.max(lastMs, nowMs + 50 + wanderMs);
        queue.packet(nowMs, lastMs, 150);
        if (nowMs % 240 === 0) queue.look();
      }
      return queue.look().unevenMs;
    };
    const uneven = [20, 40, 60].map((frameMs) => unevenMs(frameMs, 160));
    expect(Math.min(...uneven)).toBeGreaterThan(70);
    expect(Math.max(...uneven)).toBeLessThan(160);
    // Shorter frames, earned on a way that hardly wanders, must not look as if it did.
    expect(unevenMs(10, 3)).toBeLessThan(1.4 * unevenMs(20, 3));
  });

  test('is not made by one packet that comes late', () => {
    expect(viewOf((index) => (index === 97 ? 250 : 50))).toMatchObject({ queueMs: 0, growthMsPerS: 0 });
  });

  /** Talk and pause, 1.2 s of one, 0.6 s of the other, over a place that is thought to be a line of `lineBps`. */
  const overPlace = (lineBps: number, takeMs: (nowMs: number, bytes: number) => number) => {
    const queue = createQueueDelay();
    let nowMs = 0;
    /** The queue seen in `ms` from now on, and that they begin with. */
    const seen = (ms: number): number[] => {
      const queues = [queue.look().queueMs];
      for (const endMs = nowMs + ms; nowMs < endMs;) {
        for (let i = 0; i < 3; i += 1, nowMs += 40) {
          const bytes = nowMs % 1_800 < 1_200 ? 190 + (i % 2) * 30 : 100;
          queue.packet(nowMs, nowMs + takeMs(nowMs, bytes), bytes);
        }
        queues.push(queue.look().queueMs);
      }
      return queues;
    };
    seen(400);
    queue.setLine(lineBps);
    seen(10_000);
    return { queue, seen };
  };

  test('is the same when a place turns out to carry more, or less: none is invented, and none hidden', () => {
    const wider = overPlace(20_000, (_, bytes) => 50 + bytes * msPerByteAt32kbps);
    wider.queue.setLine(32_000);
    expect(Math.max(...wider.seen(5_000))).toBeLessThan(5);
    const msPerByteAt20kbps = 0.4;
    let waitMs = 0;
    const narrower = overPlace(32_000, (_, bytes) => 50 + bytes * msPerByteAt20kbps + waitMs);
    narrower.queue.setLine(20_000);
    expect(Math.max(...narrower.seen(5_000))).toBeLessThan(5);
    waitMs = 25;
    const seen = narrower.seen(2_000).slice(3);
    expect([Math.min(...seen), Math.max(...seen)].map((ms) => Math.abs(ms - 25) < 5)).toEqual([true, true]);
  });

  test('is not told by sizes where short bursts pass at once: a large packet took no longer than a small one', () => {
    const shaped = createLink(shapedLink, () => 0);
    let waitMs = 0;
    const { seen } = overPlace(32_000, (nowMs, bytes) => shaped.take(bytes, nowMs) - nowMs + waitMs);
    expect(Math.max(...seen(5_000))).toBeLessThan(5);
    waitMs = 25;
    expect(Math.min(...seen(2_000).slice(3))).toBeGreaterThan(20);
  });

  test('is none any more if somebody else’s has been made part of the way, and all there is if it was ours after all', () => {
    const queue = createQueueDelay();
    let nowMs = 0;
    const queueMsAt = (delayMs: number): number => {
      for (let i = 0; i < 20; i += 1, nowMs += 20) queue.packet(nowMs, nowMs + delayMs, 120);
      return queue.look().queueMs;
    };
    queueMsAt(50);
    for (let i = 0; i < 10; i += 1) queueMsAt(50 + 30 * i);
    expect(queueMsAt(320)).toBeCloseTo(270);
    queue.rebase();
    expect(queueMsAt(320)).toBeCloseTo(0);
    // It has become shorter meanwhile.
    expect(queueMsAt(200)).toBeCloseTo(0);
    queue.restore();
    expect(queueMsAt(200)).toBeCloseTo(150);
  });
});

import { describe, expect, test } from 'vitest';
import { startPacedTicks } from '../../../main/media/devices/index.ts';
import { VirtualClock } from '../virtual-clock.ts';

describe('paced ticks', () => {
  test('keep the average exact while every timer is late', () => {
    const clock = new VirtualClock();
    const { advance } = clock;
    const due: number[] = [];
    const ticks = startPacedTicks(clock, 10, (dueMs) => due.push(dueMs));
    advance(60_000, 3.7);
    expect(due.length).toBeGreaterThanOrEqual(5999);
    expect(due.slice(0, 3)).toEqual([10, 20, 30]);
    ticks.stop();
    const before = due.length;
    advance(1000);
    expect(due.length).toBe(before);
  });

  test('use the same two timers again and again, as long as they are a little late', () => {
    const clock = new VirtualClock();
    let made = 0;
    const counting = {
      nowMs: clock.nowMs,
      monotonicMs: clock.monotonicMs,
      setTimer(delayMs: number, run: () => void) {
        made += 1;
        return clock.setTimer(delayMs, run);
      },
    };
    for (const [periodMs, latenessMs] of [
      [10, 0],
      [10, 0.4],
      [10.002, 0.3],
      [9.998, 0.9],
      [50, 0.7],
    ] as const) {
      made = 0;
      const startMs = clock.monotonicMs();
      let worstMs = 0;
      let ticked = 0;
      const ticks = startPacedTicks(counting, periodMs, (dueMs) => {
        ticked += 1;
        worstMs = Math.max(worstMs, Math.abs(clock.monotonicMs() - dueMs));
      });
      clock.advance(60_000, latenessMs);
      ticks.stop();
      expect(made).toBeLessThanOrEqual(12);
      expect(worstMs).toBeLessThan(2);
      expect(Math.abs(ticked * periodMs - (clock.monotonicMs() - startMs))).toBeLessThan(2 * periodMs);
      expect(clock.pendingTimers).toBe(0);
    }
  });

  test('make up for a short hang, and not for a long sleep', () => {
    const clock = new VirtualClock();
    const { advance, hang } = clock;
    let ticked = 0;
    startPacedTicks(clock, 10, () => {
      ticked += 1;
    });
    hang(300);
    advance(1);
    expect(ticked).toBe(30);
    hang(3_600_000);
    advance(5);
    expect(ticked).toBeLessThan(40);
  });
});

import { describe, expect, it } from 'vitest';
import { createRecurring } from '../../../main/ports/recurring.ts';
import { seededRandom } from '../identity/fixtures.ts';
import { createHandGate } from '../hand-gate.ts';
import { VirtualClock } from '../virtual-clock.ts';

const minuteMs = 60_000;
const hourMs = 60 * minuteMs;

/** Attempts are counted, and work or not as `works` says. */
function watched(seed: string, pauseMs: number | null = 12 * hourMs) {
  const clock = new VirtualClock(1_700_000_000_000);
  const state = { attempts: 0, works: true };
  const gate = createHandGate();
  const recurring = createRecurring({
    clock,
    random: seededRandom(seed),
    attempt: () => Promise.resolve(((state.attempts += 1), state.works)),
    pauseMs: () => pauseMs,
    retries: { firstMs: minuteMs, lastMs: hourMs / 2 },
    gate,
  });
  /** Step by step, with what each step began brought to its end. */
  const attemptsWithin = async (ms: number, stepMs = 10_000): Promise<number> => {
    const before = state.attempts;
    for (let passedMs = 0; passedMs < ms; passedMs += stepMs) {
      clock.advance(stepMs);
      // oxlint-disable-next-line no-await-in-loop -- moment after moment
      await settle();
    }
    return state.attempts - before;
  };
  return { clock, state, gate, recurring, attemptsWithin };
}

/** Promises that have settled are heard of. */
const settle = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

describe('something that recurs', () => {
  it('does nothing before it is asked to, and nothing after it was stopped', async () => {
    const { clock, state, recurring } = watched('idle');
    clock.advance(100 * hourMs);
    expect(state.attempts).toBe(0);
    await recurring.stop();
    await recurring.now();
    recurring.within(0);
    clock.advance(100 * hourMs);
    expect([state.attempts, clock.pendingTimers]).toEqual([0, 0]);
  });

  it('waits for the gate with what is planned, and with nothing that is asked for', async () => {
    const { gate, state, recurring, attemptsWithin } = watched('gate', null);
    gate.set(true);
    recurring.within(minuteMs);
    expect(await attemptsWithin(hourMs)).toBe(0);
    gate.set(false);
    await settle();
    expect(state.attempts).toBe(1);
    gate.set(true);
    recurring.within(minuteMs);
    expect(await attemptsWithin(hourMs)).toBe(0);
    await recurring.now();
    expect(state.attempts).toBe(2);
    gate.set(false);
    expect(await attemptsWithin(hourMs)).toBe(0);
    gate.set(true);
    recurring.within(minuteMs);
    await attemptsWithin(hourMs);
    await recurring.stop();
    gate.set(false);
    expect(await attemptsWithin(hourMs)).toBe(0);
  });

  it('is tried again in its own time after a failure, whatever the gate says', async () => {
    const { gate, state, recurring, attemptsWithin } = watched('gate and failures');
    state.works = false;
    gate.set(true);
    await recurring.now();
    expect(await attemptsWithin(75_000)).toBe(1);
    expect(await attemptsWithin(hourMs / 2)).toBeGreaterThanOrEqual(3);
    state.works = true;
    await recurring.now();
    expect(await attemptsWithin(20 * hourMs, minuteMs)).toBe(0);
    await recurring.stop();
  });

  it('spreads what many begin together: of a thousand no minute of ten sees more than a sixth', async () => {
    const all = Array.from({ length: 1_000 }, (_, index) => watched(`storm-${index}`));
    for (const { recurring } of all) recurring.within(10 * minuteMs);
    let before = 0;
    for (let minute = 0; minute < 10; minute += 1) {
      for (const { clock } of all) clock.advance(minuteMs);
      // oxlint-disable-next-line no-await-in-loop -- minute after minute
      await settle();
      const sum = all.reduce((total, { state }) => total + state.attempts, 0);
      expect(sum - before).toBeLessThan(1_000 / 6);
      before = sum;
    }
    expect(before).toBe(1_000);
  });

  it('goes on where it was before a restart: the next comes 9 to 15 hours after the last, not after the start', async () => {
    for (const seed of ['one', 'two', 'three', 'four']) {
      const { recurring, attemptsWithin } = watched(seed);
      recurring.resume(3 * hourMs, 10 * minuteMs);
      // oxlint-disable-next-line no-await-in-loop -- one after the other
      expect(await attemptsWithin(6 * hourMs - minuteMs, minuteMs)).toBe(0);
      // oxlint-disable-next-line no-await-in-loop -- likewise
      expect(await attemptsWithin(6 * hourMs + 2 * minuteMs, minuteMs)).toBe(1);
    }
    const { recurring, attemptsWithin } = watched('overdue');
    recurring.resume(100 * hourMs, 10 * minuteMs);
    expect(await attemptsWithin(10 * minuteMs)).toBe(1);
  });

  it('is tried again within a minute or so after a failure, later each time, and as often as usual once it works', async () => {
    const { state, recurring, attemptsWithin } = watched('failing');
    state.works = false;
    await recurring.now();
    expect(await attemptsWithin(75_000)).toBe(1);
    const inHours = await attemptsWithin(3 * hourMs);
    expect(inHours).toBeGreaterThanOrEqual(6);
    expect(inHours).toBeLessThanOrEqual(14);
    state.works = true;
    await recurring.now();
    expect(await attemptsWithin(8 * hourMs, minuteMs)).toBe(0);
    expect(await attemptsWithin(8 * hourMs, minuteMs)).toBe(1);
  });

  it('never comes later for having been asked to come soon', async () => {
    const { recurring, attemptsWithin } = watched('soon', 4 * minuteMs);
    await recurring.now();
    for (let times = 0; times < 100; times += 1) recurring.within(10 * minuteMs);
    expect(await attemptsWithin(5 * minuteMs)).toBeGreaterThanOrEqual(1);
  });
});

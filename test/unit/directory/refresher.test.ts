import { afterEach, describe, expect, it } from 'vitest';
import type { ClaimState } from '../../../main/directory/index.ts';
import { createBench, never, newAccount } from './fixtures.ts';

const minuteMs = 60_000;
const hourMs = 60 * minuteMs;
const running = new Set<{ stop(): Promise<void> }>();
afterEach(async () => {
  await Promise.all([...running].map((each) => each.stop()));
  running.clear();
});

/** Promises that have settled are heard of. */
const settle = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

/** An app whose claim was told so long ago, by its clock, starts. */
async function startLater(laterMs: number, known?: ClaimState) {
  const { directory, network, clock, another } = createBench();
  const wren = await newAccount('wren', 'wren');
  await directory.claim(wren, () => undefined, never);
  clock.setNow(clock.nowMs() + laterMs);
  const before = network.puts;
  const refresher = directory.startRefreshing(() => wren, known);
  running.add(refresher);
  await settle();
  return { refresher, clock, another, told: () => network.puts - before };
}

describe('an app that starts', () => {
  it('says nothing of it in its claim: nobody who looks sees who has just come', async () => {
    const { refresher, clock, told, another } = await startLater(3 * hourMs);
    clock.advance(5 * hourMs);
    await settle();
    expect([told(), refresher.state()]).toEqual([0, 'held']);
    clock.advance(7 * hourMs + minuteMs);
    await expect.poll(told).toBeGreaterThan(0);
    const heard = async (): Promise<number> => {
      const { view } = await another('reader').directory.lookup('wren', never);
      return view.result === 'found' ? clock.nowMs() - view.lastHeartbeatMs : Number.POSITIVE_INFINITY;
    };
    await expect.poll(heard).toBeLessThan(7 * hourMs);
  });

  it.each([
    ['ten minutes, where it fell due in the night', 16 * hourMs, 10 * minuteMs],
    ['a minute, where it fell due long ago', 49 * hourMs, minuteMs],
  ])('refreshes its claim within %s, and not all apps at once', async (_what, laterMs, withinMs) => {
    const { clock, told } = await startLater(laterMs);
    expect(told()).toBe(0);
    clock.advance(withinMs);
    await expect.poll(told).toBeGreaterThan(0);
  });

  it.each([
    ['whose clock was set back', -hourMs, 'held'],
    ['that was seen disputed', hourMs, 'disputed'],
    ['that too few had stored', hourMs, 'pending'],
  ] as const)('refreshes a claim %s at once', async (_what, laterMs, known) => {
    const { refresher, told } = await startLater(laterMs, known);
    await expect.poll(told).toBeGreaterThan(0);
    await expect.poll(() => refresher.state()).toBe('held');
  });

  it('tells a network that it meets at once what it said on its island, and only that', async () => {
    const { refresher, clock, told } = await startLater(hourMs);
    refresher.networkIsBack(clock.nowMs() - minuteMs);
    refresher.networkIsBack(null);
    await settle();
    expect(told()).toBe(0);
    refresher.networkIsBack(clock.nowMs() - 2 * hourMs);
    await expect.poll(told).toBeGreaterThan(0);
  });
});

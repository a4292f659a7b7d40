import { describe, expect, test } from 'vitest';
import { Replicator } from '../../../main/overlay/directory/replicator.ts';
import { defaultShelfLimits, Shelf } from '../../../main/overlay/directory/shelf.ts';
import type { RecordValidator } from '../../../main/overlay/directory-store.ts';
import { silentLogger } from '../../../main/ports/logger.ts';
import { systemRandom } from '../../../main/ports/random.ts';
import { claimValidator, createClaim } from '../../sim/world.ts';
import { VirtualClock } from '../virtual-clock.ts';

const hex = (bytes: Uint8Array): string => Buffer.from(bytes).toString('hex');
const settled = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

const keepsForDays: RecordValidator['judge'] = async (target, offered, held, nowMs) => {
  const verdict = await claimValidator.judge(target, offered, held, nowMs);
  return verdict.verdict === 'store' ? { verdict: 'store', expiresAtMs: nowMs + 7 * 86_400_000 } : verdict;
};

/** A shelf with `count` records, and what is handed on of it. */
async function holder(count: number, put: () => Promise<void> = () => Promise.resolve()) {
  const clock = new VirtualClock();
  const disk = { load: () => [], save: () => undefined, remove: () => undefined };
  const shelf = new Shelf(clock, disk, { judge: keepsForDays }, defaultShelfLimits);
  const targets = Array.from({ length: count }, () => systemRandom.bytes(32));
  const ownId = systemRandom.bytes(32);
  await Promise.all(targets.map((target) => shelf.offer(target, createClaim(systemRandom.bytes(32), target, 1), null, ownId)));
  const handedOn: string[] = [];
  const role = { isStoring: true };
  const replicator = new Replicator({
    shelf,
    store: {
      get: () => Promise.resolve([]),
      async put(target) {
        handedOn.push(hex(target));
        await put();
        return { storedBy: [], refusals: [] };
      },
    },
    isStoring: () => role.isStoring,
    clock,
    random: { bytes: (length) => new Uint8Array(length), fraction: () => 0.5 },
    log: silentLogger,
  });
  const pass = async (ms: number): Promise<void> => {
    for (let left = ms; left > 0; left -= 100) {
      clock.advance(Math.min(100, left));
      // oxlint-disable-next-line no-await-in-loop -- time passes step by step
      await settled();
    }
  };
  return { clock, shelf, targets: targets.map(hex), handedOn, replicator, role, pass };
}

describe('a holder of records', () => {
  test('hands all of them on, one after the other, when its neighbourhood changed', async () => {
    const { replicator, targets, handedOn, pass } = await holder(4);
    replicator.neighboursChanged();
    await pass(1_400);
    expect(handedOn).toEqual([]);
    await pass(200);
    expect(handedOn.length).toBe(1);
    await pass(2_000);
    expect(handedOn).toEqual(targets);
    await pass(60_000);
    expect(handedOn.length).toBe(4);
  });

  test('begins anew when another neighbour comes meanwhile', async () => {
    const { replicator, targets, handedOn, pass } = await holder(3);
    replicator.neighboursChanged();
    await pass(1_600);
    expect(handedOn).toEqual(targets.slice(0, 1));
    replicator.neighboursChanged();
    await pass(10_000);
    expect(handedOn.slice(-3)).toEqual(targets);
  });

  test('goes on after a neighbour that did not answer', async () => {
    const { replicator, targets, handedOn, pass } = await holder(3, () => Promise.reject(new Error('silence')));
    replicator.neighboursChanged();
    await pass(5_000);
    expect(handedOn).toEqual(targets);
  });

  test('hands them on every hour or so, whatever it noticed', async () => {
    const { replicator, clock, handedOn, pass } = await holder(1);
    replicator.start();
    clock.advance(3_500_000);
    await settled();
    expect(handedOn.length).toBe(0);
    clock.advance(100_000);
    await settled();
    expect(handedOn.length).toBe(1);
    clock.advance(3_600_000);
    await pass(100);
    expect(handedOn.length).toBe(2);
  });

  test('leaves it to others once it is a client', async () => {
    const { replicator, role, handedOn, pass } = await holder(2);
    role.isStoring = false;
    replicator.neighboursChanged();
    await pass(5_000);
    expect(handedOn).toEqual([]);
  });

  test('stops at once, and leaves no timer behind', async () => {
    const { replicator, clock, handedOn, pass } = await holder(3);
    replicator.start();
    replicator.neighboursChanged();
    await pass(1_600);
    replicator.stop();
    replicator.neighboursChanged();
    expect(clock.pendingTimers).toBe(0);
    await pass(10_000);
    expect(handedOn.length).toBe(1);
  });
});

import { describe, expect, test } from 'vitest';
import { compareDistance, type NodeAddress, type TableNode } from '../../../native-shims/hyperdht/index.ts';
import type { HandOutcome } from '../../../main/overlay/directory/hand-over.ts';
import { Replicator } from '../../../main/overlay/directory/replicator.ts';
import { holderSetSize } from '../../../main/overlay/lookup.ts';
import { hostPortText } from '../../../main/ports/host-port.ts';
import { silentLogger } from '../../../main/ports/logger.ts';
import { systemRandom } from '../../../main/ports/random.ts';
import { createHandGate } from '../hand-gate.ts';
import { VirtualClock } from '../virtual-clock.ts';

const hex = (bytes: Uint8Array): string => Buffer.from(bytes).toString('hex');
const settled = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));
const hourMs = 3_600_000;

const nodeAt = (index: number, id: Uint8Array = systemRandom.bytes(32)): TableNode => ({
  id: Buffer.from(id),
  host: `10.${index >> 8}.${index & 255}.1`,
  port: 4000,
});

/** A holder of `count` records with its table, and what it hands to whom. */
function holder(count: number, give: () => HandOutcome = () => 'given') {
  const clock = new VirtualClock();
  const own = { id: systemRandom.bytes(32), address: { host: '10.255.0.1', port: 4000 } };
  // Near to us, so that they are ours to see to.
  const records = Array.from({ length: count }, () => {
    const target = new Uint8Array(own.id);
    target.set(systemRandom.bytes(28), 4);
    return { target, record: target };
  });
  const table: TableNode[] = [];
  const given: string[] = [];
  const audited: string[] = [];
  const state = { isStoring: true };
  const gate = createHandGate();
  const replicator = new Replicator({
    shelf: {
      all: () => records,
      get: (target) => records.find((each) => Buffer.compare(each.target, target) === 0)?.record ?? null,
      waiting: () => null,
    },
    hand: {
      give: (to: NodeAddress, target) => {
        given.push(`${hex(target)} ${hostPortText(to)}`);
        return Promise.resolve(give());
      },
      audit: (target) => {
        audited.push(hex(target));
        return Promise.resolve({ asked: holderSetSize, given: 0 });
      },
    },
    node: () => ({
      closest: (target, limit) =>
        table
          .toSorted((left, right) => compareDistance(target, left.id, right.id))
          .slice(0, Number.isFinite(limit) ? limit : undefined),
    }),
    self: () => (state.isStoring ? own : null),
    gate,
    clock,
    random: { bytes: (length) => new Uint8Array(length), fraction: () => 0.5 },
    log: silentLogger,
  });
  const pass = async (ms: number, stepMs = 100): Promise<void> => {
    for (let left = ms; left > 0; left -= stepMs) {
      clock.advance(Math.min(stepMs, left));
      // oxlint-disable-next-line no-await-in-loop -- time passes step by step
      await settled();
    }
  };
  const targets = records.map(({ target }) => hex(target));
  return { clock, own, records, targets, table, given, audited, state, gate, replicator, pass };
}

describe('a holder of records', () => {
  test('hands all it has to the first neighbour, soon and once', async () => {
    const { replicator, table, targets, given, pass } = holder(4);
    const newcomer = nodeAt(1);
    table.push(newcomer);
    replicator.neighboursChanged();
    await pass(1_000);
    expect(given).toEqual([]);
    await pass(2_000);
    expect(given.toSorted()).toEqual(targets.map((target) => `${target} ${hostPortText(newcomer)}`).toSorted());
    replicator.neighboursChanged();
    await pass(60_000);
    expect(given.length).toBe(4);
  });

  test('hands on one record in half a minute while the line is the voice’s alone, and audits when it is not', async () => {
    const { replicator, table, given, audited, gate, pass } = holder(40);
    gate.set(true);
    replicator.start();
    table.push(nodeAt(1));
    replicator.neighboursChanged();
    await pass(3_000);
    expect(given.length).toBe(0);
    await pass(10 * 60_000);
    expect(given.length).toBeGreaterThanOrEqual(19);
    expect(given.length).toBeLessThanOrEqual(20);
    await pass(2 * 3_600_000, 5_000);
    expect([given.length, audited.length]).toEqual([40, 0]);
    gate.set(false);
    await pass(600_000, 1_000);
    expect(audited.length).toBeGreaterThanOrEqual(40);
    replicator.stop();
  });

  test('spends the little that goes then on what does go: a node that has had its share uses up nothing', async () => {
    const { replicator, table, given, gate, pass } = holder(50);
    table.push(nodeAt(1));
    replicator.neighboursChanged();
    while (given.length < 30) await pass(100); // oxlint-disable-line no-await-in-loop -- time passes step by step
    gate.set(true);
    const before = given.length;
    await pass(29_000);
    expect(given.length - before).toBe(0);
    await pass(2_000);
    expect(given.length - before).toBe(1);
    await pass(58_000);
    expect(given.length - before).toBe(2);
    replicator.stop();
  });

  test('in a large network hands on only what a newcomer should hold, and to nobody else', async () => {
    const { replicator, table, own, given, targets, pass } = holder(30);
    // Some more than a set near to us, so that sets are full, and many elsewhere.
    const near = (index: number): TableNode => {
      const id = new Uint8Array(own.id);
      id.set(systemRandom.bytes(29), 3);
      return nodeAt(index, id);
    };
    for (let index = 0; index < holderSetSize + 5; index++) table.push(near(index));
    for (let index = 100; index < 200; index++) table.push(nodeAt(index));
    replicator.neighboursChanged();
    await pass(600_000, 1_000);
    given.length = 0;
    table.push(nodeAt(300));
    replicator.neighboursChanged();
    await pass(60_000, 500);
    expect(given).toEqual([]);
    const newcomer = near(301);
    table.push(newcomer);
    replicator.neighboursChanged();
    await pass(60_000, 500);
    const wanted = targets.filter((target) => {
      const bytes = Buffer.from(target, 'hex');
      const closer = (id: Uint8Array) => table.filter((each) => compareDistance(bytes, each.id, id) < 0).length;
      const mine = closer(own.id);
      const ours = compareDistance(bytes, newcomer.id, own.id) < 0 ? mine - 1 : mine;
      const isItsSet = closer(newcomer.id) + (compareDistance(bytes, own.id, newcomer.id) < 0 ? 1 : 0) < holderSetSize;
      return isItsSet && ours < 4;
    });
    expect(given.toSorted()).toEqual(wanted.map((target) => `${target} ${hostPortText(newcomer)}`).toSorted());
  });

  test('brings no more than two a second to one node after a burst, and tries again where it is told to come later', async () => {
    const { replicator, table, given, pass } = holder(50, () => 'busy');
    table.push(nodeAt(1));
    replicator.neighboursChanged();
    await pass(3_000);
    expect(given.length).toBeGreaterThanOrEqual(30);
    expect(given.length).toBeLessThanOrEqual(36);
    await pass(10 * 60_000, 500);
    // Five times each, and no more.
    expect(given.length).toBe(250);
  });

  test('gives a node up that does not answer', async () => {
    const { replicator, table, given, pass } = holder(10, () => 'silent');
    table.push(nodeAt(1));
    replicator.neighboursChanged();
    await pass(60_000, 500);
    expect(given.length).toBe(1);
  });

  test('audits each record every hour or so, one after the other', async () => {
    const { replicator, audited, targets, pass } = holder(3);
    replicator.start();
    await pass(hourMs, 1_000);
    expect(audited).toEqual([]);
    await pass(hourMs, 1_000);
    expect(audited).toEqual(targets);
    await pass(hourMs, 1_000);
    expect(audited).toEqual([...targets, ...targets]);
  });

  test('puts an audit off when somebody else sees to the record, but not for ever', async () => {
    const { replicator, records, audited, pass } = holder(1);
    const [only] = records;
    if (only === undefined) throw new Error('one was made');
    replicator.start();
    await pass(1_000);
    for (let halfHours = 0; halfHours < 12; halfHours++) {
      replicator.confirmed(only.target);
      // oxlint-disable-next-line no-await-in-loop -- time passes step by step
      await pass(hourMs / 2, 1_000);
    }
    expect(audited.length).toBe(1);
  });

  test('leaves it to others once it is a client', async () => {
    const { replicator, table, state, given, audited, pass } = holder(2);
    state.isStoring = false;
    replicator.start();
    table.push(nodeAt(1));
    replicator.neighboursChanged();
    await pass(2 * hourMs, 10_000);
    expect([given, audited]).toEqual([[], []]);
  });

  test('stops at once, and leaves no timer behind', async () => {
    const { replicator, clock, table, given, pass } = holder(60);
    replicator.start();
    table.push(nodeAt(1));
    replicator.neighboursChanged();
    await pass(1_600);
    const before = given.length;
    expect(before).toBeGreaterThan(0);
    replicator.stop();
    table.push(nodeAt(2));
    replicator.neighboursChanged();
    expect(clock.pendingTimers).toBe(0);
    await pass(10_000);
    expect(given.length).toBe(before);
  });
});

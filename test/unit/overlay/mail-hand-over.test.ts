import { describe, expect, it } from 'vitest';
import { createMailboxJudge } from '../../../main/mailbox/index.ts';
import type { DhtReply, RequestMessage, TableNode } from '../../../native-shims/hyperdht/index.ts';
import { KeeperVisits } from '../../../main/overlay/directory/keeper-visits.ts';
import { HandOver } from '../../../main/overlay/mailbox/hand-over.ts';
import { MailboxKeeper } from '../../../main/overlay/mailbox/mailbox-keeper.ts';
import { defaultMailboxLimits } from '../../../main/overlay/mailbox/mailbox-limits.ts';
import { encodeAnswer, encodeCompared, mailboxCommands, type CompareAnswer } from '../../../main/overlay/mailbox/mailbox-wire.ts';
import { silentLogger } from '../../../main/ports/logger.ts';
import { memoryMailboxShelf } from '../../sim/mailbox-shelf.ts';
import { createBoxOwner, type BoxOwner } from '../../sim/mailboxes.ts';
import { cheapMailboxWork } from '../../sim/world.ts';
import { createHandGate } from '../hand-gate.ts';
import { seededRandom } from '../identity/fixtures.ts';
import { VirtualClock } from '../virtual-clock.ts';

const random = seededRandom('mail hand-over');
const settled = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

const node = (index: number): TableNode => ({ id: Buffer.from(random.bytes(32)), host: `10.0.${index}.1`, port: 4_000 });

/** A keeper of `boxes` mailboxes with `items` items each, beside one neighbour, and what that one was asked. */
async function keeping(boxes: number, items: number, said: CompareAnswer) {
  const clock = new VirtualClock();
  const judge = createMailboxJudge(cheapMailboxWork);
  const limits = defaultMailboxLimits;
  const keeper = new MailboxKeeper({ clock, log: silentLogger, shelf: memoryMailboxShelf(), judge, limits, isNear: () => true });
  const fill = async (owner: BoxOwner): Promise<void> => {
    await keeper.register(owner.target, await owner.record(clock.nowMs()));
    for (let index = 0; index < items; index += 1) {
      const item = owner.fromFriend(random.bytes(1_024), clock.nowMs());
      const facts = keeper.consider(owner.target, item.slip, null);
      if (typeof facts !== 'string') keeper.store(owner.target, facts, item, 0, null);
    }
  };
  await Promise.all(Array.from({ length: boxes }, () => fill(createBoxOwner(random))));
  const asked = { compared: 0, left: 0 };
  const answerTo = (command: number): Uint8Array =>
    command === mailboxCommands.compare ? encodeCompared(said) : encodeAnswer('stored');
  const neighbours = [node(1)];
  const request = ({ command, value }: RequestMessage): Promise<DhtReply> => {
    if (value !== null && command === mailboxCommands.compare) asked.compared += 1;
    if (value !== null && command === mailboxCommands.deposit) asked.left += 1;
    return Promise.resolve({ error: 0, token: Buffer.alloc(32), value: Buffer.from(answerTo(command)) } as unknown as DhtReply);
  };
  const gate = createHandGate();
  const handOver = new HandOver({
    keeper,
    visits: new KeeperVisits(() => ({ request })),
    node: () => ({ closest: () => neighbours }),
    self: () => ({ id: random.bytes(32), address: { host: '10.0.0.1', port: 4_000 } }),
    gate,
    clock,
    random: { bytes: (length) => new Uint8Array(length), fraction: () => 0.5 },
    log: silentLogger,
  });
  const pass = async (ms: number): Promise<void> => {
    for (let passedMs = 0; passedMs < ms; passedMs += 10) {
      clock.advance(10);
      // oxlint-disable-next-line no-await-in-loop -- time passes step by step
      await settled();
    }
  };
  /** Whether it is done within the 5 s that a node which steps back has. */
  const leaves = async (): Promise<boolean> => {
    let isDone = false;
    void handOver.handAllOver().then(() => (isDone = true));
    await pass(5_000);
    return isDone;
  };
  return { asked, gate, handOver, pass, leaves, neighbours };
}

describe('Mail on its way to other keepers', () => {
  it('waits while the line is the voice’s alone, and goes at once when its keeper leaves', async () => {
    const { asked, gate, handOver, pass, leaves } = await keeping(3, 0, 'same');
    gate.set(true);
    handOver.neighboursChanged();
    await pass(10_000);
    expect(asked.compared).toBe(0);
    expect(await leaves()).toBe(true);
    expect(asked.compared).toBeGreaterThanOrEqual(3);
  });

  it('goes to everybody anew when its keeper leaves in the middle of a pass, and the gate holds up neither', async () => {
    const { asked, gate, handOver, pass, leaves, neighbours } = await keeping(2, 3, 'different');
    handOver.neighboursChanged();
    await pass(3_010);
    gate.set(true);
    await pass(10_000);
    // It waits between two items of the first.
    const before = { ...asked };
    expect(before.compared).toBe(1);
    expect(before.left).toBeLessThan(3);
    expect(await leaves()).toBe(true);
    // What was left of the pass, and then anew what it had begun with before.
    expect(asked).toEqual({ compared: 3, left: 9 });
    // Afterwards the gate counts again.
    neighbours.push(node(2));
    handOver.neighboursChanged();
    await pass(10_000);
    expect(asked.compared).toBe(3);
  });

  it('goes nowhere once it was stopped, whatever it waited for', async () => {
    const { asked, gate, handOver, pass } = await keeping(3, 0, 'same');
    gate.set(true);
    handOver.neighboursChanged();
    await pass(10_000);
    handOver.stop();
    gate.set(false);
    await pass(10_000);
    expect(asked.compared).toBe(0);
  });
});

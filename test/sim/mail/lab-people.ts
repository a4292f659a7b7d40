import type { MailboxStore } from '../../../main/overlay/index.ts';
import type { Clock } from '../../../main/ports/clock.ts';
import { memoryNet } from '../../unit/chat/memory-wire.ts';
import type { LabNode, LabWorld } from '../lab/world.ts';
import { MailPerson } from './mail-person.ts';
import { shifted } from './mail-world.ts';

/** Somebody in a laboratory of real overlay nodes, with a node of their own while they are there. */
export interface LabPerson {
  readonly person: MailPerson;
  /** Starts their node, which joins, and their messages. */
  come(): Promise<void>;
  /** Quits; their node is gone. */
  go(): Promise<void>;
}

const patienceMs = 120_000;

/** Real time, in which real sockets do something. @throws Error after two minutes */
export async function eventually(isSo: () => boolean, what: string, limitMs = patienceMs): Promise<void> {
  const endMs = Date.now() + limitMs;
  while (!isSo()) {
    if (Date.now() > endMs) throw new Error(`not so: ${what}`);
    // oxlint-disable-next-line no-await-in-loop -- one look after the other
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
}

/** Pairs of friends who met once, over wires in memory: each has keys of the other. After that nothing but supernodes joins them. */
export async function pairsOfFriends(
  world: LabWorld,
  count: number,
  wrongByMs: (index: number) => readonly [number, number] = () => [0, 0],
): Promise<readonly (readonly [LabPerson, LabPerson])[]> {
  const pairs: (readonly [LabPerson, LabPerson])[] = [];
  for (let index = 0; index < count; index += 1) {
    // oxlint-disable-next-line no-await-in-loop -- one after the other: names of profiles and seeds stay the same
    pairs.push(await pairOfFriends(world, index, wrongByMs(index)));
  }
  return pairs;
}

async function pairOfFriends(
  world: LabWorld,
  index: number,
  [oneWrongMs, otherWrongMs]: readonly [number, number],
): Promise<readonly [LabPerson, LabPerson]> {
  const [chat, mailbox] = [memoryNet(), memoryNet()];
  const make = async (name: string, wrongByMs: number): Promise<LabPerson> => {
    let node: LabNode | null = null;
    const current = (): MailboxStore => {
      if (node === null) throw new Error('is not there');
      return node.overlay.mailboxes;
    };
    // Whichever node they have now.
    const store: MailboxStore = {
      places: (...asked) => current().places(...asked),
      register: (...asked) => current().register(...asked),
      find: (...asked) => current().find(...asked),
      deposit: (...asked) => current().deposit(...asked),
      list: (...asked) => current().list(...asked),
      fetch: (...asked) => current().fetch(...asked),
      remove: (...asked) => current().remove(...asked),
    };
    const clock: Clock = shifted(world.clock, wrongByMs);
    const wires = (account: string) => ({ chat: chat.wire(account), mailbox: mailbox.wire(account) });
    const person = await MailPerson.make(name, { wires, store, clock, random: world.random });
    return {
      person,
      async come() {
        [node = null] = await world.addClients(1);
        await person.start();
      },
      async go() {
        if (person.isRunning) await person.quit();
        if (node !== null) await world.kill([node]);
        node = null;
      },
    };
  };
  const pair = [await make(`adelaide-${index}`, oneWrongMs), await make(`bertrand-${index}`, otherWrongMs)] as const;
  const [{ person: one }, { person: other }] = pair;
  await Promise.all(pair.map((each) => each.come()));
  mailbox.connect(one.key, other.key);
  await eventually(() => {
    mailbox.settle();
    return one.mail.carrier.left(other.key) >= 256 && other.mail.carrier.left(one.key) >= 256;
  }, 'they have keys of each other');
  await eventually(() => one.isRegistered && other.isRegistered, 'their mailboxes are known');
  mailbox.close(one.key, other.key);
  await Promise.all(pair.map((each) => each.go()));
  return pair;
}

import type { MessageView } from '../../../preload/contract/index.ts';
import type { Random } from '../../../main/ports/random.ts';
import { sum } from '../lab/mail.ts';
import { Killed, type MailPerson } from './mail-person.ts';
import { MailWorld } from './mail-world.ts';

export interface Compared {
  /** Accepted by a writer's chat, and not there in the end. */
  readonly lost: number;
  readonly duplicated: number;
  readonly outOfOrder: number;
  /** There, and the writer does not know. */
  readonly unconfirmed: number;
}

export interface CrashRound extends Compared {
  readonly written: number;
  readonly kills: number;
}

export interface CrashRoundOptions {
  readonly random: Random;
  readonly steps: number;
  /** Whether the two ever meet, or only supernodes know them both. */
  readonly meet: boolean;
}

const dayMs = 86_400_000;

/** Two friends write, come, go and are killed at random steps, with clocks up to a day wrong and keepers that don't always answer. Then each is there alone, in turn, until all is settled. */
export async function crashRound({ random, steps, meet }: CrashRoundOptions): Promise<CrashRound> {
  const world = new MailWorld(random);
  try {
    const wrongByMs = (): number => Math.round((random.fraction() * 2 - 1) * dayMs * 0.9);
    const pair = [await world.person('adelaide', wrongByMs()), await world.person('bertrand', wrongByMs())] as const;
    await Promise.all(pair.map((person) => person.start()));
    await world.befriend(...pair);
    world.keepers.loss = random.fraction() * 0.3;
    let written = 0;
    const pick = (count: number): number => Math.floor(random.fraction() * count);

    const act = async (me: MailPerson, you: MailPerson): Promise<void> => {
      switch (pick(14)) {
        case 0:
        case 1:
        case 2:
          if (!me.isRunning) return;
          for (let many = pick(4); many >= 0; many -= 1) me.chat.send(you.key, `${(written += 1)}`, null);
          return;
        case 3:
          if (me.isRunning) me.chat.read(you.key);
          return;
        case 4:
        case 5:
        case 6:
          if (me.isRunning) me.killAt = pick(90);
          return;
        case 7:
          if (me.isRunning) await world.quit(me);
          return;
        case 8:
        case 9:
          if (!me.isRunning) await me.start();
          return;
        case 10:
          if (meet && me.isRunning && you.isRunning) world.connect(me, you);
          return;
        case 11:
          world.close(me, you);
          return;
        default:
          return pick(12) === 0 ? world.pass(dayMs, dayMs / 8) : world.pass(1_000 + pick(40) * 1_000);
      }
    };
    for (let step = 0; step < steps; step += 1) {
      const [me, you] = pick(2) === 0 ? pair : ([pair[1], pair[0]] as const);
      try {
        // oxlint-disable-next-line no-await-in-loop -- one step after the other
        await act(me, you);
      } catch (error) {
        if (!(error instanceof Killed)) throw error;
      }
      // oxlint-disable-next-line no-await-in-loop -- likewise
      await world.settle();
    }
    world.keepers.loss = 0;
    const kills = world.killed;
    await settleApart(world, pair);
    return { ...compare(pair), written, kills };
  } finally {
    world.dispose();
  }
}

/** Never both there: what one left, the other finds, and the other way round, until there is nothing left to tell. */
async function settleApart(world: MailWorld, pair: readonly [MailPerson, MailPerson]): Promise<void> {
  const [one, other] = pair;
  // Before the session ends, in which somebody else would be killed and lie there unnoticed.
  for (const person of pair) person.killAt = null;
  world.close(one, other);
  await Promise.all(pair.filter(({ isRunning }) => isRunning).map((person) => world.quit(person)));
  for (let turn = 0; turn < 16; turn += 1) {
    const [person, friend] = turn % 2 === 0 ? [one, other] : [other, one];
    // oxlint-disable-next-line no-await-in-loop -- one turn after the other
    await comeAlone(world, person);
    const isQuiet = person.storage.outbox.count(friend.key) === 0 && person.storage.letters.receipts(friend.key, 1).length === 0;
    // oxlint-disable-next-line no-await-in-loop -- likewise
    await world.quit(person);
    if (isQuiet && turn >= 4) break;
  }
  await Promise.all(pair.map((person) => person.start()));
}

async function comeAlone(world: MailWorld, person: MailPerson): Promise<void> {
  await person.start();
  await world.pass(90_000, 3_000);
}

function compare(pair: readonly [MailPerson, MailPerson]): Compared {
  const ways = ([pair, [pair[1], pair[0]]] as const).map(([from, to]) =>
    compareWay(from.messages(to.key, 'out'), to.messages(from.key, 'in')),
  );
  return sumOf(ways);
}

/** What one wrote, and what the other has of it; each text is one of its kind. */
export function compareWay(sent: readonly MessageView[], read: readonly MessageView[]): Compared {
  const received = read.map(({ text }) => text);
  const there = new Set(received);
  const order = sent.map(({ text }) => text).filter((text) => there.has(text));
  return {
    lost: sent.length - order.length,
    duplicated: received.length - there.size,
    outOfOrder: [...there].filter((text, index) => text !== order[index]).length,
    unconfirmed: sent.filter(({ delivery }) => delivery !== 'delivered' && delivery !== 'read').length,
  };
}

export const sumOf = (all: readonly Compared[]): Compared => ({
  lost: sum(all.map(({ lost }) => lost)),
  duplicated: sum(all.map(({ duplicated }) => duplicated)),
  outOfOrder: sum(all.map(({ outOfOrder }) => outOfOrder)),
  unconfirmed: sum(all.map(({ unconfirmed }) => unconfirmed)),
});

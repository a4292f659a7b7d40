import { setTimeout as delay } from 'node:timers/promises';
import type { Random } from '../../../../main/ports/random.ts';
import { sum } from '../../lab/mail.ts';
import { compareWay, sumOf, type Compared } from '../crash-round.ts';
import { startKeepers, type FarKeepers } from '../far-keepers.ts';
import { eventually } from '../lab-people.ts';
import { quickClock, type Haste } from '../quick-clock.ts';
import { KilledPerson } from './killed-person.ts';

export interface KilledWorldOptions {
  /** Decides who lives, who dies and when. What the processes make of it is theirs: they are real, and so is their time. */
  readonly random: Random;
  readonly seed: string;
  readonly rounds: number;
  readonly driver: 'node' | 'wasm';
  /** Whether the two ever meet, or only supernodes know them both. */
  readonly meet: boolean;
  readonly wrongByMs: readonly [number, number];
  /** How many times as fast time goes. */
  readonly times?: number;
  /** So many are over. */
  readonly onRound?: (rounds: number) => void;
}

export interface KilledWorldResult extends Compared {
  readonly written: number;
  readonly kills: number;
  /** Said to be on disk, and not there. */
  readonly forgotten: number;
}

/**
 * Waits of seconds in the protocol are of some ten milliseconds here, and the minute for which a reader waits for what came before (`patienceMs` of
 * `main/chat/mail-in.ts`) of one and a half seconds: the start of two processes, so that now and then something comes after what follows it. At a hundred it mostly does.
 */
const usualTimes = 40;
/** A start takes a third of it. */
const dieWithinMs = 800;
/** A minute and a half, in hurried time. */
const aloneMs = 90_000;

type Pair = readonly [KilledPerson, KilledPerson];

/** What one says, the other hears, while it is open. */
interface Session {
  readonly isOpen: boolean;
  open(): void;
  close(): void;
}

/** Two friends, each a process, and keepers, which are a third. Each round at least one of the two is killed by SIGKILL. Then each is there alone, in turn, until all is settled. */
export async function killedWorld(options: KilledWorldOptions): Promise<KilledWorldResult> {
  const { random, seed, rounds, times = usualTimes } = options;
  const haste = { sinceMs: Date.now(), times };
  const keepers = startKeepers({ count: 5, seed, haste, loss: 0 });
  const { pair, session } = await twoPeople(options, haste, keepers);
  try {
    await befriend(pair, session);
    keepers.setLoss(random.fraction() * 0.3);
    for (let round = 0; round < rounds; round += 1) {
      // oxlint-disable-next-line no-await-in-loop -- one after the other
      await killRound(pair, session, options);
      options.onRound?.(round + 1);
    }
    const kills = sum(pair.map((person) => person.kills));
    keepers.setLoss(0);
    await settleApart(pair, session, aloneMs / times);
    return { ...(await compared(pair)), kills };
  } finally {
    await Promise.all(pair.map((person) => person.dispose()));
    await keepers.stop();
  }
}

async function twoPeople(
  { seed, driver, wrongByMs }: KilledWorldOptions,
  haste: Haste,
  keepers: FarKeepers,
): Promise<{ readonly pair: Pair; readonly session: Session }> {
  let isOpen = false;
  const make = (name: string, ahead: number, friend: () => KilledPerson): Promise<KilledPerson> =>
    KilledPerson.make({
      life: { name, seed: `${seed}/${name}`, bornMs: quickClock(haste).nowMs(), driver, haste, wrongByMs: ahead },
      keepers: keepers.ask,
      onWire(channel, bytes) {
        if (isOpen) friend().tell({ type: 'wire', channel, bytes });
      },
    });
  const pair: Pair = [await make('adelaide', wrongByMs[0], () => pair[1]), await make('bertrand', wrongByMs[1], () => pair[0])];
  const turn = (next: boolean): void => {
    if (isOpen === next) return;
    isOpen = next;
    for (const person of pair) person.tell({ type: 'session', isOpen: next });
  };
  const session: Session = {
    get isOpen() {
      return isOpen;
    },
    open: () => turn(true),
    close: () => turn(false),
  };
  return { pair, session };
}

/** Each has keys of the other's, and a mailbox. */
async function befriend(pair: Pair, session: Session): Promise<void> {
  await Promise.all([pair[0].start(pair[1].key, false), pair[1].start(pair[0].key, false)]);
  await eventually(() => pair.every(({ standing }) => standing !== null), 'both are there');
  session.open();
  await eventually(
    () => pair.every(({ standing }) => standing !== null && standing.keys >= 256 && standing.isRegistered),
    'each has keys of the other, and a mailbox',
  );
  session.close();
}

async function killRound(pair: Pair, session: Session, { random, meet }: KilledWorldOptions): Promise<void> {
  const flip = (share: number): boolean => random.fraction() < share;
  const both = flip(0.5);
  const first = flip(0.5) ? 0 : 1;
  const [me, you] = first === 0 ? pair : ([pair[1], pair[0]] as const);
  // Now and then somebody goes as people do.
  if (!both && you.isRunning) await (you.standing !== null && flip(0.3) ? you.quit() : you.kill());
  await Promise.all([me.isRunning || me.start(you.key, true), !both || you.isRunning || you.start(me.key, true)]);
  const dies = [me, ...(both && flip(0.5) ? [you] : [])];
  const meetsAtMs = both && meet ? random.fraction() * dieWithinMs : null;
  const deaths = dies.map(async (person) => {
    await delay(random.fraction() * dieWithinMs);
    await person.kill();
  });
  const meeting =
    meetsAtMs === null
      ? null
      : delay(meetsAtMs).then(() => {
          if (pair.every(({ standing }) => standing !== null)) session.open();
        });
  await Promise.all(deaths);
  await meeting;
  // The other one notices a little later: what it says meanwhile, nobody hears.
  await delay(random.fraction() * 60);
  session.close();
}

/** Never both there: what one left, the other finds, and the other way round, until there is nothing left to tell. */
async function settleApart(pair: Pair, session: Session, turnMs: number): Promise<void> {
  session.close();
  await Promise.all(pair.map((person) => person.kill()));
  for (let turn = 0; turn < 16; turn += 1) {
    const [person, friend] = turn % 2 === 0 ? pair : ([pair[1], pair[0]] as const);
    // oxlint-disable-next-line no-await-in-loop -- one turn after the other
    await person.start(friend.key, false);
    // oxlint-disable-next-line no-await-in-loop -- likewise
    await eventually(() => person.standing !== null, 'is there');
    // oxlint-disable-next-line no-await-in-loop -- likewise
    await delay(turnMs);
    const isSettled = person.standing?.isSettled === true;
    // oxlint-disable-next-line no-await-in-loop -- likewise
    await person.quit();
    if (isSettled && turn >= 4) break;
  }
}

async function compared(pair: Pair): Promise<Omit<KilledWorldResult, 'kills'>> {
  const [one, other] = pair;
  const ways = await Promise.all(
    (
      [
        [one, other],
        [other, one],
      ] as const
    ).map(async ([from, to]) => {
      const sent = await from.messages(to.key, 'out');
      const there = new Set(sent.map(({ text }) => text));
      return { sent, read: await to.messages(from.key, 'in'), forgotten: from.wrote.filter((text) => !there.has(text)) };
    }),
  );
  return {
    ...sumOf(ways.map(({ sent, read }) => compareWay(sent, read))),
    written: sum(ways.map(({ sent }) => sent.length)),
    forgotten: sum(ways.map(({ forgotten }) => forgotten.length)),
  };
}

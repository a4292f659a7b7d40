import { createDhtNode, seedPair, type DhtNode, type DhtRequest } from '../../../../native-shims/hyperdht/index.ts';
import { openBoxRecord } from '../../../../main/mailbox/index.ts';
import type { ContactAddress } from '../../../../main/overlay/index.ts';
import { mailboxCommands } from '../../../../main/overlay/mailbox/mailbox-wire.ts';
import { dayKey, daysAround } from '../../../../main/overlay/people/day-keys.ts';
import { toHex } from '../../../../main/ports/hex.ts';
import type { HostPort } from '../../../../main/ports/host-port.ts';
import { systemClock } from '../../../../main/ports/system-clock.ts';
import { guess, type Guessed, type Seen } from '../guess.ts';
import { someAtOnce, sum } from '../mail.ts';
import { claimNames, directoryOver } from '../names.ts';
import { LabPerson } from '../people.ts';
import type { Scenario } from '../scenario.ts';
import { realSeconds, type LabNode, type LabWorld } from '../world.ts';

const never = new AbortController().signal;
const [minuteMs, hourMs] = [60_000, 3_600_000];
/** So sure is the goal to be missed: a run in a thousand would miss it by chance. */
const surely = 3.29;
/** Whoever is there asks one of three keepers every 2.5 s at most: by then what was left is picked up. */
const pickedUpSeconds = 4;
/** Each watches some people from a network of their own, so that keepers' limits don't hide anything. */
const watchedByOne = 4;
/** As many as every keeper takes at once (`defaultShelfLimits`, `defaultMailboxLimits`), where each keeps everybody's. */
const cameTogether = 40;
/** Opened and closed at a time: their answers are waited for by all. */
const openedAtOnce = 8;
/** Mostly they wait. */
const watchedAtOnce = 40;
/** Longer than a dial that comes to nothing takes. */
const dialSeconds = 5;

type Signs = Record<string, number>;

async function timed<T>(work: () => Promise<T>): Promise<readonly [T, number]> {
  const beganMs = systemClock.monotonicMs();
  const result = await work();
  return [result, systemClock.monotonicMs() - beganMs];
}

/** A node that is nobody's app: it dials what it likes, and keeps mailboxes as every supernode does, with its eyes open. */
async function spy(world: LabWorld, host: string, isKeeper: boolean) {
  const opened = new Map<string, number>();
  const node = createDhtNode({
    bind: { host, port: 0 },
    preferredPort: null,
    bootstrap: world.entrances(3),
    isForced: isKeeper,
    admit: () => true,
    select: (sorted, limit) => sorted.slice(0, limit),
    onRequest: (request) => isKeeper && watch(request, opened),
  });
  await node.bind();
  await node.bootstrapped();
  return { node, opened };
}

/** Answers an owner as an empty mailbox does, and remembers that somebody had the key to it. */
function watch(request: DhtRequest, opened: Map<string, number>): boolean {
  const { command, target, token, value } = request;
  if (!Object.values<number>(mailboxCommands).includes(command) || target === null) return false;
  if (token !== null && command === mailboxCommands.open && value !== null) {
    opened.set(toHex(target), (opened.get(toHex(target)) ?? 0) + 1);
  }
  request.reply(token === null ? null : Uint8Array.of(7), { token: true, closerNodes: token === null });
  return true;
}

/** What records and answers say to anybody: the claim, the mailbox's record, and what comes of a request, left twice. */
async function askAround(world: LabWorld, { overlay }: LabNode, { name, box }: LabPerson): Promise<Signs> {
  const [claim, claimMs] = await timed(() => directoryOver(world, overlay.directory).lookup(name.name, never));
  const { view } = claim;
  const [records, boxMs] = await timed(() => overlay.mailboxes.find(box.target, never));
  const newest = Math.max(0, ...records.map((record) => openBoxRecord(record)?.atMs ?? 0));
  const request = await box.fromStranger(world.random.bytes(1_024), world.clock.nowMs());
  const leave = () => timed(() => overlay.mailboxes.deposit(box.target, request, never));
  const [first, firstMs] = await leave();
  await realSeconds(pickedUpSeconds);
  const [second, secondMs] = await leave();
  return {
    claimFound: view.result === 'found' ? 1 : 0,
    claimAgeMs: view.result === 'found' ? world.clock.nowMs() - view.lastHeartbeatMs : 0,
    claimMs,
    boxAgeMs: world.clock.nowMs() - newest,
    boxRecords: records.length,
    boxMs,
    requestStored: first.storedBy.length,
    requestRefused: first.refusals.length,
    requestMs: firstMs,
    againStored: second.storedBy.length,
    againRefused: second.refusals.length,
    againMs: secondMs,
  };
}

/** Dials where a former contact used to be found, as the app would. */
async function dialOld(node: DhtNode, address: ContactAddress, nowMs: number): Promise<Signs> {
  const signs: Signs = {};
  for (const [index, day] of daysAround(nowMs).entries()) {
    // oxlint-disable-next-line no-await-in-loop -- one day after the other
    const [code, ms] = await timed(async () => {
      const stream = node.connect(dayKey(address, day), seedPair(new Uint8Array(32).fill(index + 1)));
      const failed = new Promise<string>((resolve) =>
        stream.on('error', (error) => resolve('code' in error ? String(error.code) : 'failed')),
      );
      const end = await Promise.race([
        stream.opened.then((isOpen) => (isOpen ? 'open' : failed)),
        realSeconds(dialSeconds).then(() => 'silent'),
      ]);
      stream.destroy();
      return end;
    });
    // A number for each way in which a dial can end.
    signs[`dial${index}`] = Array.from(code).reduce((so, letter) => (so * 31 + letter.charCodeAt(0)) % 9_973, 7);
    signs[`dialMs${index}`] = ms;
  }
  return signs;
}

/** The same of somebody who had one-time keys, and leaves with one what will never be read. */
async function leaveAsContact(world: LabWorld, { overlay }: LabNode, { box }: LabPerson): Promise<Signs> {
  const item = box.fromFriend(world.random.bytes(1_024), world.clock.nowMs());
  const leave = () => timed(() => overlay.mailboxes.deposit(box.target, item, never));
  const [first, firstMs] = await leave();
  await realSeconds(pickedUpSeconds);
  const [second, secondMs] = await leave();
  return {
    leftStored: first.storedBy.length,
    leftRefused: first.refusals.length,
    leftMs: firstMs,
    leftAgainStored: second.storedBy.length,
    leftAgainRefused: second.refusals.length,
    leftAgainMs: secondMs,
  };
}

/** Whether somebody's computer answers where it was. */
const ping = (node: DhtNode, at: HostPort): Promise<Signs> =>
  node.ping(at, 'once').then(
    () => ({ answers: 1 }),
    () => ({ answers: 0 }),
  );

const words = ({ advantage, low, high }: Guessed): string => `${advantage.toFixed(2)} (${low.toFixed(2)} … ${high.toFixed(2)})`;

/** Whoever is to guess, and what each saw of people: one entry a person. */
type Channels = Record<'stranger' | 'blocked' | 'keeper' | 'oldAddress', Seen[]>;

interface Round {
  readonly there: number;
  /** Of them, whose apps took what was left. */
  readonly pickedUp: number;
}

const shuffled = <T>(all: readonly T[], { random }: LabWorld): T[] =>
  all
    .map((each) => ({ each, draw: random.fraction() }))
    .toSorted((left, right) => left.draw - right.draw)
    .map(({ each }) => each);

/** People who never were before, a former contact of all, an evening; then chance decides who is there. */
async function watchPeople(
  world: LabWorld,
  nodes: readonly LabNode[],
  round: number,
  channels: Channels,
  together: number,
): Promise<Round> {
  const people: LabPerson[] = [];
  const each = (some: readonly LabPerson[], work: (person: LabPerson) => Promise<void>): Promise<unknown> =>
    someAtOnce(
      some.map((person) => () => work(person)),
      openedAtOnce,
    );
  for (let first = 0; first < nodes.length; first += cameTogether) {
    /* oxlint-disable no-await-in-loop -- a town doesn't sign up within a second */
    const homes = nodes.slice(first, first + cameTogether);
    const at = (index: number): LabNode => homes[index] ?? world.one();
    const names = await claimNames(world, homes.length, `person-${round}-${first}`, (index) => at(index).overlay.directory);
    const came = names.map((name, index) => new LabPerson(world, at(index), name));
    people.push(...came);
    await each(came, (person) => person.open());
    await world.pass(minuteMs, 1);
    /* oxlint-enable no-await-in-loop */
  }
  await realSeconds(1);
  await world.pass(hourMs, 2);
  // The observer was everybody's contact, is blocked, and knows what they knew.
  const before = new Map(people.map((person) => [person, { address: person.address, place: person.node.at() }]));
  await each(people, (person) => person.block());
  await world.pass(hourMs, 2);
  // In the evening all are closed; some hours later chance decides who comes back.
  await each(people, (person) => person.close());
  await world.pass(3 * hourMs, 3);
  // Keepers are looked for when an app starts, and every ten minutes.
  const keeper = await spy(world, `127.252.${1 + 2 * round}.1`, true);
  const dialer = await spy(world, `127.252.${2 + 2 * round}.1`, false);
  const there = new Set(shuffled(people, world).slice(0, Math.floor(people.length / 2)));
  await each([...there], (person) => person.reopen());
  await realSeconds(1);
  await world.pass(hourMs / 2, 2);

  const watchers = await world.addClients(Math.ceil(people.length / watchedByOne));
  try {
    await someAtOnce(
      // In another order, or those who are there would be looked at earlier.
      shuffled(people, world).map((person, index) => async () => {
        const watcher = watchers[index % watchers.length] ?? world.one();
        const known = before.get(person);
        if (known === undefined) throw new Error('a person who was nobody’s contact');
        const asked = await askAround(world, watcher, person);
        const dialed = await dialOld(dialer.node, known.address, world.clock.nowMs());
        const left = await leaveAsContact(world, watcher, person);
        const isThere = there.has(person);
        channels.stranger.push({ isThere, signs: asked });
        channels.blocked.push({ isThere, signs: { ...asked, ...dialed, ...left } });
        channels.keeper.push({ isThere, signs: { opened: keeper.opened.get(toHex(person.box.target)) ?? 0 } });
        channels.oldAddress.push({ isThere, signs: await ping(dialer.node, known.place) });
      }),
      together,
    );
    return { there: there.size, pickedUp: [...there].filter((person) => person.taken > 0).length };
  } finally {
    await Promise.all([keeper.node.destroy(), dialer.node.destroy()]);
    await each([...there], (person) => person.close());
    await world.kill(watchers);
  }
}

/** What of a person who is there, and of one who has closed the app, is told to those who are not to know. */
export const seenByStrangers: Scenario = {
  name: 'seen-by-strangers',
  goal: 'a stranger doesn’t tell who is there from who is not, nor somebody blocked (advantage ≈ 0: none that is sure to 99.9 %)',
  testNodes: 24,
  async run(world, { isShort, say }) {
    // Other people each time, on the same computers: what was seen of some says nothing of others, and the more there are, the less is left to chance.
    const [count, rounds] = isShort ? [32, 1] : [120, 8];
    const channels: Channels = { stranger: [], blocked: [], keeper: [], oldAddress: [] };
    const told: Round[] = [];
    let nodes = await world.addClients(count);
    for (let round = 0; round < rounds; round++) {
      /* oxlint-disable no-await-in-loop -- one evening after the other */
      if (round > 0) {
        nodes = await someAtOnce(
          nodes.map((node) => () => world.restart(node, world.entrances(3))),
          openedAtOnce,
        );
      }
      told.push(await watchPeople(world, nodes, round, channels, isShort ? count : watchedAtOnce));
      /* oxlint-enable no-await-in-loop */
      const sofar = [guess(channels.stranger, surely), guess(channels.blocked, surely)];
      say(
        `  round ${round + 1}: stranger, blocked: ${sofar.map((each) => `${words(each)} by ${each.by.join(', ')}`).join('; ')}`,
      );
    }
    const sure = (kind: keyof Channels): Guessed => guess(channels[kind], surely);
    const [stranger, blocked, keeping, oldAddress] = [sure('stranger'), sure('blocked'), sure('keeper'), sure('oldAddress')];
    const there = sum(told.map((each) => each.there));
    const pickedUp = sum(told.map((each) => each.pickedUp));
    const people = count * rounds;
    return {
      figures: {
        people,
        there,
        pickedUp,
        stranger: words(stranger),
        strangerTo95: words(guess(channels.stranger)),
        strangerBy: stranger.by.join(', '),
        blocked: words(blocked),
        blockedTo95: words(guess(channels.blocked)),
        blockedBy: blocked.by.join(', '),
        keeper: words(keeping),
        oldAddress: words(oldAddress),
      },
      // Those who see by what they are (a keeper, whoever knows the IP address) do see: else this would measure nothing.
      kept: stranger.low <= 0 && blocked.low <= 0 && keeping.low > 0 && pickedUp === there,
      words: `of ${people} people half are there; advantage of a stranger ${words(stranger)}, of somebody blocked ${words(blocked)}; of a keeper of the mailbox ${words(keeping)}, of who knows where the computer was and finds it open to all ${words(oldAddress)}`,
    };
  },
};

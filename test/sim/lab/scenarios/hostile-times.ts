import {
  createAccount,
  createSequenceMemory,
  doorKeyOf,
  phraseOf,
  type AccountSecrets,
} from '../../../../main/identity/index.ts';
import { targetOf } from '../../../../main/directory/index.ts';
import { createNetworks } from '../../../../main/overlay/networks.ts';
import { AppError } from '../../../../main/ports/app-error.ts';
import { equalBytes } from '../../../../native-shims/sodium/index.ts';
import { recordOf, workFor } from '../../../unit/directory/fixtures.ts';
import { addLiars, type Liars } from '../liars.ts';
import { someAtOnce } from '../mail.ts';
import {
  anyDirectory,
  claimNames,
  directoryOver,
  lookForNews,
  lookMany,
  percent,
  refresh,
  success,
  type LabName,
  type Told,
} from '../names.ts';
import type { Scenario } from '../scenario.ts';
import { labWork, realSeconds, type LabWorld } from '../world.ts';

const never = new AbortController().signal;
const ignore = (): void => undefined;
const networks = createNetworks({ privateAddressesCountPerNode: false });
const [hourMs, dayMs] = [3_600_000, 86_400_000];
const silenceDays = 31;
/** Of the supernodes, at each step of the silence; as many come. */
const leavingShare = 0.12;
/** Of HyperDHT's upkeep, at each step. */
const upkeepRounds = 2;
/** Ten days before the reservation ends. */
const backdatedDays = 170;
/** More than a reply names, so that somebody whom they surround hears of nobody else. */
const surrounding = 30;
/** Until who was just surrounded with one honest node among the others has looked around. */
const settleSeconds = 10;
/** Networks of the laboratory that neither its nodes nor the liars of before are in. */
const elsewhere = 100;

/** How many honest nodes took it. */
async function honestTakers(world: LabWorld, name: string, record: Uint8Array): Promise<number> {
  const { storedBy } = await anyDirectory(world).put(targetOf(name), record, never);
  const honest = new Set(world.nodes.map((node) => networks.network(node.at())));
  return storedBy.filter((network) => honest.has(network)).length;
}

/** Nobody hears of the owners for a month, while supernodes come and go without a word. */
async function silence(world: LabWorld, steps: number): Promise<number> {
  let left = 0;
  for (let step = 0; step < steps; step++) {
    /* oxlint-disable no-await-in-loop -- time passes step by step */
    await world.pass((silenceDays * dayMs) / steps, upkeepRounds);
    const leaving = world.some(Math.round(world.nodes.length * leavingShare));
    await world.kill(leaving);
    await world.add(leaving.length);
    // Newcomers are handed what they should hold.
    await realSeconds(3);
    left += leaving.length;
    /* oxlint-enable no-await-in-loop */
  }
  // What the hand-over missed, the hourly look at each record mends.
  await world.pass(2 * hourMs, upkeepRounds);
  await realSeconds(3);
  return left;
}

/** Somebody else wants a silent name: with a claim that is dated back, and as the app claims. */
async function steal(world: LabWorld, { name }: LabName): Promise<{ readonly takers: number; readonly isRefused: boolean }> {
  const nowMs = world.clock.nowMs();
  const atMs = nowMs - backdatedDays * dayMs;
  const thief = await createAccount(name, { random: world.random, nowMs: atMs });
  const work = await workFor(thief, atMs, labWork);
  const takers = await honestTakers(world, name, await recordOf(thief, atMs, { work }));
  const other = await createAccount(name, { random: world.random, nowMs });
  try {
    await directoryOver(world, anyDirectory(world)).claim(other, ignore, never);
    return { takers, isRefused: false };
  } catch (error) {
    if (error instanceof AppError && (error.code === 'NAME_TAKEN' || error.code === 'NAME_DISPUTED'))
      return { takers, isRefused: true };
    throw error;
  }
}

/** A device that its owner has replaced, and what it goes on saying. */
interface Replaced {
  readonly name: LabName;
  readonly now: AccountSecrets;
  readonly takers: number;
}

async function replaceDevice(world: LabWorld, liars: Liars, name: LabName): Promise<Replaced> {
  const { secrets } = name;
  const phrase = phraseOf(secrets).join(' ');
  const restored = await directoryOver(world, anyDirectory(world)).restore(name.name, phrase, ignore, never);
  // The lost one has a heartbeat that is newer than all others.
  const atMs = world.clock.nowMs() + hourMs / 2;
  const work = await workFor(secrets, atMs, labWork);
  const record = await recordOf(secrets, atMs, { certificate: secrets.certificate, work });
  liars.favour(targetOf(name.name), record);
  return { name, now: restored.secrets, takers: await honestTakers(world, name.name, record) };
}

/** Whose mailbox somebody would ask for. `nobody`: the name isn't found. */
type Door = 'owner' | 'lost device' | 'nobody';

async function doorOf(directory: ReturnType<typeof directoryOver>, { name, now }: Replaced): Promise<Door> {
  const { door } = await directory.lookup(name.name, never);
  if (door === null) return 'nobody';
  return equalBytes(door, doorKeyOf(now)) ? 'owner' : 'lost device';
}

/** What time does to names, and what is done with time. */
export const hostileTimes: Scenario = {
  name: 'hostile-times',
  goal: 'a month’s silence, backdated claims, suppressed heartbeats, a revoked device under eclipse: no name is lost or stolen, nothing old is believed, ≥ 99 % right',
  testNodes: null,
  async run(world, { isShort, say }) {
    const count = isShort ? 8 : 50;
    const silent = await claimNames(world, count, 'silent');
    const left = await silence(world, isShort ? 3 : silenceDays);
    say(`${left} nodes left within ${silenceDays} days`);
    const lookups = isShort ? 24 : 400;
    const before = success(await lookMany(world, silent, lookups));
    const thefts = await someAtOnce(silent.map((name) => () => steal(world, name)));
    const after = await lookMany(world, silent, lookups);
    const takers = Math.max(...thefts.map((theft) => theft.takers));
    const refused = thefts.filter(({ isRefused }) => isRefused).length;
    say(`after the silence ${percent(before)} right, ${refused} of ${count} thefts refused`);

    // As many nodes as there are honest ones keep the first word that they heard, for ever.
    const suppressors = await addLiars(world, world.nodes.length, { only: 'replay' });
    const eclipse = await addLiars(world, surrounding, { only: 'rival', isClique: true, from: elsewhere });
    try {
      const names = await claimNames(world, count, 'kept');
      world.clock.leap(dayMs);
      const sinceMs = world.clock.nowMs();
      await someAtOnce(names.map((name) => () => refresh(name)));
      const told: Record<Told, number> = { found: 0, stale: 0, disputed: 0, 'not-found': 0, wrong: 0 };
      const asked = Array.from({ length: lookups }, (_, index) => names[index % count]).filter((name) => name !== undefined);
      await someAtOnce(
        asked.map((name) => async () => {
          told[await lookForNews(world, name, sinceMs)] += 1;
        }),
      );
      say(`${suppressors.count} of ${world.nodes.length + suppressors.count} suppress: ${told.found} new, ${told.stale} old`);

      // Somebody who has met the owner's new device before; the eclipse begins afterwards.
      const memory = createSequenceMemory();
      const replaced = await someAtOnce(names.map((name) => () => replaceDevice(world, eclipse, name)));
      await someAtOnce(
        replaced.map(
          (each) => () => directoryOver(world, world.one().overlay.directory, undefined, memory).lookup(each.name.name, never),
        ),
      );
      world.clock.leap(hourMs);
      const surrounded = async (honest: number) => {
        const bootstrap = [...eclipse.at, ...world.entrances(honest)];
        const [client] = await world.add(1, { supernodeMode: 'off', bootstrap });
        if (client === undefined) throw new Error('nobody came');
        return client.overlay.directory;
      };
      const [alone, withOne] = [await surrounded(0), await surrounded(1)];
      const doors = async (directory: (each: Replaced) => ReturnType<typeof directoryOver>) => {
        const seen = await someAtOnce(replaced.map((each) => () => doorOf(directory(each), each)));
        return (door: Door): number => seen.filter((each) => each === door).length;
      };
      const knowing = await doors(() => directoryOver(world, alone, undefined, memory));
      const strangers = await doors(() => directoryOver(world, alone));
      const atFirst = await doors(() => directoryOver(world, withOne));
      await realSeconds(settleSeconds);
      const oneHonest = await doors(() => directoryOver(world, withOne));
      const lostTakers = Math.max(...replaced.map((each) => each.takers));
      const right = oneHonest('owner') / count;
      return {
        figures: {
          names: count,
          silenceDays,
          supernodesLeft: left,
          rightAfterSilence: percent(before),
          backdatedKeptByAtMost: takers,
          theftsRefused: refused,
          rightAfterThefts: percent(success(after)),
          wrongAfterThefts: after.wrong,
          disputedAfterThefts: after.disputed,
          suppressors: suppressors.count,
          newest: told.found,
          old: told.stale,
          revokedKeptByAtMost: lostTakers,
          eclipsedKnowingDeceived: knowing('lost device'),
          eclipsedStrangersDeceived: strangers('lost device'),
          oneHonestDeceivedAtFirst: atFirst('lost device'),
          oneHonestDeceived: oneHonest('lost device'),
          oneHonestRight: oneHonest('owner'),
        },
        kept:
          before >= 0.99 &&
          success(after) >= 0.99 &&
          after.wrong === 0 &&
          refused === count &&
          told.stale === 0 &&
          told.wrong === 0 &&
          told.found / lookups >= 0.99 &&
          lostTakers === 0 &&
          knowing('lost device') === 0 &&
          oneHonest('lost device') === 0 &&
          right >= 0.99,
        words: `after ${silenceDays} days of silence, ${left} nodes gone, ${percent(before)} right; claims dated back ${backdatedDays} days kept by ${takers} nodes at most, ${refused} of ${count} thefts refused; ${suppressors.count} of ${world.nodes.length + suppressors.count} nodes suppress heartbeats: ${told.stale} of ${lookups} lookups old; a revoked device kept by ${lostTakers} nodes, believed by ${knowing('lost device')} of ${count} eclipsed readers who knew better, ${oneHonest('lost device')} who reach one honest node as well (${atFirst('lost device')} in the first seconds), ${strangers('lost device')} who know and reach nobody`,
      };
    } finally {
      await Promise.all([suppressors.stop(), eclipse.stop()]);
    }
  },
};

import { createDirectory, createOwnRecordShelf, type Directory, type OwnRecordShelf } from '../../../main/directory/index.ts';
import {
  accountKeyOf,
  createAccount,
  createSequenceMemory,
  type AccountSecrets,
  type SequenceMemory,
} from '../../../main/identity/index.ts';
import type { DirectoryStore } from '../../../main/overlay/directory-store.ts';
import { AppError } from '../../../main/ports/app-error.ts';
import { silentLogger } from '../../../main/ports/logger.ts';
import { askFairly } from './standstill.ts';
import { labWork, type LabNode, type LabWorld } from './world.ts';

/** A person whose name stands in the index. */
export interface LabName {
  readonly name: string;
  readonly secrets: AccountSecrets;
  /** The owner's own directory, which claims and refreshes. */
  readonly directory: Directory;
  /** What it keeps on disk. */
  readonly own: OwnRecordShelf;
}

/** What a reader was told. `not-found` includes a claim that too few hold; `wrong` is another account's claim as found. */
export type Outcome = 'found' | 'disputed' | 'not-found' | 'no-network' | 'wrong';
export type Outcomes = Readonly<Record<Outcome, number>>;

/** The app's directory over a node's index. @param memory what its reader has seen before: nothing, unless it is said */
export const directoryOver = (
  world: LabWorld,
  store: DirectoryStore,
  own: OwnRecordShelf = createOwnRecordShelf(),
  memory: SequenceMemory = createSequenceMemory(),
): Directory =>
  createDirectory({
    store,
    clock: world.clock,
    random: world.random,
    log: silentLogger,
    work: labWork,
    memory,
    own,
  });

const never = new AbortController().signal;

/** As lookups: mostly they wait for each other’s answers, and where nodes died or lie for nobody’s. */
const claimedAtOnce = 16;

/** The index through whichever node is there: an owner's device meets others each time. */
export const anyDirectory = (world: LabWorld): DirectoryStore => ({
  get: (target, signal) => world.one().overlay.directory.get(target, signal),
  put: (target, record, signal) => world.one().overlay.directory.put(target, record, signal),
});

/** A new account claims the name, once. @throws AppError of the directory */
export const claim = async (world: LabWorld, name: string, store: DirectoryStore): Promise<LabName> => {
  const secrets = await createAccount(name, { random: world.random, nowMs: world.clock.nowMs() });
  const own = createOwnRecordShelf();
  const directory = directoryOver(world, store, own);
  await directory.claim(secrets, () => undefined, never);
  return { name, secrets, directory, own };
};

/**
 * As many new accounts claim names. One whose claim fell into a standstill is given another name: what gives the first back may
 * have fallen into it too, and would leave it with two claims. @param through the index as each owner sees it; else through nodes by chance
 */
export async function claimNames(
  world: LabWorld,
  count: number,
  prefix = 'name',
  through: (index: number) => DirectoryStore = () => anyDirectory(world),
): Promise<readonly LabName[]> {
  const claimed: LabName[] = [];
  const claimOne = (index: number): Promise<LabName> => {
    let tried = 0;
    return askFairly(() => claim(world, `${prefix}-${index}-${tried++}`, through(index)));
  };
  while (claimed.length < count) {
    const indices = Array.from({ length: Math.min(claimedAtOnce, count - claimed.length) }, (_, index) => claimed.length + index);
    // oxlint-disable-next-line no-await-in-loop -- a few at a time
    claimed.push(...(await Promise.all(indices.map(claimOne))));
  }
  return claimed;
}

/** Looks a name up as somebody who never heard of it, through `reader`. */
export async function look(world: LabWorld, reader: LabNode, { name, secrets }: LabName): Promise<Outcome> {
  try {
    const { view } = await directoryOver(world, reader.overlay.directory).lookup(name, never);
    if (view.result === 'found' && view.accountKey !== accountKeyOf(secrets)) return 'wrong';
    return view.result === 'lapsed' ? 'not-found' : view.result;
  } catch (error) {
    if (error instanceof AppError && error.code === 'NO_NETWORK') return 'no-network';
    throw error;
  }
}

/** As `look`; see `askFairly`. */
export const lookFairly = (world: LabWorld, reader: () => LabNode, name: LabName): Promise<Outcome> =>
  askFairly(
    () => look(world, reader(), name),
    (outcome) => outcome === 'not-found' || outcome === 'no-network',
  );

/** The owner's device tells again that they are there. */
export async function refresh({ directory, secrets }: LabName): Promise<void> {
  const refresher = directory.startRefreshing(() => secrets);
  await refresher.refreshNow();
  await refresher.stop();
}

/** `stale`: the right account, by a record older than its owner's last. */
export type Told = 'found' | 'stale' | 'disputed' | 'not-found' | 'wrong';

/** As `look`, and whether the newest word was told. @param sinceMs the owner's last heartbeat is not older */
export async function lookForNews(world: LabWorld, { name, secrets }: LabName, sinceMs: number): Promise<Told> {
  const { view } = await directoryOver(world, world.one().overlay.directory).lookup(name, never);
  if (view.result === 'disputed') return view.accountKeys.includes(accountKeyOf(secrets)) ? 'disputed' : 'wrong';
  if (view.result !== 'found') return 'not-found';
  if (view.accountKey !== accountKeyOf(secrets)) return 'wrong';
  return view.lastHeartbeatMs >= sinceMs ? 'found' : 'stale';
}

/** Where nodes died a lookup mostly waits. */
const lookedAtOnce = 40;

/**
 * So many lookups of names by chance, by nodes by chance, each as if its reader had never heard of anybody.
 * @param together so many at a time
 */
export async function lookMany(
  world: LabWorld,
  names: readonly LabName[],
  count: number,
  together = lookedAtOnce,
): Promise<Outcomes> {
  const outcomes: Record<Outcome, number> = { found: 0, disputed: 0, 'not-found': 0, 'no-network': 0, wrong: 0 };
  let left = count;
  const work = async (): Promise<void> => {
    while (left > 0) {
      left -= 1;
      const name = names[Math.floor(world.random.fraction() * names.length)];
      if (name === undefined) throw new Error('there are no names to look for');
      // oxlint-disable-next-line no-await-in-loop -- one after the other, in each of a few lanes
      outcomes[await lookFairly(world, () => world.one(), name)] += 1;
    }
  };
  await Promise.all(Array.from({ length: together }, work));
  return outcomes;
}

/** The share that was answered rightly. */
export const success = (outcomes: Outcomes): number =>
  outcomes.found / Object.values(outcomes).reduce((sum, count) => sum + count, 0);

export const sumOf = (all: readonly Outcomes[]): Outcomes => {
  const count = (outcome: Outcome): number => all.reduce((sum, outcomes) => sum + outcomes[outcome], 0);
  return {
    found: count('found'),
    disputed: count('disputed'),
    'not-found': count('not-found'),
    'no-network': count('no-network'),
    wrong: count('wrong'),
  };
};

/** A share as people read it. */
export const percent = (share: number): string => `${(share * 100).toFixed(2)} %`;

import { toHex } from '../../../main/ports/hex.ts';
import { createBoxOwner, type BoxOwner } from '../mailboxes.ts';
import type { MailboxRefusal, OutgoingItem } from '../../../main/overlay/index.ts';
import { askFairly } from './standstill.ts';
import type { LabWorld } from './world.ts';

const never = new AbortController().signal;

/** A mailbox of the laboratory, and all that was left in it. */
export interface LabBox {
  readonly owner: BoxOwner;
  readonly left: OutgoingItem[];
  /** What keepers said to items that none of them took. */
  readonly refused: MailboxRefusal[];
}

/** Mostly lines of chat, now and then something larger. */
const sizes = [1_024, 1_024, 1_024, 2_048, 1_024, 4_096, 1_024, 16_384];

const atOnce = 16;

/** Runs them, some at a time. */
export async function someAtOnce<T>(works: readonly (() => Promise<T>)[], together = atOnce): Promise<T[]> {
  const results: T[] = [];
  let next = 0;
  const lane = async (): Promise<void> => {
    while (next < works.length) {
      const index = next++;
      const work = works[index];
      // oxlint-disable-next-line no-await-in-loop -- each lane one after the other
      if (work !== undefined) results[index] = await work();
    }
  };
  await Promise.all(Array.from({ length: together }, lane));
  return results;
}

/** Mailboxes whose owners registered them, each from a node of its own. */
export const openBoxes = (world: LabWorld, count: number): Promise<LabBox[]> =>
  someAtOnce(
    Array.from({ length: count }, () => async () => {
      const owner = createBoxOwner(world.random);
      const record = await owner.record(world.clock.nowMs());
      await askFairly(() => world.one().overlay.mailboxes.register(owner.target, record, never));
      return { owner, left: [], refused: [] };
    }),
  );

/** One more item in a box. @returns how many networks keep it */
export async function leaveOne(world: LabWorld, box: LabBox): Promise<number> {
  const size = sizes[Math.floor(world.random.fraction() * sizes.length)] ?? 1_024;
  const item = box.owner.fromFriend(world.random.bytes(size), world.clock.nowMs());
  const { storedBy, refusals } = await askFairly(
    () => world.one().overlay.mailboxes.deposit(box.owner.target, item, never),
    (told) => told.storedBy.length === 0,
  );
  if (storedBy.length > 0) box.left.push(item);
  else box.refused.push(...refusals.map(({ code }) => code));
  return storedBy.length;
}

export interface PickedUp {
  /** Items that nobody gave whole. */
  readonly lost: number;
  /** Keepers that had the rarest of the others. */
  readonly fewestCopies: number;
}

/** What an owner who comes back gets of what was left: every byte, from whoever has it. */
export const pickUp = (world: LabWorld, box: LabBox): Promise<PickedUp> =>
  askFairly(
    () => pickUpOnce(world, box),
    ({ lost }) => lost > 0,
  );

async function pickUpOnce(world: LabWorld, { owner, left }: LabBox): Promise<PickedUp> {
  const { mailboxes } = world.one().overlay;
  const places = await mailboxes.places(owner.target, never);
  const lists = await Promise.all(places.map((place) => mailboxes.list(place, owner.access, never)));
  let lost = 0;
  let fewestCopies = Number.POSITIVE_INFINITY;
  for (const item of left) {
    const holders = places.filter((_, index) => (lists[index] ?? []).some(({ id }) => toHex(id) === toHex(item.id)));
    let isThere = false;
    for (const place of holders) {
      if (isThere) break;
      // oxlint-disable-next-line no-await-in-loop -- the next only if this one doesn't have it whole
      const fetched = await mailboxes.fetch(place, owner.access, item.id, never);
      isThere = fetched !== null && Buffer.compare(fetched.sealed, item.sealed) === 0;
    }
    if (isThere) fewestCopies = Math.min(fewestCopies, holders.length);
    else lost += 1;
  }
  return { lost, fewestCopies };
}

/** What was refused altogether, and how often each was said. */
export function refusalsOf(boxes: readonly LabBox[]): string {
  const said = new Map<MailboxRefusal, number>();
  for (const code of boxes.flatMap(({ refused }) => refused)) said.set(code, (said.get(code) ?? 0) + 1);
  return [...said].map(([code, times]) => `${code} ${times} times`).join(', ') || 'nothing';
}

export const lostOf = (all: readonly PickedUp[]): number => sum(all.map(({ lost }) => lost));
export const fewestOf = (all: readonly PickedUp[]): number => Math.min(...all.map(({ fewestCopies }) => fewestCopies));

export const sum = (numbers: readonly number[]): number => numbers.reduce((total, each) => total + each, 0);

import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { createMailboxJudge, endOfWeek, lastWeekFor } from '../../../main/mailbox/index.ts';
import { MailboxKeeper } from '../../../main/overlay/mailbox/mailbox-keeper.ts';
import { defaultMailboxLimits, type MailboxLimits } from '../../../main/overlay/mailbox/mailbox-limits.ts';
import type { MailboxShelf, OutgoingItem } from '../../../main/overlay/index.ts';
import { toHex } from '../../../main/ports/hex.ts';
import { silentLogger } from '../../../main/ports/logger.ts';
import { seededRandom } from '../identity/fixtures.ts';
import { createBoxOwner, type BoxOwner } from '../../sim/mailboxes.ts';
import { memoryMailboxShelf } from '../../sim/mailbox-shelf.ts';
import { cheapMailboxWork } from '../../sim/world.ts';
import { newProfile, type Profile } from '../storage/profile.ts';
import { VirtualClock } from '../virtual-clock.ts';

const random = seededRandom('keeper');
const dayMs = 86_400_000;
const sweepMs = 60_000;

let clock: VirtualClock;
let shelf: MailboxShelf;
let owner: BoxOwner;
let isNear: boolean;
beforeEach(() => {
  clock = new VirtualClock();
  shelf = memoryMailboxShelf();
  owner = createBoxOwner(random);
  isNear = true;
});

function keep(limits: Partial<MailboxLimits> = {}, on: MailboxShelf = shelf): MailboxKeeper {
  const keeper = new MailboxKeeper({
    clock,
    log: silentLogger,
    shelf: on,
    judge: createMailboxJudge(cheapMailboxWork),
    limits: { ...defaultMailboxLimits, ...limits },
    isNear: () => isNear,
  });
  keeper.start();
  return keeper;
}

const open = async (keeper: MailboxKeeper, of: BoxOwner = owner): Promise<string> =>
  keeper.register(of.target, await of.record(clock.nowMs()));

/** As the network's side does it. */
async function leave(
  keeper: MailboxKeeper,
  item: OutgoingItem,
  from: string | null = 'home',
  of: BoxOwner = owner,
): Promise<string> {
  const facts = keeper.consider(of.target, item.slip, from);
  if (facts === 'raise') {
    await keeper.raise(of.target, item.slip);
    return 'stored';
  }
  if (typeof facts === 'string') return facts;
  const work = facts.kind === 'request' ? await keeper.workOf(of.target, item.slip) : 0;
  return work === null ? 'BAD_ITEM' : keeper.store(of.target, facts, item, work, from);
}
const fromFriend = (size = 1_024): OutgoingItem => owner.fromFriend(random.bytes(size), clock.nowMs());
const listed = (keeper: MailboxKeeper): string[] => keeper.list(owner.target, 0).items.map(({ id }) => toHex(id));

describe('A keeper of mailboxes', () => {
  it('takes nothing for a mailbox that was not worked for, or whose record is another’s, or old', async () => {
    const keeper = keep();
    expect(await leave(keeper, fromFriend())).toBe('NO_BOX');
    expect(await keeper.register(createBoxOwner(random).target, await owner.record(clock.nowMs()))).toBe('BAD_ITEM');
    expect(await keeper.register(owner.target, await owner.record(clock.nowMs() - 61 * dayMs))).toBe('BAD_ITEM');
    expect(await keeper.register(owner.target, await owner.record(clock.nowMs() + 2 * dayMs))).toBe('BAD_ITEM');
    expect(await open(keeper)).toBe('stored');
    expect(await leave(keeper, fromFriend())).toBe('stored');
  });

  it('keeps the newest record, whatever comes later', async () => {
    const keeper = keep();
    const [older, newer] = [await owner.record(clock.nowMs()), await owner.record(clock.nowMs())];
    expect(await keeper.register(owner.target, newer)).toBe('stored');
    expect(await keeper.register(owner.target, older)).toBe('STALE');
    expect(await keeper.register(owner.target, newer)).toBe('stored');
    expect(keeper.record(owner.target)).toEqual(newer);
  });

  it('says to the same record twice at once that it is stored, not that it is old', async () => {
    const keeper = keep();
    const record = await owner.record(clock.nowMs());
    const both = [keeper.register(owner.target, record), keeper.register(owner.target, record)];
    expect(await Promise.all(both)).toEqual(['stored', 'stored']);
  });

  it('stores an item once, and not with one byte changed, nor in a size of its own', async () => {
    const keeper = keep();
    await open(keeper);
    const item = fromFriend();
    const changed = item.sealed.slice();
    changed[500] = (changed[500] ?? 0) ^ 1;
    expect(await leave(keeper, { ...item, sealed: changed })).toBe('BAD_ITEM');
    expect(await leave(keeper, fromFriend(1_000))).toBe('BAD_ITEM');
    expect([await leave(keeper, item), await leave(keeper, item)]).toEqual(['stored', 'stored']);
    expect(listed(keeper)).toEqual([toHex(item.id)]);
    expect(keeper.counts).toEqual({ boxes: 1, items: 1, bytes: 1_024 });
  });

  it('shows nobody by the room it has for them that something of theirs was picked up, before the day is over', async () => {
    const keeper = keep({ networkBytes: 3 * 1_024 });
    const stranger = createBoxOwner(random);
    await Promise.all([open(keeper), open(keeper, stranger)]);
    const [request, item] = [await owner.fromStranger(random.bytes(1_024), clock.nowMs()), fromFriend()];
    // A mailbox of their own, to fill their share to the brim with.
    const filler = (): OutgoingItem => stranger.fromFriend(random.bytes(1_024), clock.nowMs());
    for (const [each, of] of [
      [request, owner],
      [item, owner],
      [filler(), stranger],
    ] as const) {
      // oxlint-disable-next-line no-await-in-loop -- one after the other
      expect(await leave(keeper, each, 'watcher', of)).toBe('stored');
    }
    for (const { id } of [request, item]) expect(keeper.remove(owner.target, id, owner.removal(id).signature)).toBe(true);
    for (let minute = 0; minute < 8; minute += 1) {
      // oxlint-disable-next-line no-await-in-loop -- minute after minute
      expect(await leave(keeper, filler(), 'watcher', stranger)).toBe('FULL');
      clock.advance(sweepMs);
    }
    clock.advance(dayMs);
    expect(await leave(keeper, filler(), 'watcher', stranger)).toBe('stored');
  });

  it('refuses a slip with any byte changed', async () => {
    const keeper = keep();
    await open(keeper);
    const item = fromFriend();
    for (let position = 0; position < item.slip.byteLength; position += 1) {
      const slip = item.slip.slice();
      slip[position] = (slip[position] ?? 0) ^ 1;
      // oxlint-disable-next-line no-await-in-loop -- one after the other
      expect(await leave(keeper, { ...item, slip })).toBe('BAD_ITEM');
    }
  });

  it('takes one item with a key, and remembers for the key’s whole life that it is spent, over restarts', async () => {
    const keeper = keep();
    await open(keeper);
    const item = owner.withKey(7, random.bytes(1_024), clock.nowMs());
    const second = owner.withKey(7, random.bytes(1_024), clock.nowMs());
    expect([await leave(keeper, item), await leave(keeper, second)]).toEqual(['stored', 'SPENT']);
    clock.advance(31 * dayMs);
    await open(keeper);
    clock.advance(sweepMs);
    expect(listed(keeper)).toEqual([]);
    const week = lastWeekFor(clock.nowMs() - 31 * dayMs);
    expect(endOfWeek(week)).toBeGreaterThan(clock.nowMs());
    keeper.stop();
    const again = keep();
    // The same key in its own week: what a thief of a spent key would try.
    const late = owner.withKey(7, random.bytes(1_024), clock.nowMs() - 31 * dayMs);
    const facts = again.consider(owner.target, late.slip, 'home');
    expect(['SPENT', 'BAD_ITEM']).toContain(facts);
  });

  it('forgets an item when its owner signs, and does not take it back, not from anybody', async () => {
    const keeper = keep();
    await open(keeper);
    const item = fromFriend();
    await leave(keeper, item);
    const { id, signature } = owner.removal(item.id);
    expect(keeper.remove(owner.target, id, createBoxOwner(random).removal(id).signature)).toBe(false);
    expect(keeper.remove(owner.target, id, signature)).toBe(true);
    expect([listed(keeper), keeper.counts.bytes, keeper.body(owner.target, id)]).toEqual([[], 0, null]);
    for (const from of ['home', null]) expect(await leave(keeper, item, from)).toBe('stored');
    expect(listed(keeper)).toEqual([]);
  });

  it('believes a removal of what it has not seen yet', async () => {
    const keeper = keep();
    await open(keeper);
    const item = fromFriend();
    const { id, signature } = owner.removal(item.id);
    expect(keeper.remove(owner.target, id, signature)).toBe(true);
    await leave(keeper, item);
    expect(listed(keeper)).toEqual([]);
  });

  it('drops an item after 30 days, and a mailbox 60 days after its owner was last heard of', async () => {
    const keeper = keep();
    await open(keeper);
    await leave(keeper, fromFriend());
    clock.advance(29 * dayMs);
    expect(listed(keeper)).toHaveLength(1);
    clock.advance(dayMs + sweepMs);
    expect([listed(keeper), keeper.counts]).toEqual([[], { boxes: 1, items: 0, bytes: 0 }]);
    clock.advance(30 * dayMs);
    expect([keeper.counts.boxes, shelf.loadBoxes(), shelf.loadItems()]).toEqual([0, [], []]);
  });

  it('holds its bounds: of a mailbox, of a network, and of all', async () => {
    const keeper = keep({ boxItems: 3, networkBytes: 2_048, maxBytes: 5 * 1_024 });
    const other = createBoxOwner(random);
    await open(keeper);
    await open(keeper, other);
    const answers: string[] = [];
    for (const from of ['a', 'a', 'a', 'b', 'b']) answers.push(await leave(keeper, fromFriend(), from));
    expect(answers).toEqual(['stored', 'stored', 'FULL', 'stored', 'FULL']);
    const others = (): OutgoingItem => other.fromFriend(random.bytes(1_024), clock.nowMs());
    expect(await leave(keeper, others(), 'c', other)).toBe('stored');
    expect(await leave(keeper, others(), 'd', other)).toBe('stored');
    expect(await leave(keeper, others(), 'e', other)).toBe('FULL');
    expect(keeper.counts).toEqual({ boxes: 2, items: 5, bytes: 5 * 1_024 });
  });

  it('gives the strangers’ slot, when it is full, to those who worked more, and tells none of them', async () => {
    const keeper = keep({ requestItems: 3 });
    await open(keeper);
    const ask = (bits: number): Promise<OutgoingItem> => owner.fromStranger(random.bytes(1_024), clock.nowMs(), bits);
    const flood = [await ask(1), await ask(1), await ask(1), await ask(1)];
    for (const item of flood) expect(await leave(keeper, item)).toBe('stored');
    expect(listed(keeper)).toHaveLength(3);
    const honest = await ask(9);
    expect(await leave(keeper, honest)).toBe('stored');
    expect(listed(keeper)).toHaveLength(3);
    expect(listed(keeper)).toContain(toHex(honest.id));
    // Contacts have their own room.
    expect(await leave(keeper, fromFriend())).toBe('stored');
  });

  it('counts a waiting request with the most work it has shown, and says the same of one that was taken', async () => {
    const keeper = keep({ requestItems: 3 });
    await open(keeper);
    const sealed = random.bytes(1_024);
    const ask = (bits: number, of = random.bytes(1_024)): Promise<OutgoingItem> => owner.fromStranger(of, clock.nowMs(), bits);
    const honest = await ask(1, sealed);
    await leave(keeper, honest);
    const better = await ask(12, sealed);
    expect([await leave(keeper, better), await leave(keeper, honest)]).toEqual(['stored', 'stored']);
    const flood = [await ask(6), await ask(7), await ask(7), await ask(8)];
    for (const item of flood) await leave(keeper, item);
    expect(listed(keeper)).toContain(toHex(honest.id));
    expect(keeper.body(owner.target, honest.id)?.slip).toEqual(better.slip);
    expect(listed(keep({ requestItems: 3 }))).toEqual(listed(keeper));
    const later = await owner.fromStranger(sealed, clock.nowMs() + 3_600_000, 14);
    await leave(keeper, later);
    expect(keeper.body(owner.target, honest.id)?.slip).toEqual(better.slip);
    keeper.remove(owner.target, honest.id, owner.removal(honest.id).signature);
    expect(await leave(keeper, await ask(14, sealed))).toBe('stored');
    expect(listed(keeper)).not.toContain(toHex(honest.id));
  });

  it('lets nobody make a request of a letter, nor another size or hour of a request', async () => {
    const keeper = keep();
    await open(keeper);
    const letter = fromFriend();
    const request = await owner.fromStranger(random.bytes(1_024), clock.nowMs(), 1);
    for (const item of [letter, request]) await leave(keeper, item);
    const slipFor = (of: OutgoingItem, changes: { size?: number; hours?: number } = {}): Promise<Uint8Array> =>
      owner.forgedRequest(of.id, changes.size ?? of.sealed.byteLength, clock.nowMs() + (changes.hours ?? 0) * 3_600_000, 12);
    await keeper.raise(owner.target, await slipFor(letter));
    for (const changes of [{ size: 4_096 }, { hours: 1 }]) await keeper.raise(owner.target, await slipFor(request, changes));
    expect(keeper.body(owner.target, letter.id)?.slip).toEqual(letter.slip);
    expect(keeper.body(owner.target, request.id)?.slip).toEqual(request.slip);
    const raised = await slipFor(request);
    await keeper.raise(owner.target, raised);
    expect(keeper.body(owner.target, request.id)?.slip).toEqual(raised);
  });

  it('makes room for a mailbox where it is needed only by letting one go for which others are nearer', async () => {
    const keeper = keep({ maxBoxes: 1 });
    const other = createBoxOwner(random);
    await open(keeper);
    expect(await open(keeper, other)).toBe('FULL');
    isNear = false;
    clock.advance(11 * sweepMs);
    expect(await open(keeper, other)).toBe('stored');
    expect([keeper.record(owner.target), keeper.counts.boxes]).toEqual([null, 1]);
  });

  it('lets a mailbox go a day after others came nearer to it', async () => {
    const keeper = keep();
    await open(keeper);
    isNear = false;
    clock.advance(23 * 3_600_000);
    expect(keeper.counts.boxes).toBe(1);
    clock.advance(2 * 3_600_000);
    expect(keeper.counts.boxes).toBe(0);
  });

  it('promises nothing that the disk did not take', async () => {
    const full: MailboxShelf = {
      ...shelf,
      saveItem() {
        throw new Error('no room');
      },
    };
    const keeper = keep({}, full);
    await open(keeper);
    expect(await leave(keeper, fromFriend())).toBe('TOO_BUSY');
    expect(listed(keeper)).toEqual([]);
  });
});

describe('A keeper’s disk', () => {
  let profile: Profile;
  beforeEach(() => {
    profile = newProfile();
  });
  afterEach(() => profile.dispose());

  it('brings everything back after a restart: items in their order, removals, spent keys', async () => {
    const first = await profile.open();
    const keeper = keep({}, first.mailboxShelf);
    await open(keeper);
    const items = Array.from({ length: 5 }, () => fromFriend());
    for (const item of items) await leave(keeper, item);
    const [done] = items;
    if (done === undefined) throw new Error('nothing was left');
    keeper.remove(owner.target, done.id, owner.removal(done.id).signature);
    const digest = keeper.digest(owner.target);
    keeper.stop();
    first.close();
    const again = keep({}, (await profile.open()).mailboxShelf);
    expect(listed(again)).toEqual(items.slice(1).map(({ id }) => toHex(id)));
    expect(again.digest(owner.target)).toEqual(digest);
    expect(again.counts).toEqual({ boxes: 1, items: 4, bytes: 4 * 1_024 });
    expect(await leave(again, done)).toBe('stored');
    expect(listed(again)).not.toContain(toHex(done.id));
    for (const { id, slip, sealed } of items.slice(1)) expect(again.body(owner.target, id)).toEqual({ slip, sealed });
  });
});

describe('A keeper’s disk, of requests', () => {
  it('remembers the most work that one has shown', async () => {
    const profile = newProfile();
    try {
      const first = await profile.open();
      const before = keep({ requestItems: 2 }, first.mailboxShelf);
      await open(before);
      const sealed = random.bytes(1_024);
      const ask = (bits: number, of = random.bytes(1_024)): Promise<OutgoingItem> => owner.fromStranger(of, clock.nowMs(), bits);
      const honest = await ask(1, sealed);
      await leave(before, honest);
      await leave(before, await ask(12, sealed));
      before.stop();
      first.close();
      const after = keep({ requestItems: 2 }, (await profile.open()).mailboxShelf);
      for (const bits of [5, 6, 7]) await leave(after, await ask(bits));
      expect(listed(after)).toContain(toHex(honest.id));
    } finally {
      profile.dispose();
    }
  });
});

describe('What a stranger sees of a mailbox', () => {
  it('is the same whether its owner comes every minute or never', async () => {
    const answersOf = async (isThere: boolean): Promise<string[]> => {
      const keeper = keep({ requestItems: 4 }, memoryMailboxShelf());
      await open(keeper);
      const answers: string[] = [];
      const items: OutgoingItem[] = [];
      for (let number = 0; number < 12; number += 1) {
        const item = await owner.fromStranger(random.bytes(1_024), clock.nowMs());
        items.push(item);
        answers.push(await leave(keeper, item));
        // All that were left before, again.
        for (const earlier of items) answers.push(await leave(keeper, earlier));
        if (!isThere) continue;
        for (const { id } of keeper.list(owner.target, 0).items) keeper.remove(owner.target, id, owner.removal(id).signature);
      }
      return answers;
    };
    expect(await answersOf(true)).toEqual(await answersOf(false));
  });
});

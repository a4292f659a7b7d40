import { beforeEach, describe, expect, it } from 'vitest';
import { createPickUp, type PickUp } from '../../../main/mailbox/index.ts';
import type { ItemBody, MailboxPlace, MailboxStore, OutgoingItem } from '../../../main/overlay/index.ts';
import { toHex } from '../../../main/ports/hex.ts';
import { silentLogger } from '../../../main/ports/logger.ts';
import { createBoxOwner, memoryOfItems, type BoxOwner } from '../../sim/mailboxes.ts';
import { cheapMailboxWork } from '../../sim/world.ts';
import { seededRandom } from '../identity/fixtures.ts';
import { createHandGate, type HandGate } from '../hand-gate.ts';
import { VirtualClock } from '../virtual-clock.ts';

const random = seededRandom('pick-up');

/** A keeper that has what it is given; whether it is honest is for the test. */
interface Keeper extends MailboxPlace {
  readonly items: Map<string, OutgoingItem>;
  readonly removed: string[];
  isSilent: boolean;
  /** What it gives for an item. */
  give: (item: OutgoingItem) => ItemBody | null;
}

let clock: VirtualClock;
let owner: BoxOwner;
let keepers: Keeper[];
let taken: string[];
let answer: 'done' | 'later';
let seen: ReturnType<typeof memoryOfItems>;
let asked: number;
let unknown: number;
let gate: HandGate;
beforeEach(() => {
  unknown = 0;
  gate = createHandGate();
  clock = new VirtualClock();
  owner = createBoxOwner(random);
  taken = [];
  answer = 'done';
  asked = 0;
  seen = memoryOfItems();
  keepers = Array.from({ length: 5 }, (_, number) => ({
    at: { host: `10.0.${number}.1`, port: 1 },
    network: `10.0.${number}.0/24`,
    items: new Map(),
    removed: [],
    isSilent: false,
    give: ({ slip, sealed }) => ({ slip, sealed }),
  }));
});

const of = (place: MailboxPlace): Keeper => {
  const keeper = keepers.find(({ network }) => network === place.network);
  if (keeper === undefined) throw new Error('unknown place');
  return keeper;
};

function store(): MailboxStore {
  const unused = (): never => {
    throw new Error('an owner only picks up');
  };
  return {
    register: unused,
    find: unused,
    deposit: unused,
    places: () => Promise.resolve(keepers),
    list(place) {
      asked += 1;
      const { isSilent, items } = of(place);
      return Promise.resolve(isSilent ? null : [...items.values()].map(({ id }) => ({ id, kind: 'contact' })));
    },
    fetch(place, _access, id) {
      const item = of(place).items.get(toHex(id));
      return Promise.resolve(item === undefined ? null : of(place).give(item));
    },
    remove(place, _target, removals) {
      const keeper = of(place);
      for (const { id } of removals) {
        keeper.removed.push(toHex(id));
        if (!keeper.isSilent) keeper.items.delete(toHex(id));
      }
      return Promise.resolve(!keeper.isSilent);
    },
  };
}

function open(changes: Partial<MailboxStore> = {}): PickUp {
  const pickUp = createPickUp({
    store: { ...store(), ...changes },
    mailbox: owner.pair,
    work: cheapMailboxWork,
    seen,
    take(items) {
      taken.push(...items.map(({ id }) => toHex(id)));
      return Promise.resolve(items.map(() => answer));
    },
    onUnknown: () => (unknown += 1),
    gate,
    clock,
    random,
    logger: silentLogger,
  });
  pickUp.start();
  return pickUp;
}

const turns = async (): Promise<void> => {
  for (let turn = 0; turn < 20; turn += 1) await new Promise((resolve) => setImmediate(resolve));
};
const pass = async (seconds: number): Promise<void> => {
  for (let second = 0; second < seconds; second += 1) {
    clock.advance(1_000);
    await turns();
  }
};
const leaveAt = (item: OutgoingItem, at: readonly Keeper[] = keepers): OutgoingItem => {
  for (const keeper of at) keeper.items.set(toHex(item.id), item);
  return item;
};
const item = (): OutgoingItem => owner.fromFriend(random.bytes(1_024), clock.nowMs());

describe('Who picks up', () => {
  it('takes each item once, in the order in which they came, and has all keepers forget them', async () => {
    const items = [leaveAt(item()), leaveAt(item()), leaveAt(item())];
    const pickUp = open();
    await pass(10);
    expect(taken).toEqual(items.map(({ id }) => toHex(id)));
    for (const { items: left } of keepers) expect(left.size).toBe(0);
    pickUp.stop();
  });

  it('asks seldom while the line is the voice’s alone, and has what comes then all the same', async () => {
    const pickUp = open();
    await pass(5);
    gate.set(true);
    await pass(5);
    const before = asked;
    const late = leaveAt(item());
    await pass(60);
    expect(asked - before).toBeLessThanOrEqual(8);
    expect(taken).toEqual([toHex(late.id)]);
    // All keepers are asked, even if nobody ever stops talking.
    const far = leaveAt(item(), keepers.slice(3));
    await pass(900);
    expect(taken).toEqual([late, far].map(({ id }) => toHex(id)));
    pickUp.stop();
  });

  it('has within seconds what comes while they are there, by asking one keeper at a time', async () => {
    const pickUp = open();
    await pass(5);
    const before = asked;
    await pass(60);
    expect(asked - before).toBeLessThanOrEqual(42);
    leaveAt(item());
    await pass(4);
    expect(taken).toHaveLength(1);
    pickUp.stop();
  });

  it('notices when most keepers don’t know the mailbox, and not when some are silent', async () => {
    for (const keeper of keepers.slice(0, 2)) keeper.isSilent = true;
    const pickUp = open();
    await pass(5);
    expect(unknown).toBe(0);
    for (const keeper of keepers.slice(0, 3)) keeper.isSilent = true;
    pickUp.look();
    await pass(5);
    expect(unknown).toBe(1);
    pickUp.stop();
  });

  it('looks everywhere again soon after most keepers opened nothing, and ever more rarely while that goes on', async () => {
    let looks = 0;
    const pickUp = open({ places: () => ((looks += 1), Promise.resolve(keepers)) });
    leaveAt(item(), keepers.slice(4));
    for (const keeper of keepers) keeper.isSilent = true;
    await pass(440);
    // After 0, 10, 30, 70, 150, 310 s, a quarter more or less; the mailbox is made known again once.
    expect(looks).toBeGreaterThanOrEqual(5);
    expect(looks).toBeLessThanOrEqual(7);
    expect(unknown).toBe(1);
    // The network changed: it begins anew.
    pickUp.look();
    await pass(5);
    for (const keeper of keepers) keeper.isSilent = false;
    await pass(13);
    expect([unknown, taken.length]).toEqual([2, 1]);
    pickUp.stop();
  });

  it('does not while a call needs the line, but as soon as it no longer does', async () => {
    let looks = 0;
    for (const keeper of keepers) keeper.isSilent = true;
    const pickUp = open({ places: () => ((looks += 1), Promise.resolve(keepers)) });
    gate.set(true);
    await pass(400);
    expect([looks, unknown]).toEqual([1, 1]);
    gate.set(false);
    await pass(4);
    expect([looks, unknown]).toEqual([2, 1]);
    pickUp.stop();
  });

  it('makes the mailbox known no more often while something of a contact must come again', async () => {
    let looks = 0;
    const pickUp = open({
      places: () => ((looks += 1), Promise.resolve(keepers)),
    });
    answer = 'later';
    leaveAt(item(), keepers.slice(0, 1));
    for (const keeper of keepers.slice(1)) keeper.isSilent = true;
    await pass(440);
    expect(looks).toBeGreaterThan(20);
    expect(unknown).toBe(1);
    pickUp.stop();
  });

  it('asks again two seconds after nobody was there, and twice as long after each time', async () => {
    let tries = 0;
    const triedAtSeconds: number[] = [];
    const pickUp = open({
      places() {
        tries += 1;
        triedAtSeconds.push(clock.monotonicMs() / 1_000);
        return tries > 3 ? Promise.resolve(keepers) : Promise.reject(new Error('NO_NETWORK'));
      },
    });
    leaveAt(item());
    await pass(30);
    const waits = triedAtSeconds.slice(1).map((at, index) => at - (triedAtSeconds[index] ?? 0));
    expect(waits).toHaveLength(3);
    for (const [index, wait] of waits.entries())
      expect(Math.abs(wait - 2 * 2 ** index)).toBeLessThanOrEqual(0.5 * 2 ** index + 1);
    expect(taken).toHaveLength(1);
    pickUp.stop();
  });

  it('finds what only a far keeper has, when they look everywhere', async () => {
    const pickUp = open();
    await pass(5);
    leaveAt(item(), keepers.slice(4));
    await pass(60);
    expect(taken).toEqual([]);
    pickUp.look();
    await pass(5);
    expect(taken).toHaveLength(1);
    pickUp.stop();
  });

  it('takes nothing twice, though a keeper keeps on bringing it back, and after a restart', async () => {
    const old = leaveAt(item());
    const first = open();
    await pass(5);
    first.stop();
    leaveAt(old);
    const second = open();
    await pass(10);
    expect(taken).toHaveLength(1);
    expect(keepers.every(({ items }) => items.size === 0)).toBe(true);
    second.stop();
  });

  it('takes from the next keeper what one gives wrongly, or withholds', async () => {
    const [liar, thief] = keepers;
    if (liar === undefined || thief === undefined) throw new Error('there are five');
    liar.give = ({ slip, sealed }) => ({ slip, sealed: sealed.map((byte) => byte ^ 1) });
    thief.give = () => null;
    leaveAt(item());
    const pickUp = open();
    await pass(5);
    expect(taken).toHaveLength(1);
    pickUp.stop();
  });

  it('takes a letter from who gives it with its own slip, not with one that others can make for the same bytes', async () => {
    const [liar, thief] = keepers;
    if (liar === undefined || thief === undefined) throw new Error('there are five');
    const letter = item();
    const { requestBits } = cheapMailboxWork;
    const asRequest = await owner.forgedRequest(letter.id, letter.sealed.byteLength, clock.nowMs(), requestBits);
    liar.give = ({ sealed }) => ({ slip: asRequest, sealed });
    thief.give = ({ sealed }) => ({ slip: owner.withKey(900, sealed, clock.nowMs()).slip, sealed });
    leaveAt(letter);
    const pickUp = open();
    await pass(5);
    expect(taken).toEqual([toHex(letter.id)]);
    pickUp.stop();
  });

  it('knows what others leave with a letter’s bytes for something else, and removes the one without the other', async () => {
    const letter = item();
    const [liar] = keepers;
    if (liar === undefined) throw new Error('there are five');
    const others = [owner.withKey(900, letter.sealed, clock.nowMs()), await owner.fromStranger(letter.sealed, clock.nowMs())];
    for (const other of others) leaveAt(other, [liar]);
    const pickUp = open();
    await pass(3);
    await new Promise((resolve) => setTimeout(resolve, 100));
    await pass(3);
    for (const other of others) expect(taken).toContain(toHex(other.id));
    leaveAt(letter, keepers.slice(1));
    await pass(9);
    expect(taken.at(-1)).toBe(toHex(letter.id));
    pickUp.stop();
  });

  it('takes nothing that no key of theirs certified, however many keepers say so', async () => {
    const stranger = createBoxOwner(random);
    leaveAt(stranger.fromFriend(random.bytes(1_024), clock.nowMs()));
    leaveAt({ ...item(), slip: new Uint8Array(20) });
    const pickUp = open();
    await pass(10);
    expect(taken).toEqual([]);
    pickUp.stop();
  });

  it('leaves what can’t be taken now where it is, and tries it again', async () => {
    answer = 'later';
    leaveAt(item());
    const pickUp = open();
    await pass(5);
    expect([taken.length, keepers[0]?.items.size]).toEqual([1, 1]);
    answer = 'done';
    await pass(60);
    expect([taken.length, keepers[0]?.items.size]).toEqual([2, 0]);
    pickUp.stop();
  });

  it('goes on asking while keepers are silent', async () => {
    for (const keeper of keepers) keeper.isSilent = true;
    const pickUp = open();
    leaveAt(item());
    await pass(30);
    expect(taken).toEqual([]);
    for (const keeper of keepers) keeper.isSilent = false;
    await pass(10);
    expect(taken).toHaveLength(1);
    pickUp.stop();
  });
});

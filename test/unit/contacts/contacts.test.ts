import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { contactAddressOf } from '../../../main/identity/index.ts';
import { newVillage, type Village, type Villager } from './village.ts';

let village: Village;
let alice: Villager;
let bob: Villager;
let carol: Villager;
beforeEach(async () => {
  village = newVillage();
  alice = await village.person('alice');
  bob = await village.person('bob');
  carol = await village.person('carol');
});
afterEach(() => village.dispose());

const ask = (from: Villager, to: Villager, note = '') => from.contacts.request({ accountKey: to.key, name: to.name, note });

async function befriend(a: Villager, b: Villager): Promise<void> {
  ask(a, b);
  await village.settle();
  b.contacts.accept(a.key);
  await village.settle();
  expect([a.relationTo(b), b.relationTo(a)]).toEqual(['contact', 'contact']);
}

const minutes = 60_000;
const connected = (a: Villager, b: Villager): boolean => village.net.isConnected(a.key, b.key);
const addressOf = (a: Villager, b: Villager): string | undefined =>
  Buffer.from(a.contacts.wanted().find(({ account }) => account === b.key)?.address?.secret ?? []).toString('hex');
const listens = (a: Villager): string => Buffer.from(contactAddressOf(a.secrets.listening).secret).toString('hex');

describe('Asking', () => {
  it('shows the request with its note on the other side, and nobody can connect yet', async () => {
    expect(ask(alice, bob, 'From the workshop').relation).toBe('outgoing');
    await village.settle();
    expect(bob.contacts.get(alice.key)).toMatchObject({ relation: 'incoming', name: 'alice', note: 'From the workshop' });
    expect(bob.contacts.admit(alice.key)).toBe(false);
    expect(bob.contacts.wanted()).toEqual([]);
    expect(connected(alice, bob)).toBe(false);
  });

  it('makes both contacts once the other side accepts, with each having the address of the other', async () => {
    await befriend(alice, bob);
    expect(connected(alice, bob)).toBe(true);
    expect(addressOf(alice, bob)).toBe(listens(bob));
    expect(addressOf(bob, alice)).toBe(listens(alice));
    expect(alice.contacts.isContact(bob.key) && bob.contacts.isContact(alice.key)).toBe(true);
  });

  it('makes both contacts at once when each asked the other', async () => {
    ask(alice, bob);
    ask(bob, alice);
    await village.settle();
    expect([alice.relationTo(bob), bob.relationTo(alice)]).toEqual(['contact', 'contact']);
    expect(connected(alice, bob)).toBe(true);
  });

  it('accepts when the other one had asked before', async () => {
    ask(alice, bob);
    await village.settle();
    expect(ask(bob, alice).relation).toBe('contact');
    await village.settle();
    expect(alice.relationTo(bob)).toBe('contact');
  });

  it('again, after losing everything, brings a contact back without them doing anything', async () => {
    await befriend(alice, bob);
    alice.storage.contacts.remove(bob.key);
    await alice.restart();
    expect(alice.contacts.list()).toEqual([]);
    ask(alice, bob);
    await village.settle();
    expect([alice.relationTo(bob), bob.relationTo(alice)]).toEqual(['contact', 'contact']);
    expect(connected(alice, bob)).toBe(true);
    const before = village.left.length;
    village.clock.advance(600 * minutes);
    await village.settle();
    expect(village.left.length).toBe(before);
  });

  it('by somebody who had declined, is taken as a yes to what was asked before', async () => {
    ask(alice, bob);
    await village.settle();
    bob.contacts.decline(alice.key);
    ask(bob, alice);
    await village.settle();
    expect([alice.relationTo(bob), bob.relationTo(alice)]).toEqual(['contact', 'contact']);
  });

  it('waits for somebody who is away, over a restart', async () => {
    bob.atHome = false;
    ask(alice, bob, 'are you there?');
    await village.settle();
    await alice.restart();
    village.clock.advance(5 * minutes);
    await village.settle();
    expect(bob.relationTo(alice)).toBeUndefined();
    bob.atHome = true;
    for (let minute = 0; minute < 40 && bob.relationTo(alice) === undefined; minute += 1) {
      village.clock.advance(minutes);
      await village.settle();
    }
    expect(bob.contacts.get(alice.key)?.note).toBe('are you there?');
  });

  it('is left as soon as the network takes it', async () => {
    village.cutOff = true;
    ask(alice, bob);
    await village.settle();
    expect(bob.relationTo(alice)).toBeUndefined();
    village.cutOff = false;
    village.clock.advance(minutes);
    await village.settle();
    expect(bob.relationTo(alice)).toBe('incoming');
  });

  it('is looked after twice a day while it waits, always as the same request', async () => {
    bob.atHome = false;
    ask(alice, bob);
    await village.settle();
    for (let hour = 0; hour < 48; hour += 1) {
      village.clock.advance(60 * minutes);
      await village.settle();
    }
    expect(village.left.length).toBeGreaterThanOrEqual(3);
    expect(village.left.length).toBeLessThanOrEqual(7);
    expect(new Set(village.left.map((request) => Buffer.from(request).toString('hex'))).size).toBe(1);
  });

  it('reaches the asker who restarted before the answer came', async () => {
    ask(alice, bob);
    await village.settle();
    await alice.restart();
    await bob.restart();
    bob.contacts.accept(alice.key);
    await village.settle();
    expect([alice.relationTo(bob), bob.relationTo(alice)]).toEqual(['contact', 'contact']);
  });

  it('is refused for oneself, twice, for somebody blocked, and with too long a note', async () => {
    expect(() => ask(alice, alice)).toThrow('IT_IS_YOU');
    expect(() => ask(alice, bob, 'x'.repeat(301))).toThrow('TOO_LONG');
    ask(alice, bob);
    expect(() => ask(alice, bob)).toThrow('ALREADY_A_CONTACT');
    await alice.contacts.block(bob.key);
    expect(() => ask(alice, bob)).toThrow('BLOCKED');
  });

  it('keeps the request until the directory can confirm the name', async () => {
    village.directory.delete('alice');
    ask(alice, bob);
    await village.settle();
    expect(bob.relationTo(alice)).toBeUndefined();
    village.directory.set('alice', alice.key);
    village.clock.advance(minutes);
    await village.settle();
    expect(bob.relationTo(alice)).toBe('incoming');
  });

  it("never shows somebody under a name that is another's", async () => {
    village.directory.set('alice', carol.key);
    ask(alice, bob);
    await village.settle();
    expect(bob.contacts.list()).toEqual([]);
  });
});

describe('Declining', () => {
  it('is silent: the asker sees nothing, and asking again tomorrow is possible, today it is not', async () => {
    ask(alice, bob);
    await village.settle();
    bob.contacts.decline(alice.key);
    await village.settle();
    expect(alice.relationTo(bob)).toBe('outgoing');
    expect(bob.contacts.list()).toEqual([]);
    await alice.contacts.remove(bob.key);
    ask(alice, bob);
    await village.settle();
    expect(bob.contacts.list()).toEqual([]);
    village.clock.advance(25 * 60 * minutes);
    await alice.contacts.remove(bob.key);
    ask(alice, bob);
    await village.settle();
    expect(bob.relationTo(alice)).toBe('incoming');
  });
});

describe('Blocking', () => {
  it('cuts them off, gives us a new address, and tells it to everybody else', async () => {
    await befriend(alice, bob);
    await befriend(alice, carol);
    const before = listens(alice);
    await alice.contacts.block(bob.key);
    await village.settle();
    expect(listens(alice)).not.toBe(before);
    expect(addressOf(bob, alice)).toBe(before);
    expect(connected(alice, bob)).toBe(false);
    expect(addressOf(carol, alice)).toBe(listens(alice));
    expect(connected(alice, carol)).toBe(true);
  });

  it('shows nothing of a request of the blocked one', async () => {
    await befriend(alice, bob);
    await alice.contacts.block(bob.key);
    await bob.contacts.remove(alice.key);
    ask(bob, alice, 'please');
    await village.settle();
    expect(alice.relationTo(bob)).toBe('blocked');
    expect(bob.relationTo(alice)).toBe('outgoing');
  });

  it('tells the new address to a contact who was away, after restarts of both', async () => {
    await befriend(alice, bob);
    await befriend(alice, carol);
    carol.atHome = false;
    await village.settle();
    await alice.contacts.block(bob.key);
    await alice.restart();
    carol.atHome = true;
    await carol.restart();
    await village.settle();
    expect(connected(alice, carol)).toBe(true);
    expect(addressOf(carol, alice)).toBe(listens(alice));
  });

  it('finds a contact again through the mailbox when both changed their addresses apart', async () => {
    await befriend(alice, bob);
    await befriend(alice, carol);
    await befriend(carol, bob);
    carol.atHome = false;
    await village.settle();
    await alice.contacts.block(bob.key);
    await village.settle();
    carol.atHome = true;
    alice.atHome = false;
    await carol.contacts.block(bob.key);
    await village.settle();
    expect(connected(alice, carol)).toBe(false);
    alice.atHome = true;
    for (let minute = 0; minute < 60 && !connected(alice, carol); minute += 1) {
      village.clock.advance(minutes);
      await village.settle();
    }
    expect(connected(alice, carol)).toBe(true);
    expect([addressOf(carol, alice), addressOf(alice, carol)]).toEqual([listens(alice), listens(carol)]);
  });

  it('makes up at the next start for a new address that the disk refused', async () => {
    await befriend(alice, bob);
    const before = listens(alice);
    alice.diskFull = true;
    await expect(alice.contacts.block(bob.key)).rejects.toThrow('DISK_FULL');
    expect(alice.contacts.admit(bob.key)).toBe(false);
    alice.diskFull = false;
    await alice.restart();
    await village.settle();
    expect(listens(alice)).not.toBe(before);
  });

  it.each(['declined', 'left open', 'blocked and unblocked'])(
    'makes up for a refused new address though the one removed asked again and was %s',
    async (answer) => {
      await befriend(alice, bob);
      const before = listens(alice);
      alice.diskFull = true;
      await expect(alice.contacts.remove(bob.key)).rejects.toThrow('DISK_FULL');
      await bob.contacts.remove(alice.key);
      ask(bob, alice);
      await village.settle();
      expect(alice.relationTo(bob)).toBe('incoming');
      if (answer === 'declined') alice.contacts.decline(bob.key);
      if (answer === 'blocked and unblocked') {
        await alice.contacts.block(bob.key).catch(() => undefined);
        alice.contacts.unblock(bob.key);
      }
      alice.diskFull = false;
      await alice.restart();
      await village.settle();
      expect(listens(alice)).not.toBe(before);
    },
  );

  it('tells an address anew to somebody removed who asked again and was accepted', async () => {
    await befriend(alice, bob);
    alice.diskFull = true;
    await expect(alice.contacts.remove(bob.key)).rejects.toThrow('DISK_FULL');
    await bob.contacts.remove(alice.key);
    ask(bob, alice);
    await village.settle();
    alice.contacts.accept(bob.key);
    await village.settle();
    expect(addressOf(bob, alice)).toBe(listens(alice));
    expect(connected(alice, bob)).toBe(true);
  });

  it('gives one new address for two people blocked at once, and none for a stranger who only asked', async () => {
    await befriend(alice, bob);
    await befriend(alice, carol);
    const sequence = alice.secrets.listening.sequence;
    village.clock.advance(1000 * minutes);
    await Promise.all([alice.contacts.block(bob.key), alice.contacts.block(carol.key)]);
    const rotated = alice.secrets.listening.sequence;
    expect(rotated).toBeGreaterThan(sequence);
    const dave = await village.person('dave');
    ask(dave, alice);
    await village.settle();
    await alice.contacts.block(dave.key);
    expect(alice.secrets.listening.sequence).toBe(rotated);
  });

  it('can be undone: they are what they were, and meet again', async () => {
    await befriend(alice, bob);
    await alice.contacts.block(bob.key);
    await village.settle();
    alice.contacts.unblock(bob.key);
    await village.settle();
    expect(alice.relationTo(bob)).toBe('contact');
    expect(connected(alice, bob)).toBe(true);
  });
});

describe('Removing', () => {
  it('cuts off at once, can be taken back, and erases at the next start', async () => {
    await befriend(alice, bob);
    await alice.contacts.remove(bob.key);
    await village.settle();
    expect([alice.contacts.list(), connected(alice, bob)]).toEqual([[], false]);
    alice.contacts.restore(bob.key);
    await village.settle();
    expect([alice.relationTo(bob), connected(alice, bob)]).toEqual(['contact', true]);
    await alice.contacts.remove(bob.key);
    await alice.restart();
    expect(alice.erased).toEqual([bob.key]);
    expect(() => alice.contacts.restore(bob.key)).toThrow('NOT_A_CONTACT');
  });

  it('lets the other side ask again', async () => {
    await befriend(alice, bob);
    await alice.contacts.remove(bob.key);
    await bob.contacts.remove(alice.key);
    ask(bob, alice);
    await village.settle();
    expect(alice.relationTo(bob)).toBe('incoming');
  });
});

describe('Whatever happens', () => {
  it('each change is reported, and reported as it is on the disk', async () => {
    await befriend(alice, bob);
    alice.contacts.rename(bob.key, 'Bobby');
    const last = alice.changes.at(-1);
    expect(last).toMatchObject({ type: 'upsert', contact: { nickname: 'Bobby', relation: 'contact' } });
    await alice.restart();
    expect(alice.contacts.get(bob.key)?.nickname).toBe('Bobby');
  });

  it('whom to reach is said at the start and after each change of it, not after others', async () => {
    await befriend(alice, bob);
    let asked = 0;
    alice.contacts.onRoster(() => (asked += 1));
    alice.contacts.rename(bob.key, 'Bobby');
    expect(asked).toBe(0);
    alice.contacts.stop();
    alice.contacts.start();
    expect(asked).toBe(1);
    await alice.contacts.block(bob.key);
    expect(asked).toBeGreaterThan(1);
  });

  it('an answer to a request that was never made is refused', () => {
    for (const act of ['accept', 'decline', 'unblock', 'restore'] as const) {
      expect(() => alice.contacts[act](bob.key)).toThrow('NOT_A_CONTACT');
    }
  });

  it('an older address never replaces a newer one', async () => {
    await befriend(alice, bob);
    const { encodeAddressMessage } = await import('../../../main/contacts/contact-wire.ts');
    const stale = { ...contactAddressOf(bob.secrets.listening), secret: new Uint8Array(32), sequence: 1 };
    village.net.wire(bob.key).send(alice.key, encodeAddressMessage(stale));
    village.net.settle();
    expect(addressOf(alice, bob)).toBe(listens(bob));
  });
});

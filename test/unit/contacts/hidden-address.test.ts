import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { contactAddressOf, hiddenListeningOf } from '../../../main/identity/index.ts';
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

async function befriend(a: Villager, b: Villager): Promise<void> {
  a.contacts.request({ accountKey: b.key, name: b.name, note: '' });
  await village.settle();
  b.contacts.accept(a.key);
  await village.settle();
}

const hexOf = (bytes: Uint8Array | undefined): string => Buffer.from(bytes ?? []).toString('hex');
const connected = (a: Villager, b: Villager): boolean => village.net.isConnected(a.key, b.key);
const addressOf = (a: Villager, b: Villager): string =>
  hexOf(a.contacts.wanted().find(({ account }) => account === b.key)?.address?.secret);
const listens = (a: Villager): string => hexOf(contactAddressOf(a.secrets.listening).secret);

describe('Hiding the address from one of them', () => {
  const hiddenWay = (villager: Villager): string => hexOf(hiddenListeningOf(villager.secrets.listening).secret);

  it('gives them a way of their own, and makes the one that they knew worthless', async () => {
    await befriend(alice, bob);
    await befriend(alice, carol);
    const before = listens(alice);
    await alice.contacts.setHideAddress(bob.key, true);
    await village.settle();
    expect(listens(alice)).not.toBe(before);
    expect([addressOf(bob, alice), addressOf(carol, alice)]).toEqual([hiddenWay(alice), listens(alice)]);
    expect(alice.contacts.wanted().find(({ account }) => account === bob.key)?.isHidden).toBe(true);
    expect([connected(alice, bob), connected(alice, carol)]).toEqual([true, true]);
  });

  it('can be taken back and done again, and each time they learn the right way, over restarts', async () => {
    await befriend(alice, bob);
    for (const isHidden of [true, false, true, false]) {
      // oxlint-disable-next-line no-await-in-loop -- one change after the other
      await alice.contacts.setHideAddress(bob.key, isHidden);
      // oxlint-disable-next-line no-await-in-loop -- likewise
      await alice.restart();
      // oxlint-disable-next-line no-await-in-loop -- likewise
      await village.settle();
      expect(addressOf(bob, alice)).toBe(isHidden ? hiddenWay(alice) : listens(alice));
      expect(connected(alice, bob)).toBe(true);
    }
  });

  it('is made up for at the next start where the disk refused the new ways', async () => {
    await befriend(alice, bob);
    const before = listens(alice);
    alice.diskFull = true;
    await expect(alice.contacts.setHideAddress(bob.key, true)).rejects.toThrow('DISK_FULL');
    alice.diskFull = false;
    await alice.restart();
    await village.settle();
    expect(listens(alice)).not.toBe(before);
    expect(addressOf(bob, alice)).toBe(hiddenWay(alice));
  });

  it('leaves them nothing when they are blocked', async () => {
    await befriend(alice, bob);
    await alice.contacts.setHideAddress(bob.key, true);
    await village.settle();
    await alice.contacts.block(bob.key);
    await village.settle();
    expect([listens(alice), hiddenWay(alice)]).not.toContain(addressOf(bob, alice));
  });
});

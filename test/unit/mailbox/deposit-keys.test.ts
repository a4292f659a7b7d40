import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import {
  createKeyExchange,
  createMailboxJudge,
  createPrekeys,
  decodeSlip,
  encodeHave,
  mailboxTarget,
  type KeyExchange,
} from '../../../main/mailbox/index.ts';
import { toHex } from '../../../main/ports/hex.ts';
import { openGate, type LineGate } from '../../../main/ports/line-gate.ts';
import { silentLogger } from '../../../main/ports/logger.ts';
import type { Storage } from '../../../main/storage/index.ts';
import { keyPairFromSeed, type KeyPair } from '../../../native-shims/sodium/index.ts';
import { cheapMailboxWork } from '../../sim/world.ts';
import { memoryNet, type MemoryNet } from '../chat/memory-wire.ts';
import { seededRandom } from '../identity/fixtures.ts';
import { newProfile, type Profile } from '../storage/profile.ts';
import { createHandGate } from '../hand-gate.ts';
import { VirtualClock } from '../virtual-clock.ts';

const random = seededRandom('deposit keys');
const dayMs = 86_400_000;

interface Friend {
  readonly key: string;
  readonly mailbox: KeyPair;
  readonly keys: KeyExchange;
  readonly storage: Storage;
  readonly misbehaved: string[];
  contacts: Set<string>;
}

let net: MemoryNet;
let clock: VirtualClock;
let profiles: Profile[];
beforeEach(() => {
  net = memoryNet();
  clock = new VirtualClock();
  profiles = [];
});
afterEach(() => {
  for (const profile of profiles) profile.dispose();
});

async function friend(key: string, contacts: readonly string[], gate: LineGate = openGate): Promise<Friend> {
  const profile = newProfile();
  profiles.push(profile);
  const storage = await profile.open();
  const mailbox = keyPairFromSeed(random.bytes(32));
  const misbehaved: string[] = [];
  const self = { key, mailbox, storage, misbehaved, contacts: new Set(contacts) };
  const keys = createKeyExchange({
    mailbox,
    wire: net.wire(key),
    isContact: (account) => self.contacts.has(account),
    misbehaved: (_, reason) => misbehaved.push(reason),
    book: storage.depositKeys,
    spendable: {
      get: (account) => storage.prekeys.spendable(account),
      set: (account, count) => storage.prekeys.setSpendable(account, count),
    },
    prekeys: createPrekeys(storage.prekeys, clock, random),
    gate,
    clock,
    random,
    logger: silentLogger,
  });
  keys.start();
  return { ...self, keys };
}

const [a, b, c] = ['aa'.repeat(32), 'bb'.repeat(32), 'cc'.repeat(32)] as const;
const judge = createMailboxJudge(cheapMailboxWork);

const meet = (left: string, right: string): void => {
  net.connect(left, right);
  for (let round = 0; round < 12; round += 1) net.settle();
};

describe('One-time deposit keys', () => {
  it('are given to contacts when they meet, as many as last for an absence, and not to others', async () => {
    const [ada, ben, cem] = [await friend(a, [b]), await friend(b, [a, c]), await friend(c, [b])];
    meet(a, b);
    expect([ada.keys.left(b), ben.keys.left(a)]).toEqual([256, 256]);
    meet(a, c);
    expect([ada.keys.left(c), cem.keys.left(a)]).toEqual([0, 0]);
    expect([...ada.misbehaved, ...ben.misbehaved]).toEqual([]);
  });

  it('are taken by keepers, each for one item, and tell the owner who left it', async () => {
    const [ada, ben] = [await friend(a, [b]), await friend(b, [a])];
    meet(a, b);
    const spent = new Set<string>();
    for (let number = 0; number < 256; number += 1) {
      const item = ada.keys.prepare(b, random.bytes(1_024));
      expect(item?.mailbox).toEqual(ben.mailbox.publicKey);
      const facts = item === null ? null : judge.readSlip(ben.mailbox.publicKey, item.slip, clock.nowMs());
      if (facts?.depositKey === undefined || facts.depositKey === null) throw new Error('no keeper would take it');
      spent.add(toHex(facts.depositKey));
      expect(ben.keys.holderOf(facts.depositKey)).toBe(a);
    }
    expect(spent.size).toBe(256);
    expect(ada.keys.prepare(b, random.bytes(1_024))).toBeNull();
  });

  it('wait while the line of who gives them is the voice’s alone, and go only to who is still there', async () => {
    const gate = createHandGate();
    const [ada, ben] = [await friend(a, [b]), await friend(b, [a, c], gate)];
    const cem = await friend(c, [b]);
    gate.set(true);
    meet(a, b);
    meet(c, b);
    expect([ada.keys.left(b), ben.keys.left(a)]).toEqual([0, 256]);
    net.close(c, b);
    gate.set(false);
    await Promise.resolve();
    for (let round = 0; round < 12; round += 1) net.settle();
    expect([ada.keys.left(b), cem.keys.left(b)]).toEqual([256, 0]);
    expect(ben.storage.depositKeys.givenSince(c, 0)).toBe(0);
  });

  it('go to who has none after half a minute at most, and then one batch in half a minute, whoever it is for', async () => {
    const gate = createHandGate(clock);
    const others = Array.from({ length: 4 }, (_, index) => `d${index}`.repeat(32));
    const ben = await friend(b, others, gate);
    const keys = (await Promise.all(others.map((other) => friend(other, [b])))).map((each) => each.keys);
    gate.set(true);
    for (const other of others) meet(other, b);
    const given = (): number => keys.reduce((sum, each) => sum + each.left(b), 0);
    const pass = async (ms: number): Promise<void> => {
      for (let passedMs = 0; passedMs < ms; passedMs += 1_000) {
        clock.advance(1_000);
        // oxlint-disable-next-line no-await-in-loop -- second after second
        await new Promise((resolve) => setImmediate(resolve));
        net.settle();
      }
    };
    await pass(29_000);
    expect(given()).toBe(0);
    await pass(2_000);
    expect(given()).toBe(64);
    await pass(90_000);
    expect(keys.map((each) => each.left(b))).toEqual([64, 64, 64, 64]);
    // Who has some waits for ten minutes, and then for the others.
    await pass(500_000);
    expect(given()).toBe(256);
    let before = given();
    for (let minute = 0; minute < 6; minute += 1) {
      // oxlint-disable-next-line no-await-in-loop -- minute after minute
      await pass(60_000);
      expect(given() - before).toBeLessThanOrEqual(2 * 64);
      before = given();
    }
    expect(before).toBeGreaterThanOrEqual(512);
    ben.keys.stop();
  });

  it('go to nobody once they are given no more', async () => {
    const gate = createHandGate();
    const ben = await friend(b, [a], gate);
    await friend(a, [b]);
    gate.set(true);
    meet(a, b);
    ben.keys.stop();
    gate.set(false);
    await new Promise((resolve) => setImmediate(resolve));
    expect(ben.storage.depositKeys.givenSince(a, 0)).toBe(0);
  });

  it('come anew with the next meeting', async () => {
    const ada = await friend(a, [b]);
    await friend(b, [a]);
    meet(a, b);
    for (let number = 0; number < 100; number += 1) ada.keys.prepare(b, random.bytes(1_024));
    expect(ada.keys.left(b)).toBe(156);
    net.close(a, b);
    meet(a, b);
    expect(ada.keys.left(b)).toBeGreaterThanOrEqual(256);
  });

  it('that were spent do not come back with a letter that comes again', async () => {
    const [ada, ben] = [await friend(a, []), await friend(b, [a])];
    ben.storage.prekeys.setSpendable(a, 0);
    const brought = await ben.keys.more(a, 1);
    ada.keys.hear(b, 0, brought);
    expect(ada.keys.left(b)).toBe(64);
    for (let number = 0; number < 64; number += 1) ada.keys.prepare(b, random.bytes(1_024));
    // What is over is forgotten once a day.
    clock.advance(dayMs + 1);
    ada.keys.hear(b, 0, brought);
    expect([ada.keys.left(b), ada.keys.prepare(b, random.bytes(1_024))]).toEqual([0, null]);
  });

  it('are over after some three months', async () => {
    const ada = await friend(a, [b]);
    await friend(b, [a]);
    meet(a, b);
    clock.advance(13 * 7 * dayMs);
    expect(ada.keys.left(b)).toBe(256);
    clock.advance(8 * dayMs);
    expect(ada.keys.left(b)).toBe(0);
  });

  it('are not given without end to one who says that they have none', async () => {
    const ben = await friend(b, [a]);
    net.wire(a);
    net.connect(a, b);
    for (let number = 0; number < 100; number += 1) {
      net.wire(a).send(b, encodeHave(0));
      net.settle();
    }
    expect(ben.storage.depositKeys.givenSince(a, 0)).toBe(1_024);
    clock.advance(dayMs + 1);
    net.wire(a).send(b, encodeHave(0));
    net.settle();
    expect(ben.storage.depositKeys.givenSince(a, 0)).toBe(1_088);
  });

  it('show a keeper of two items nothing by which it could tell whether one contact or two left them', async () => {
    const [ada, cem] = [await friend(a, [b]), await friend(c, [b])];
    const ben = await friend(b, [a, c]);
    meet(a, b);
    meet(c, b);
    const slipOf = (from: Friend): Record<string, unknown> => {
      const item = from.keys.prepare(b, random.bytes(1_024));
      const slip = item === null ? null : decodeSlip(item.slip);
      if (slip === null) throw new Error('no key is left');
      return Object.fromEntries(
        Object.entries(slip).map(([name, value]) => [name, value instanceof Uint8Array ? toHex(value) : value]),
      );
    };
    const alike = (left: Record<string, unknown>, right: Record<string, unknown>): string[] =>
      Object.keys(left).filter((name) => left[name] === right[name]);
    const [first, second, other] = [slipOf(ada), slipOf(ada), slipOf(cem)];
    expect(alike(first, second)).toEqual(alike(first, other));
    expect(alike(first, second).toSorted()).toEqual(['atHour', 'kind', 'size', 'week']);
    // Nor is the mailbox in it by name: it lives at a hash.
    expect(Object.values(first)).not.toContain(toHex(ben.mailbox.publicKey));
    expect(toHex(mailboxTarget(ben.mailbox.publicKey))).not.toBe(toHex(ben.mailbox.publicKey));
  });
});

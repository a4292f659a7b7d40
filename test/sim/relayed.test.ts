/* oxlint-disable no-underscore-dangle -- a private member of the untyped library */
import holepuncherModule from 'hyperdht/lib/holepuncher.js';
import natModule from 'hyperdht/lib/nat.js';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { AccountKey, PeerState, PeerWire } from '../../main/ports/peer-wire.ts';
import { createPerson, eventually, World, type TestPerson, type WorldNode } from './world.ts';

/**
 * Two routers that give every destination another port can't be punched through. On loopback there are none, so HyperDHT is made
 * to find itself behind such ones: its NAT analysis says "random" (3), and punches are not answered.
 */
const random = 3;
// Only these members are touched.
const nat = (natModule as { readonly prototype: object }).prototype;
const holepuncher = (holepuncherModule as { readonly prototype: { _onholepunchmessage: (...values: never[]) => void } })
  .prototype;
const answerPunch = holepuncher._onholepunchmessage;
const ignore = (): void => {
  // Whatever HyperDHT finds out, and whoever punches.
};
const hardenRouters = (): void => {
  Object.defineProperty(nat, 'firewall', { configurable: true, get: () => random, set: ignore });
  holepuncher._onholepunchmessage = ignore;
};
const softenRouters = (): void => {
  Reflect.deleteProperty(nat, 'firewall');
  holepuncher._onholepunchmessage = answerPunch;
};

let world = new World();
beforeEach(hardenRouters);
afterEach(async () => {
  softenRouters();
  await world.stop();
  world = new World();
});

interface Someone {
  readonly node: WorldNode;
  readonly account: AccountKey;
  readonly wire: PeerWire;
  readonly states: PeerState[];
  readonly heard: string[];
}

const limits = { maxMessageBytes: 1_000, maxMessagesPerSecond: 200 };

async function appear(node: WorldNode, person: TestPerson, friend: TestPerson): Promise<Someone> {
  const { people } = node.overlay;
  const wire = people.wire('lilliput/test/1', limits);
  const someone: Someone = { node, account: person.identity.account, wire, states: [], heard: [] };
  wire.onState((_peer, state) => someone.states.push(state));
  wire.onMessage((_peer, message) => someone.heard.push(Buffer.from(message).toString()));
  people.setAdmission((account) => account === friend.identity.account);
  await people.setIdentity(person.identity, person.listening);
  people.setWanted([{ account: friend.identity.account, address: friend.address }]);
  return someone;
}

interface Meeting {
  readonly supernodes: readonly WorldNode[];
  readonly left: Someone;
  readonly right: Someone;
}

async function meet(supernodeCount: number): Promise<Meeting> {
  const first = await world.add([]);
  const supernodes = [first];
  for (let count = 1; count < supernodeCount; count++) {
    // oxlint-disable-next-line no-await-in-loop -- one after the other, so that each finds those before
    supernodes.push(await world.add([first.at()]));
  }
  const people = [createPerson(), createPerson()] as const;
  const nodes = await Promise.all(people.map(() => world.add([first.at()], { supernodeMode: 'off' })));
  const [one, other] = nodes;
  if (one === undefined || other === undefined) throw new Error('two nodes were asked for');
  const [left, right] = await Promise.all([appear(one, people[0], people[1]), appear(other, people[1], people[0])]);
  await eventually('both are connected', () => left.states.includes('connected') && right.states.includes('connected'));
  return { supernodes, left, right };
}

const carried = (nodes: readonly WorldNode[]): number => nodes.reduce((sum, { overlay }) => sum + overlay.carried().bytes, 0);
const openAt = (nodes: readonly WorldNode[]): number => nodes.reduce((sum, { overlay }) => sum + overlay.carried().pairs, 0);

describe('friends whose routers can’t be punched through', () => {
  test('meet at a supernode, which carries what they say and counts it', async () => {
    const { supernodes, left, right } = await meet(3);
    left.wire.send(right.account, Buffer.from('over there'));
    await eventually('it arrived', () => right.heard.includes('over there'));
    expect(openAt(supernodes)).toBeGreaterThan(0);
    await eventually('it is counted', () => carried(supernodes) > 0);
  });

  test('lose nothing and hear nothing twice when their relay dies', async () => {
    const { supernodes, left, right } = await meet(3);
    const sent = Array.from({ length: 60 }, (_, index) => `message ${index}`);
    const half = sent.length / 2;
    for (const text of sent.slice(0, half)) left.wire.send(right.account, Buffer.from(text));
    const relay = supernodes.find(({ overlay }) => overlay.carried().pairs > 0);
    if (relay === undefined) throw new Error('nobody carries them');
    await world.crash(relay);
    for (const text of sent.slice(half)) left.wire.send(right.account, Buffer.from(text));
    await eventually('everything arrived', () => right.heard.length >= sent.length);
    expect(right.heard).toEqual(sent);
    expect([left.states, right.states].map((states) => states.includes('closed'))).toEqual([false, false]);
  });

  test('are passed on by another when the person of the one that does so wants it no more', async () => {
    const { supernodes, left, right } = await meet(3);
    const unwilling = supernodes.find(({ overlay }) => overlay.carried().pairs > 0);
    unwilling?.overlay.setCarries(false);
    const others = supernodes.filter((each) => each !== unwilling);
    await eventually('another carries them', () => openAt(others) > 0);
    left.wire.send(right.account, Buffer.from('over here'));
    await eventually('it arrived', () => right.heard.includes('over here'));
    expect([left.states, right.states].map((states) => states.includes('closed'))).toEqual([false, false]);
  });

  test('go on directly, without an interruption, as soon as their routers let them', async () => {
    // HyperDHT asks at least three nodes what it looks like before it punches.
    const { supernodes, left, right } = await meet(4);
    softenRouters();
    left.node.overlay.people.refresh();
    right.node.overlay.people.refresh();
    await eventually('nobody carries them any more', () => openAt(supernodes) === 0);
    left.wire.send(right.account, Buffer.from('still there'));
    await eventually('it arrived', () => right.heard.includes('still there'));
    expect([left.states, right.states]).toEqual([['connected'], ['connected']]);
  });

  test('have a path for media through the relay', async () => {
    const { left, right } = await meet(1);
    const [ours, theirs] = [
      left.node.overlay.people.openMediaPath(right.account),
      right.node.overlay.people.openMediaPath(left.account),
    ];
    const kinds: string[] = [];
    ours.onState((state) => kinds.push(state?.kind ?? 'none'));
    ours.connect(theirs.tag);
    theirs.connect(ours.tag);
    await eventually('it is ready', () => kinds.length > 0);
    expect(kinds).toEqual(['relayed']);
    ours.close();
    theirs.close();
  });
});

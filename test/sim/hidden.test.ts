import { connect } from 'node:net';
import { afterEach, describe, expect, test } from 'vitest';
import { contactAddressOf, createTlsIdentity, hiddenListeningOf } from '../../main/identity/index.ts';
import { dayKey, dayPair, daysAround } from '../../main/overlay/people/day-keys.ts';
import type { GatewayAddress, WantedPerson } from '../../main/overlay/index.ts';
import { systemRandom } from '../../main/ports/random.ts';
import type { AccountKey, PeerState } from '../../main/ports/peer-wire.ts';
import { publicKeyOfSeed, seedPair, type DhtNode } from '../../native-shims/hyperdht/index.ts';
import { startPlainNode } from './plain-node.ts';
import { createPerson, eventually, World, type TestPerson, type WorldNode } from './world.ts';

let world = new World();
afterEach(async () => {
  await world.stop();
  world = new World();
});

const options = { known: { load: () => [], save: () => undefined }, proxy: null };
/** Below the range that the system gives out by itself. */
let nextPort = 10_000 + (process.pid % 10_000);

interface Neighbourhood {
  readonly supernode: WorldNode;
  readonly gateway: GatewayAddress;
}

async function open(): Promise<Neighbourhood> {
  const seed = systemRandom.bytes(32);
  nextPort += 1;
  const port = nextPort;
  const own = { seed, tls: () => createTlsIdentity(systemRandom, Date.now()), ports: [port] };
  const supernode = await world.add([], { gateway: { ...options, named: [], own } });
  // Alone it would carry nobody.
  const second = await world.add([supernode.at()]);
  await eventually('both are there', () => supernode.overlay.health().nodesHeard > 0 && second.overlay.health().nodesHeard > 0);
  // Else whoever else of this computer has the port that gateways usually have would be taken.
  await eventually('the gateway is open', () => takesConnections(supernode.at().host, port));
  return { supernode, gateway: { host: supernode.at().host, port, key: publicKeyOfSeed(seed) } };
}

function takesConnections(host: string, port: number): Promise<boolean> {
  const socket = connect({ host, port });
  return new Promise<boolean>((resolve) => {
    socket.on('connect', () => resolve(true));
    socket.on('error', () => resolve(false));
  }).finally(() => socket.destroy());
}

/** A person on a node of their own, who knows where a gateway is. */
const live = ({ supernode, gateway }: Neighbourhood): Promise<WorldNode> =>
  world.add([supernode.at()], { supernodeMode: 'off', gateway: { ...options, named: [gateway], own: null } });

interface Someone {
  readonly node: WorldNode;
  readonly account: AccountKey;
  readonly states: PeerState[];
}

async function appear(node: WorldNode, person: TestPerson, friend: TestPerson): Promise<Someone> {
  const { people } = node.overlay;
  const states: PeerState[] = [];
  people
    .wire('lilliput/test/1', { maxMessageBytes: 100, maxMessagesPerSecond: 10 })
    .onState((_peer, state) => states.push(state));
  people.setAdmission((account) => account === friend.identity.account);
  await people.setIdentity(person.identity, person.listening);
  people.setWanted([{ account: friend.identity.account, address: friend.address }]);
  return { node, account: person.identity.account, states };
}

/** Whether somebody who knows the address of a contact gets straight to them, as any HyperDHT node would. */
async function isReachable(neighbourhood: Pick<Neighbourhood, 'supernode'>, person: TestPerson): Promise<boolean> {
  const node = await plainNode(neighbourhood);
  const opens = daysAround(Date.now()).map(async (day) => {
    const stream = node.connect(dayKey(person.address, day), seedPair(systemRandom.bytes(32)));
    stream.on('error', () => undefined);
    const isOpen = await stream.opened;
    stream.destroy();
    return isOpen;
  });
  const results = await Promise.all(opens);
  await node.destroy();
  return results.includes(true);
}

const plainNode = ({ supernode }: Pick<Neighbourhood, 'supernode'>): Promise<DhtNode> =>
  startPlainNode('127.200.200.1', supernode.at());

/** Listens as a person would, and notes where everybody comes from. */
async function watch(neighbourhood: Pick<Neighbourhood, 'supernode'>, person: TestPerson) {
  const seen: string[] = [];
  const spy = await plainNode(neighbourhood);
  const servers = daysAround(Date.now()).map(async (day) => {
    const server = spy.createServer({
      admit: (from) => seen.push(from.host) > 0,
      firewall: (_key, _payload, from) => seen.push(from.host) < 1,
    });
    server.on('connection', (stream) => {
      stream.on('error', () => undefined);
      seen.push(stream.rawStream?.remoteHost ?? '');
    });
    await server.listen(dayPair(person.listening, day));
  });
  await Promise.all(servers);
  return { seen, stop: (): Promise<void> => spy.destroy() };
}

describe('somebody who hides their address', () => {
  test('has sessions with friends, and can’t be reached but through a gateway', async () => {
    const neighbourhood = await open();
    const [ada, ben] = [createPerson(), createPerson()];
    const hidden = await live(neighbourhood);
    await hidden.overlay.setHidden(true);
    const left = await appear(hidden, ada, ben);
    const right = await appear(await live(neighbourhood), ben, ada);
    await eventually('both are connected', () => left.states.includes('connected') && right.states.includes('connected'));
    expect(await isReachable(neighbourhood, ada)).toBe(false);
    expect(await isReachable(neighbourhood, ben)).toBe(true);
  });

  test('shows a friend who looks no address but a gateway’s', async () => {
    const neighbourhood = await open();
    const [ada, ben] = [createPerson(), createPerson()];
    // Ben's app could be any: this one is all eyes.
    const { seen, stop } = await watch(neighbourhood, ben);
    const hidden = await live(neighbourhood);
    await hidden.overlay.setHidden(true);
    await appear(hidden, ada, ben);
    const gatewayHost = neighbourhood.supernode.at().host;
    await eventually('somebody came', () => seen.length >= 3);
    expect([...new Set(seen)]).toEqual([gatewayHost]);
    // And he would see it, were it not hidden.
    await hidden.overlay.setHidden(false);
    await eventually('she came herself', () => seen.includes(hidden.at().host));
    await stop();
  });

  test('does not go through a gateway of their own', async () => {
    const neighbourhood = await open();
    const seed = systemRandom.bytes(32);
    nextPort += 1;
    const own = { seed, tls: () => createTlsIdentity(systemRandom, Date.now()), ports: [nextPort] };
    const port = nextPort;
    const host = await world.add([neighbourhood.supernode.at()], { gateway: { ...options, named: [], own } });
    await eventually('its gateway is open', () => takesConnections(host.at().host, port));
    const mine = { host: host.at().host, port, key: null };
    const hidden = await world.add([neighbourhood.supernode.at()], {
      supernodeMode: 'off',
      // The same person's: a node on this port says who it is by the key.
      gateway: { ...options, named: [mine], own },
    });
    await hidden.overlay.setHidden(true);
    const [ada, ben] = [createPerson(), createPerson()];
    const { seen, stop } = await watch(neighbourhood, ben);
    await appear(hidden, ada, ben);
    await eventually('the other gateway is found, and brings her', () => seen.length >= 3);
    expect([...new Set(seen)]).toEqual([neighbourhood.supernode.at().host]);
    await stop();
  });

  test('moves there with what is open, and back', async () => {
    const neighbourhood = await open();
    const [ada, ben] = [createPerson(), createPerson()];
    const node = await live(neighbourhood);
    const left = await appear(node, ada, ben);
    const right = await appear(await live(neighbourhood), ben, ada);
    await eventually('both are connected', () => left.states.includes('connected') && right.states.includes('connected'));
    await node.overlay.setHidden(true);
    await eventually('both are back', () => left.states.includes('resumed') && right.states.includes('resumed'));
    expect(await isReachable(neighbourhood, ada)).toBe(false);
    await node.overlay.setHidden(false);
    expect(await isReachable(neighbourhood, ada)).toBe(true);
    expect([...left.states, ...right.states]).not.toContain('closed');
  });

  test('shows it to nobody while there is no gateway', async () => {
    const supernode = await world.add([]);
    const [ada, ben] = [createPerson(), createPerson()];
    const hidden = await world.add([supernode.at()], { supernodeMode: 'off' });
    await hidden.overlay.setHidden(true);
    const left = await appear(hidden, ada, ben);
    const other = await appear(await world.add([supernode.at()], { supernodeMode: 'off' }), ben, ada);
    expect(await isReachable({ supernode }, ada)).toBe(false);
    expect([left.states, other.states]).toEqual([[], []]);
  });
});

describe('somebody who hides their address from one friend', () => {
  /** Their address for those from whom they hide it. */
  const hiddenSide = (person: TestPerson): Pick<TestPerson, 'listening' | 'address'> => {
    const listening = hiddenListeningOf(person.listening);
    return { listening, address: contactAddressOf(listening) };
  };

  /** Each friend is told the way that is theirs. */
  async function befriend(
    node: WorldNode,
    person: TestPerson,
    friends: readonly (WantedPerson & { readonly isHidden: boolean })[],
  ) {
    const { people } = node.overlay;
    const states = new Map<AccountKey, PeerState[]>(friends.map(({ account }) => [account, []]));
    people
      .wire('lilliput/test/1', { maxMessageBytes: 100, maxMessagesPerSecond: 10 })
      .onState(({ account }, state) => states.get(account)?.push(state));
    people.setAdmission((account) => states.has(account));
    people.setWanted(friends);
    await people.setIdentity(person.identity, person.listening, hiddenSide(person).listening);
    return (friend: TestPerson): readonly PeerState[] => states.get(friend.identity.account) ?? [];
  }
  const wanted = (friend: TestPerson, isHidden: boolean) => ({
    account: friend.identity.account,
    address: friend.address,
    isHidden,
  });
  const isThere = (states: readonly PeerState[]): boolean => ['connected', 'resumed'].includes(states.at(-1) ?? '');

  test('is reached by that one through a gateway only, by others straight', async () => {
    const neighbourhood = await open();
    const [ada, ben, cem] = [createPerson(), createPerson(), createPerson()];
    const node = await live(neighbourhood);
    const statesOf = await befriend(node, ada, [wanted(ben, true), wanted(cem, false)]);
    const left = await appear(await live(neighbourhood), ben, { ...ada, address: hiddenSide(ada).address });
    const right = await appear(await live(neighbourhood), cem, ada);
    await eventually('all are connected', () => [statesOf(ben), statesOf(cem), left.states, right.states].every(isThere));
    // What Ben was told leads to no node that anybody could look at; what Cem was told does.
    expect(await isReachable(neighbourhood, { ...ada, ...hiddenSide(ada) })).toBe(false);
    expect(await isReachable(neighbourhood, ada)).toBe(true);
  });

  test('shows that one no address but a gateway’s, and others their own', async () => {
    const neighbourhood = await open();
    const [ada, ben, cem] = [createPerson(), createPerson(), createPerson()];
    // Their apps could be any: these are all eyes.
    const [bensEyes, cemsEyes] = [await watch(neighbourhood, ben), await watch(neighbourhood, cem)];
    const node = await live(neighbourhood);
    await befriend(node, ada, [wanted(ben, true), wanted(cem, false)]);
    await eventually('she came to both', () => bensEyes.seen.length >= 3 && cemsEyes.seen.includes(node.at().host));
    expect([...new Set(bensEyes.seen)]).toEqual([neighbourhood.supernode.at().host]);
    await Promise.all([bensEyes.stop(), cemsEyes.stop()]);
  });

  test('keeps the session with that one, which moves, and moves back', async () => {
    const neighbourhood = await open();
    const [ada, ben, cem] = [createPerson(), createPerson(), createPerson()];
    const node = await live(neighbourhood);
    const statesOf = await befriend(node, ada, [wanted(ben, false), wanted(cem, false)]);
    const left = await appear(await live(neighbourhood), ben, ada);
    const right = await appear(await live(neighbourhood), cem, ada);
    await eventually('all are connected', () => [statesOf(ben), statesOf(cem), left.states, right.states].every(isThere));
    const moves = (): number => left.states.filter((state) => state === 'resumed').length;
    node.overlay.people.setWanted([wanted(ben, true), wanted(cem, false)]);
    await eventually('Ben is back, around', () => moves() === 1 && isThere(statesOf(ben)));
    node.overlay.people.setWanted([wanted(ben, false), wanted(cem, false)]);
    await eventually('Ben is back, straight', () => moves() === 2 && isThere(statesOf(ben)));
    expect([...left.states, ...right.states]).not.toContain('closed');
    expect(right.states).toEqual(['connected']);
  });
});

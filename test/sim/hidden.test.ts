import { connect } from 'node:net';
import { afterEach, describe, expect, test } from 'vitest';
import { createTlsIdentity } from '../../main/identity/index.ts';
import { dayKey, dayPair, daysAround } from '../../main/overlay/people/day-keys.ts';
import type { GatewayAddress } from '../../main/overlay/index.ts';
import { systemRandom } from '../../main/ports/random.ts';
import type { AccountKey, PeerState } from '../../main/ports/peer-wire.ts';
import { createDhtNode, publicKeyOfSeed, seedPair, type DhtNode } from '../../native-shims/hyperdht/index.ts';
import { createPerson, eventually, World, type TestPerson, type WorldNode } from './world.ts';

let world = new World();
afterEach(async () => {
  await world.stop();
  world = new World();
});

const never = new AbortController().signal;
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

async function plainNode({ supernode }: Pick<Neighbourhood, 'supernode'>): Promise<DhtNode> {
  const node = createDhtNode({
    bind: { host: '127.200.200.1', port: 0 },
    preferredPort: null,
    bootstrap: [supernode.at()],
    nodes: [],
    mode: 'off',
    admit: () => true,
    select: (sorted, limit) => sorted.slice(0, limit),
    onRequest: () => false,
  });
  await node.bind();
  await node.bootstrapped();
  return node;
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
    const seen: string[] = [];
    // Ben's app could be any: this one is all eyes.
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
      await server.listen(dayPair(ben.listening, day));
    });
    await Promise.all(servers);
    const hidden = await live(neighbourhood);
    await hidden.overlay.setHidden(true);
    await appear(hidden, ada, ben);
    const gatewayHost = neighbourhood.supernode.at().host;
    await eventually('somebody came', () => seen.length >= 3);
    expect([...new Set(seen)]).toEqual([gatewayHost]);
    // And he would see it, were it not hidden.
    await hidden.overlay.setHidden(false);
    await eventually('she came herself', () => seen.includes(hidden.at().host));
    await spy.destroy();
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
    const other = await live(neighbourhood);
    const from: string[] = [];
    const doorSeed = systemRandom.bytes(32);
    await other.overlay.people.openDoor(doorSeed, (_request, { network }) => {
      from.push(network);
      return Promise.resolve(Buffer.from('come in'));
    });
    const knock = (): Promise<boolean> =>
      hidden.overlay.people.knock(publicKeyOfSeed(doorSeed), Buffer.from('ask'), never).then(
        () => true,
        () => false,
      );
    await eventually('the other gateway is found', knock);
    await knock();
    const [, second = '', third = ''] = neighbourhood.supernode.at().host.split('.');
    expect([...new Set(from)]).toEqual([`127.${second}.${third}.0/24`]);
  });

  test('knocks, and is knocked at, through a gateway', async () => {
    const neighbourhood = await open();
    const [hidden, other] = [await live(neighbourhood), await live(neighbourhood)];
    await hidden.overlay.setHidden(true);
    const seeds = [systemRandom.bytes(32), systemRandom.bytes(32)] as const;
    const from: string[] = [];
    const answer = (_request: Uint8Array, { network }: { readonly network: string }): Promise<Uint8Array> => {
      from.push(network);
      return Promise.resolve(Buffer.from('come in'));
    };
    await hidden.overlay.people.openDoor(seeds[0], answer);
    await other.overlay.people.openDoor(seeds[1], answer);
    await other.overlay.people.knock(publicKeyOfSeed(seeds[0]), Buffer.from('ask'), never);
    await hidden.overlay.people.knock(publicKeyOfSeed(seeds[1]), Buffer.from('ask'), never);
    const [, second = '', third = ''] = hidden.at().host.split('.');
    expect(from).toHaveLength(2);
    expect(from.filter((network) => network.startsWith(`127.${second}.${third}.`))).toEqual([]);
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

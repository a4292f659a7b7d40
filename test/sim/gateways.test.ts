import { connect } from 'node:net';
import { afterEach, describe, expect, test } from 'vitest';
import { createTlsIdentity } from '../../main/identity/index.ts';
import type { GatewayAddress, GatewayOptions } from '../../main/overlay/index.ts';
import type { HostPort } from '../../main/ports/host-port.ts';
import type { AccountKey, PeerState, PeerWire } from '../../main/ports/peer-wire.ts';
import { systemRandom } from '../../main/ports/random.ts';
import { publicKeyOfSeed } from '../../native-shims/hyperdht/index.ts';
import { createBoxOwner } from './mailboxes.ts';
import { createClaim, createPerson, eventually, World, type TestPerson, type WorldNode } from './world.ts';

let world = new World();
afterEach(async () => {
  await world.stop();
  world = new World();
});

const limits = { maxMessageBytes: 1_000, maxMessagesPerSecond: 50 };
const never = new AbortController().signal;
/** Nobody listens there: a network whose firewall drops everything looks the same. */
const wall: HostPort = { host: '127.99.99.1', port: 9 };

interface Supernode extends WorldNode {
  readonly gateway: GatewayAddress;
}

const gatewayOptions = (changes: Partial<GatewayOptions>): { readonly gateway: GatewayOptions } => ({
  gateway: { known: { load: () => [], save: () => undefined }, named: [], proxy: null, own: null, ...changes },
});

/** Below the range that the system gives out by itself. */
let nextPort = 20_000 + (process.pid % 10_000);

/** Supernodes, each in a network of its own, that carry others. */
async function supernodes(count: 2): Promise<readonly [Supernode, Supernode]>;
async function supernodes(count: 3): Promise<readonly [Supernode, Supernode, Supernode]>;
async function supernodes(count: number): Promise<readonly Supernode[]> {
  const all: Supernode[] = [];
  for (let index = 0; index < count; index += 1) {
    const seed = systemRandom.bytes(32);
    nextPort += 1;
    const port = nextPort;
    const own = { seed, tls: () => createTlsIdentity(systemRandom, Date.now()), ports: [port] };
    // oxlint-disable-next-line no-await-in-loop -- each begins at those before it
    const node = await world.add(
      all.map(({ at }) => at()),
      gatewayOptions({ own }),
    );
    all.push({ ...node, gateway: { host: node.at().host, port, key: publicKeyOfSeed(seed) } });
  }
  await Promise.all(all.map(isOpen));
  return all;
}

/** Somebody whose network lets no UDP out: whom they know by it never answers. */
const blocked = (named: readonly GatewayAddress[], changes: Partial<GatewayOptions> = {}): Promise<WorldNode> =>
  world.add([wall], { supernodeMode: 'auto', ...gatewayOptions({ named, ...changes }) });

interface Someone {
  readonly node: WorldNode;
  readonly account: AccountKey;
  readonly wire: PeerWire;
  readonly states: PeerState[];
  readonly heard: string[];
}

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

const areConnected = (...all: readonly Someone[]): boolean =>
  all.every(({ states }) => states.at(-1) === 'connected' || states.at(-1) === 'resumed');

const isCarried = ({ overlay }: WorldNode): boolean => overlay.health().gateway !== null;

/** Both say something: what each heard. */
async function talk(left: Someone, right: Someone): Promise<readonly string[]> {
  await eventually('both are connected', () => areConnected(left, right));
  left.wire.send(right.account, Buffer.from('hello'));
  right.wire.send(left.account, Buffer.from('good day'));
  await eventually('both heard', () => right.heard.length > 0 && left.heard.length > 0);
  return [...left.heard, ...right.heard];
}
const bothHeard = ['good day', 'hello'];

/** A friend who waits to be called: knows no address. */
async function waits(node: WorldNode, person: TestPerson, friend: TestPerson): Promise<Someone> {
  const someone = await appear(node, person, friend);
  node.overlay.people.setWanted([{ account: friend.identity.account, address: null }]);
  return someone;
}

const carried = async (named: readonly GatewayAddress[], changes: Partial<GatewayOptions> = {}): Promise<WorldNode> => {
  const node = await blocked(named, changes);
  await eventually('it is carried', () => isCarried(node));
  return node;
};

async function isOpen({ gateway }: Supernode): Promise<void> {
  await eventually('the gateway is open', () => accepts(gateway));
}

async function accepts({ host, port }: HostPort): Promise<boolean> {
  const socket = connect({ host, port });
  const opened = await new Promise<boolean>((resolve) => {
    socket.on('connect', () => resolve(true));
    socket.on('error', () => resolve(false));
  });
  socket.destroy();
  return opened;
}

describe('somebody whose network lets no UDP out', () => {
  test('is carried by a gateway, is said to be, and is nobody whom others ask', async () => {
    const [first] = await supernodes(2);
    const node = await carried([first.gateway]);
    expect(node.overlay.health()).toMatchObject({ status: 'limited', supernode: false });
    expect(node.overlay.health().gateway).toEqual({ host: first.gateway.host, port: first.gateway.port });
  });

  test('reaches a friend who has UDP', async () => {
    const [first, second] = await supernodes(2);
    const [ada, ben] = [createPerson(), createPerson()];
    const right = await waits(await world.add([second.at()]), ben, ada);
    const left = await appear(await carried([first.gateway]), ada, ben);
    expect(await talk(left, right)).toEqual(bothHeard);
  });

  test('is reached by a friend who has UDP', async () => {
    const [first, second] = await supernodes(2);
    const [ada, ben] = [createPerson(), createPerson()];
    const left = await waits(await carried([first.gateway]), ada, ben);
    const right = await appear(await world.add([second.at()]), ben, ada);
    expect(await talk(left, right)).toEqual(bothHeard);
  });

  test.each(['the same gateway', 'another gateway'])('reaches a friend who is in the same plight, behind %s', async (which) => {
    const [first, second] = await supernodes(2);
    const [ada, ben] = [createPerson(), createPerson()];
    // A gateway of each network is taken where more are known; here each knows one.
    const far = which === 'the same gateway' ? first : second;
    const left = await waits(await carried([first.gateway]), ada, ben);
    const right = await appear(await carried([far.gateway]), ben, ada);
    expect(await talk(left, right)).toEqual(bothHeard);
  });

  test('has a mailbox, and leaves what it wants in others’', async () => {
    const [first, second] = await supernodes(2);
    const inside = (await carried([first.gateway])).overlay.mailboxes;
    const outside = (await world.add([second.at()])).overlay.mailboxes;
    for (const [owner, friend] of [
      [inside, outside],
      [outside, inside],
    ] as const) {
      const box = createBoxOwner(systemRandom);
      const record = await box.record(Date.now());
      await eventually('it is registered', async () => (await owner.register(box.target, record, never)).storedBy.length > 0);
      const item = box.fromFriend(systemRandom.bytes(4_096), Date.now());
      const { storedBy } = await friend.deposit(box.target, item, never);
      expect(storedBy.length).toBeGreaterThan(0);
      const [place] = await owner.places(box.target, never);
      if (place === undefined) throw new Error('nobody keeps it');
      expect(await owner.list(place, box.access, never)).toEqual([{ id: item.id, kind: 'contact' }]);
      expect((await owner.fetch(place, box.access, item.id, never))?.sealed).toEqual(item.sealed);
    }
  });

  test('claims a name and reads it, as three gateways agree', async () => {
    const all = await supernodes(3);
    const node = await carried([all[0].gateway]);
    const target = systemRandom.bytes(32);
    const claim = createClaim(systemRandom.bytes(32), target, 1);
    // The others are heard of from the first.
    const stored = await eventually('three networks hold it', async () => {
      const result = await node.overlay.directory.put(target, claim, never).catch(() => null);
      return result !== null && result.storedBy.length === 3 && result;
    });
    expect(stored.refusals).toEqual([]);
    const answers = await node.overlay.directory.get(target, never);
    expect(answers).toHaveLength(3);
    for (const { record } of answers) expect(Buffer.compare(record ?? Buffer.alloc(0), claim)).toBe(0);
    // And it is really there.
    const outside = await world.add([all[1].at()]);
    const seen = await outside.overlay.directory.get(target, never);
    expect(seen.filter(({ record }) => record !== null).length).toBeGreaterThanOrEqual(3);
  });

  test('learns of relays by asking through its gateway', async () => {
    const [first, second] = await supernodes(2);
    const relay = { host6: null, udp: 0, tcp: 3478, tls: 5349, key: systemRandom.bytes(32), pin: systemRandom.bytes(32) };
    second.overlay.relays.setOwn(relay, null);
    const node = await carried([first.gateway]);
    const found = await eventually('a relay is known', () => node.overlay.relays.known()[0]);
    expect(found.relay).toMatchObject({ host4: second.at().host, tcp: 3478, tls: 5349 });
  });

  test('finds a gateway by itself where it knows no more than a node', async () => {
    const [first] = await supernodes(2);
    // The gateway has the port of its node, which answers no UDP here.
    const node = await world.add([{ host: first.gateway.host, port: first.gateway.port }], { supernodeMode: 'auto' });
    await eventually('it is carried', () => isCarried(node));
    expect(node.overlay.health().gateway).toEqual({ host: first.gateway.host, port: first.gateway.port });
  });

  test('comes back to UDP by itself, with its friends', async () => {
    const [first, second] = await supernodes(2);
    const [ada, ben] = [createPerson(), createPerson()];
    nextPort += 1;
    const gap: HostPort = { host: '127.98.98.1', port: nextPort };
    const node = await world.add([gap], { supernodeMode: 'auto', ...gatewayOptions({ named: [first.gateway] }) });
    await eventually('it is carried', () => isCarried(node));
    const left = await appear(node, ada, ben);
    const right = await appear(await world.add([second.at()]), ben, ada);
    await talk(left, right);
    // The wall has a hole: somebody answers there.
    await world.addAt(gap, [first.at()]);
    await eventually('it has UDP', () => !isCarried(node) && node.overlay.health().nodesHeard > 0);
    left.node.overlay.breakLinks();
    await eventually('both are back', () => areConnected(left, right) && left.states.includes('resumed'));
    expect(left.wire.send(right.account, Buffer.from('still here'))).toBe('queued');
    await eventually('heard', () => right.heard.includes('still here'));
    expect(left.states).not.toContain('closed');
  });

  test('keeps its session when its gateway falls', async () => {
    const all = await supernodes(3);
    const [ada, ben] = [createPerson(), createPerson()];
    const left = await appear(await carried(all.map(({ gateway }) => gateway)), ada, ben);
    const right = await appear(await world.add([all[1].at()]), ben, ada);
    await talk(left, right);
    const carrier = left.node.overlay.health().gateway;
    const fallen = all.find(({ gateway }) => gateway.host === carrier?.host);
    if (fallen === undefined) throw new Error('carried by nobody');
    await world.crash(fallen);
    left.wire.send(right.account, Buffer.from('are you there?'));
    await eventually('it arrives by another', () => right.heard.includes('are you there?'));
    expect(left.states).not.toContain('closed');
  });

  test('goes to another when its gateway’s person wants to carry nobody; is let in again when they do', async () => {
    const [first, second] = await supernodes(2);
    const [ada, ben] = [createPerson(), createPerson()];
    const both = [first.gateway, second.gateway];
    const left = await appear(await carried(both), ada, ben);
    const right = await appear(await world.add([second.at()]), ben, ada);
    await talk(left, right);
    await eventually('both gateways have it', () => [first, second].every((each) => each.overlay.carried().gatewayClients > 0));
    first.overlay.setCarries(false);
    await eventually('the first has nobody', () => first.overlay.carried().gatewayClients === 0);
    await eventually('it is closed', async () => !(await accepts(first.gateway)));
    await eventually('the second carries it', () => left.node.overlay.health().gateway?.host === second.gateway.host);
    left.wire.send(right.account, Buffer.from('over here'));
    await eventually('it arrives', () => right.heard.includes('over here'));
    expect(left.states).not.toContain('closed');
    const given = first.overlay.carried().bytes;
    expect(given).toBeGreaterThan(0);
    const other = await blocked([first.gateway]);
    expect(isCarried(other)).toBe(false);
    first.overlay.setCarries(true);
    await eventually('it carries again', () => other.overlay.health().gateway?.host === first.gateway.host);
    expect(first.overlay.carried().gatewayClients).toBeGreaterThan(0);
    expect(first.overlay.carried().bytes).toBeGreaterThan(given);
  });
});

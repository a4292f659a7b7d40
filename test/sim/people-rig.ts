import { expect } from 'vitest';
import { createDhtNode, seedPair, type SecretStream } from '../../native-shims/hyperdht/index.ts';
import { dayKey, daysAround } from '../../main/overlay/people/day-keys.ts';
import { encodeHello, type LinkRole } from '../../main/overlay/people/hello.ts';
import type { AccountKey, PeerState, PeerWire } from '../../main/ports/peer-wire.ts';
import { systemRandom } from '../../main/ports/random.ts';
import { systemClock } from '../../main/ports/system-clock.ts';
import { createPerson, eventually, type TestPerson, type World, type WorldNode } from './world.ts';

const limits = { maxMessageBytes: 1_000, maxMessagesPerSecond: 50 };

export interface Someone {
  readonly node: WorldNode;
  readonly person: TestPerson;
  readonly account: AccountKey;
  readonly wire: PeerWire;
  readonly states: PeerState[];
  readonly heard: string[];
}

export async function appear(node: WorldNode, friends: () => readonly TestPerson[], person = createPerson()): Promise<Someone> {
  const wire = node.overlay.people.wire('lilliput/test/1', limits);
  const someone: Someone = { node, person, account: person.identity.account, wire, states: [], heard: [] };
  wire.onState((_peer, state) => someone.states.push(state));
  wire.onMessage((_peer, message) => someone.heard.push(Buffer.from(message).toString()));
  node.overlay.people.setAdmission((account) => friends().some(({ identity }) => identity.account === account));
  await node.overlay.people.setIdentity(person.identity, person.listening);
  return someone;
}

export const want = (someone: Someone, friends: readonly TestPerson[]): void =>
  someone.node.overlay.people.setWanted(friends.map(({ identity, address }) => ({ account: identity.account, address })));

/** Two friends, each on a node of its own, connected. */
export async function twoFriends(world: World): Promise<readonly [Someone, Someone]> {
  const [first, second] = [createPerson(), createPerson()];
  const supernode = await world.add([]);
  const left = await appear(await world.add([supernode.at()]), () => [second], first);
  const right = await appear(await world.add([supernode.at()]), () => [first], second);
  want(left, [second]);
  want(right, [first]);
  await eventually('both are connected', () => left.states.includes('connected') && right.states.includes('connected'));
  return [left, right];
}

export const say = (from: Someone, to: Someone, text: string): string => from.wire.send(to.account, Buffer.from(text));

/** A connection to `to` of somebody who knows their address, and what ends it. */
export async function openRaw(via: WorldNode, to: TestPerson): Promise<{ readonly stream: SecretStream; end(): Promise<void> }> {
  const stranger = createDhtNode({
    bind: { host: '127.250.1.1', port: 0 },
    preferredPort: null,
    bootstrap: [via.at()],
    isForced: false,
    admit: () => true,
    select: (sorted, limit) => sorted.slice(0, limit),
    onRequest: () => false,
  });
  await stranger.bootstrapped();
  const [day = 0] = daysAround(systemClock.nowMs());
  const stream = stranger.connect(dayKey(to.address, day), seedPair(systemRandom.bytes(32)));
  stream.on('error', () => undefined);
  expect(await stream.opened).toBe(true);
  return { stream, end: () => stranger.destroy() };
}

/** What such a one gets for such a hello: `silent`, or `answered`. */
export async function dialRaw(via: WorldNode, to: TestPerson, hello: (handshakeHash: Buffer) => Uint8Array): Promise<string> {
  const { stream, end } = await openRaw(via, to);
  stream.write(hello(stream.handshakeHash));
  const result = await new Promise<string>((resolve) => {
    stream.on('data', () => resolve('answered'));
    stream.on('close', () => resolve('silent'));
  });
  await end();
  return result;
}

export const trueHello = (person: TestPerson, role: LinkRole, hash: Uint8Array): Uint8Array =>
  encodeHello(person.identity, hash, role, { instance: '00'.repeat(16), session: null, received: new Map() });

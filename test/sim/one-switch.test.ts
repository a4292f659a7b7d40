import { connect } from 'node:net';
import { afterEach, expect, test } from 'vitest';
import { createTlsIdentity } from '../../main/identity/index.ts';
import { blindRelayQuestion } from '../../main/overlay/blind-relay/blind-relay-wire.ts';
import type { OverlayOptions } from '../../main/overlay/index.ts';
import type { HostPort } from '../../main/ports/host-port.ts';
import { systemRandom } from '../../main/ports/random.ts';
import { createDhtNode, type DhtNode } from '../../native-shims/hyperdht/index.ts';
import { createBoxOwner } from './mailboxes.ts';
import { createClaim, eventually, World } from './world.ts';

let world = new World(120);
const asking: DhtNode[] = [];
afterEach(async () => {
  await Promise.all(asking.splice(0).map((node) => node.destroy()));
  await world.stop();
  world = new World(120);
});

const never = new AbortController().signal;
const target = new Uint8Array(32).fill(9);
/** What a supernode keeps and answers for others: names, mailboxes, cards, and dialing whoever asks it to. */
const keeping = [100, 101, 112, 120, 121, 122, 123, 124, 130, 131, 132];
/** Whether it is a relay of calls, a gateway, a relay of connections. */
const carrying = [102, 103, 110];

async function stranger(at: HostPort): Promise<DhtNode> {
  const node = createDhtNode({
    bind: { host: '127.251.3.1', port: 0 },
    preferredPort: null,
    bootstrap: [at],
    isForced: false,
    admit: () => true,
    select: (sorted, limit) => sorted.slice(0, limit),
    onRequest: () => false,
  });
  asking.push(node);
  await node.bind();
  await node.bootstrapped();
  return node;
}

/** Of some commands those to which it has more to say than that it doesn't know them, or that it is nothing of the kind. */
async function heeded(node: DhtNode, at: HostPort, commands: readonly number[]): Promise<readonly number[]> {
  const answers = await Promise.all(
    commands.map((command) => node.request({ command, target, value: command === 110 ? blindRelayQuestion : null }, at)),
  );
  return commands.filter((_, index) => {
    const answer = answers[index];
    return answer?.error === 0 && (answer.token !== null || answer.value !== null);
  });
}

const isOpen = ({ host, port }: HostPort): Promise<boolean> =>
  new Promise((resolve) => {
    const socket = connect({ host, port });
    socket.once('connect', () => resolve(true));
    socket.once('error', () => resolve(false));
    socket.once('close', () => socket.destroy());
    socket.once('connect', () => socket.destroy());
  });

test('one switch ends all that a supernode keeps and carries, and what it kept is with others', { timeout: 60_000 }, async () => {
  const gatewayPort = 30_000 + (process.pid % 10_000);
  const gateway: OverlayOptions['gateway'] = {
    known: { load: () => [], save: () => undefined },
    named: [],
    proxy: null,
    own: { seed: systemRandom.bytes(32), tls: () => createTlsIdentity(systemRandom, Date.now()), ports: [gatewayPort] },
  };
  const giving = await world.add([], { gateway });
  const client = await world.add([giving.at()], { supernodeMode: 'off' });
  giving.overlay.relays.setOwn({ host6: null, udp: 1, tcp: 0, tls: 0, key: target, pin: target }, null);
  await client.overlay.directory.put(target, createClaim(new Uint8Array(32).fill(1), target, 1), never);
  const owner = createBoxOwner(systemRandom);
  await client.overlay.mailboxes.register(owner.target, await owner.record(Date.now()), never);
  const item = owner.fromFriend(systemRandom.bytes(1_024), Date.now());
  await client.overlay.mailboxes.deposit(owner.target, item, never);
  expect([giving.overlay.health().recordsHeld, giving.overlay.kept().items]).toEqual([1, 1]);

  // Somebody who holds nothing yet.
  const other = await world.add([giving.at()]);
  await eventually('they know each other', () => giving.overlay.health().nodesHeard > 0);
  const node = await stranger(giving.at());
  const gate = { host: giving.at().host, port: gatewayPort };
  await eventually('it carries', async () => (await heeded(node, giving.at(), carrying)).length === carrying.length);
  expect([await heeded(node, giving.at(), keeping), await isOpen(gate)]).toEqual([keeping, true]);

  // As the app does with "Never": its relay has no place of its own any more.
  const at = giving.at();
  giving.overlay.relays.setOwn(null, null);
  await giving.overlay.setSupernodeMode('off');
  expect(await heeded(node, at, keeping)).toEqual([]);
  await eventually('it carries nothing', async () => (await heeded(node, at, carrying)).length === 0 && !(await isOpen(gate)));
  expect(giving.overlay.carried()).toMatchObject({ pairs: 0, gatewayClients: 0 });
  await eventually('the other has all of it', () => other.overlay.health().recordsHeld === 1 && other.overlay.kept().items === 1);
});

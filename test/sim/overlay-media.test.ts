import { createSocket } from 'node:dgram';
import { afterEach, describe, expect, test } from 'vitest';
import { systemNet } from '../../main/media/ice/edge/system-net.ts';
import { createIceAgent, type IceAgent } from '../../main/media/ice/ice-agent.ts';
import type { MediaPath } from '../../main/overlay/index.ts';
import { systemRandom } from '../../main/ports/random.ts';
import { systemClock } from '../../main/ports/system-clock.ts';
import { createPerson, eventually, World, type TestPerson } from './world.ts';

let world = new World();
const closing: (() => void)[] = [];
afterEach(async () => {
  for (const close of closing.splice(0)) close();
  await world.stop();
  world = new World();
});

/** Two friends with a session over real HyperDHT nodes, and a path for media over it at each end. */
async function openPaths(): Promise<readonly [MediaPath, MediaPath]> {
  const supernode = await world.add([]);
  const people: readonly [TestPerson, TestPerson] = [createPerson(), createPerson()];
  const overlays = await Promise.all(people.map(async () => (await world.add([supernode.at()])).overlay));
  const ends = await Promise.all(
    people.map(async (person, index) => {
      const friend = people[index === 0 ? 1 : 0];
      const hub = overlays[index]?.people;
      if (hub === undefined) throw new Error('each has an overlay');
      let isConnected = false;
      hub.wire('lilliput/test/1', { maxMessageBytes: 100, maxMessagesPerSecond: 10 }).onState(() => (isConnected = true));
      hub.setAdmission((account) => account === friend.identity.account);
      await hub.setIdentity(person.identity, person.listening);
      hub.setWanted([{ account: friend.identity.account, address: friend.address }]);
      await eventually('connected', () => isConnected);
      const path = hub.openMediaPath(friend.identity.account);
      closing.push(() => path.close());
      return path;
    }),
  );
  const [left, right] = ends;
  if (left === undefined || right === undefined) throw new Error('there are two');
  left.connect(right.tag);
  right.connect(left.tag);
  return [left, right];
}

/** ICE without a single address of its own: whatever it had would be useless. */
function createAgent(role: 'offerer' | 'answerer', path: MediaPath): IceAgent {
  const options = { servers: [], policy: { relayOnly: false }, bindAddresses: [], clock: systemClock, random: systemRandom };
  const agent = createIceAgent({ ...options, role, net: systemNet([], () => null) });
  closing.push(() => agent.close());
  path.onState((state) => {
    agent.setOverlayPath(
      state === null ? null : { address: '127.0.0.1', port: state.port, rttMs: state.rttMs, kind: state.kind },
    );
  });
  return agent;
}

interface Call {
  readonly paths: readonly [MediaPath, MediaPath];
  readonly agents: readonly [IceAgent, IceAgent];
  readonly heard: string[];
}

async function call(): Promise<Call> {
  const paths = await openPaths();
  const agents = [createAgent('offerer', paths[0]), createAgent('answerer', paths[1])] as const;
  const told: string[] = [];
  const heard: string[] = [];
  agents[1].onData((data) => heard.push(data.toString()));
  for (const agent of agents) agent.gather(({ address }) => told.push(address)).catch(() => undefined);
  agents[0].setRemote(agents[1].credentials);
  agents[1].setRemote(agents[0].credentials);
  await Promise.all(agents.map((agent) => agent.connect()));
  expect(told).toEqual([]);
  return { paths, agents, heard };
}

/** Nothing of STUN, DTLS or a relay (RFC 7983): the call's own. */
const voice = Buffer.alloc(20, 0x80);

describe('a call whose own addresses are all useless', () => {
  test('runs over the overlay’s connection', async () => {
    const { agents, paths, heard } = await call();
    expect(agents.map(({ path }) => path)).toEqual(['overlay', 'overlay']);
    agents[0].send(voice);
    await eventually('it arrived', () => heard.length > 0);
    expect(paths.map((path) => path.counters().strangePeer)).toEqual([0, 0]);
  });

  test('hears nothing of what another program of this computer puts into the forwarder', async () => {
    const { paths, heard, agents } = await call();
    let port = 0;
    paths[0].onState((state) => (port = state?.port ?? 0));
    const intruder = createSocket('udp4');
    closing.push(() => intruder.close());
    for (let count = 0; count < 20; count++) intruder.send(Buffer.alloc(50, 0x80), port, '127.0.0.1');
    await eventually('they are counted', () => paths[0].counters().strangeLocal === 20);
    agents[0].send(voice);
    await eventually('it arrived', () => heard.length > 0);
    expect(heard).toEqual([voice.toString()]);
  });
});

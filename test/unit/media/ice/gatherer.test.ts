import { expect, test } from 'vitest';
import type { IceServer } from '../../../../main/calls/index.ts';
import type { Base } from '../../../../main/media/ice/base.ts';
import { Gatherer } from '../../../../main/media/ice/gatherer.ts';
import type { IceNet, UdpSocket } from '../../../../main/media/ice/ice-net.ts';
import { VirtualClock } from '../../virtual-clock.ts';
import { openCall, openUniverse, seededRandom, stunServer, turnServer } from './sim-call.ts';
import { Computer, Router, routers } from './sim-net.ts';
import { SimRelay } from './sim-relay.ts';

/** Nothing of what a gatherer tells matters. */
const deaf = {
  bindAddresses: null,
  onBase: () => undefined,
  onBaseGone: () => undefined,
  onCandidate: () => undefined,
  onStun: () => undefined,
  onData: () => undefined,
  onTrouble: () => undefined,
  onReady: () => undefined,
};

/** A computer whose sockets open when a test says so. */
function slowComputer() {
  const clock = new VirtualClock();
  const opening = new Map<string, (isOpen: boolean) => void>();
  const open = new Set<string>();
  const asked: string[] = [];
  const at = { addresses: ['192.168.0.2', '192.168.7.2'] as readonly string[] };
  const net: IceNet = {
    hostAddresses: () => at.addresses,
    hasAddress: (host) => at.addresses.includes(host),
    openUdp(host, _handlers, done) {
      const socket: UdpSocket = {
        address: { family: 4, host, port: 5000 },
        send: (_bytes, _length, to) => asked.push(to.host),
        close: () => open.delete(host),
      };
      opening.set(host, (isOpen) => {
        if (isOpen) open.add(host);
        done(isOpen ? socket : null);
      });
    },
    openLink: (_server, _handlers, done) => done(null),
  };
  const gatherer = new Gatherer({
    clock,
    random: seededRandom(1),
    net,
    policy: { relayOnly: false },
    ...deaf,
  });
  return { clock, opening, open, asked, at, gatherer };
}

const stun = (address: string): IceServer => ({ kind: 'stun', transport: 'udp', address, port: 3478 });

test('an address that goes while its socket opens takes no other with it', () => {
  const { clock, opening, open, at, gatherer } = slowComputer();
  gatherer.start([]);
  opening.get('192.168.0.2')?.(true);
  at.addresses = ['192.168.0.2'];
  clock.advance(600);
  opening.get('192.168.7.2')?.(false);
  expect([...open]).toEqual(['192.168.0.2']);
  gatherer.stop();
  expect([...open]).toEqual([]);
});

test('servers that are told of no more are asked no more, and nobody twice at a time', () => {
  const { clock, opening, asked, gatherer } = slowComputer();
  gatherer.start([stun('198.41.0.4')]);
  opening.get('192.168.0.2')?.(true);
  for (let round = 0; round < 5; round += 1) {
    gatherer.setServers([stun('199.7.91.13')]);
    gatherer.setServers([stun('198.41.0.4')]);
  }
  clock.advance(10_000);
  asked.length = 0;
  clock.advance(15_000);
  // Nobody answers: a question, and five more for the same.
  expect(asked).toEqual(Array.from({ length: 6 }, () => '198.41.0.4'));
  gatherer.stop();
  expect(clock.pendingTimers).toBe(0);
});

test('relays that are told of no more, and do not relay, make room for others', () => {
  const universe = openUniverse();
  const computer = new Computer(universe.net, [{ host: '66.1.2.3', router: null }]);
  const dead = Array.from({ length: 4 }, (_, index) => new SimRelay(universe.net, `198.41.${index}.4`));
  for (const relay of dead) relay.die();
  const alive = new SimRelay(universe.net, '199.7.91.13');
  const bases: Base[] = [];
  const gatherer = new Gatherer({
    clock: universe.clock,
    random: seededRandom(1),
    net: computer,
    policy: { relayOnly: true },
    ...deaf,
    onBase: (base) => bases.push(base),
  });
  gatherer.start(dead.map((relay) => turnServer(relay, 'ann')));
  universe.clock.advance(6_000);
  gatherer.setServers([turnServer(alive, 'ann')]);
  universe.clock.advance(2_000);
  expect(bases.map(({ address }) => address.host)).toEqual(['199.7.91.13']);
  gatherer.stop();
});

test('a call that is over leaves no timer behind', () => {
  const universe = openUniverse();
  const relay = new SimRelay(universe.net, '198.41.0.4');
  const [caller, callee] = [0, 1].map((index) => {
    const router = new Router(universe.net, `81.2.${index}.1`, routers.port);
    return new Computer(universe.net, [{ host: `192.168.${index}.2`, router }]);
  });
  if (caller === undefined || callee === undefined) throw new Error('two computers');
  const call = openCall(universe, {
    caller,
    callee,
    servers: [
      [stunServer(relay), turnServer(relay, 'ann')],
      [stunServer(relay), turnServer(relay, 'ben')],
    ],
  });
  call.connect();
  call.talk(20_000);
  call.close();
  // What is on its way arrives.
  universe.clock.advance(500);
  expect(universe.clock.pendingTimers).toBe(0);
});

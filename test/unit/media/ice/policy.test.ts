import { describe, expect, test } from 'vitest';
import { writeCheck } from '../../../../main/media/ice/check-message.ts';
import { openCall, openUniverse, seededRandom, stunServer, turnServer } from './sim-call.ts';
import { Computer, Router, routers, textOf } from './sim-net.ts';
import { SimRelay } from './sim-relay.ts';

function openHomes() {
  const universe = openUniverse();
  const relay = new SimRelay(universe.net, '198.41.0.4');
  const [caller, callee] = [0, 1].map((index) => {
    const router = new Router(universe.net, `81.2.${index}.1`, routers.full);
    return new Computer(universe.net, [{ host: `192.168.${index}.2`, router }]);
  });
  if (caller === undefined || callee === undefined) throw new Error('two computers');
  return { universe, relay, caller, callee };
}

describe('who hides their address', () => {
  test('tells relayed candidates only, and sends to the relay and to nobody else', () => {
    const { universe, relay, caller, callee } = openHomes();
    const call = openCall(universe, {
      caller,
      callee,
      servers: [
        [stunServer(relay), turnServer(relay, 'ann')],
        [stunServer(relay), turnServer(relay, 'ben')],
      ],
      relayOnly: true,
    });
    expect(call.connect()).toBeLessThan(1_000);
    call.talk(10_000);
    for (const side of [call.caller, call.callee]) {
      expect(side.told.map(({ type, address }) => `${type} ${address}`)).toEqual(['relay 198.41.0.4']);
      expect(side.paths).toEqual(['relay']);
    }
    for (const computer of [caller, callee]) expect([...computer.sent.keys()]).toEqual(['198.41.0.4']);
    call.close();
  });

  test('has no path, and sends nothing, where there is no relay', () => {
    const { universe, caller, callee } = openHomes();
    const call = openCall(universe, { caller, callee, relayOnly: true });
    call.connect(5_000);
    expect(call.caller.isConnected).toBe(false);
    expect(call.caller.told).toEqual([]);
    expect(caller.sent.size).toBe(0);
    call.close();
  });
});

describe('strangers', () => {
  test('get no answer, whatever they send to a candidate, and change nothing', () => {
    const { universe, relay, caller, callee } = openHomes();
    const call = openCall(universe, { caller, callee, servers: [[stunServer(relay)], [stunServer(relay)]] });
    call.connect();
    call.talk(3_000);
    const stranger = new Computer(universe.net, [{ host: '66.1.2.3', router: null }]);
    const answers: Buffer[] = [];
    const { address: to, port } = call.caller.told.find(({ type }) => type === 'srflx') ?? { address: '', port: 0 };
    const random = seededRandom(7);
    const { ufrag } = call.caller.agent.credentials;
    const theirs = call.callee.agent.credentials.ufrag;
    stranger.openUdp('66.1.2.3', { message: (bytes) => answers.push(bytes) }, (socket) => {
      for (const name of [ufrag, 'guess', '']) {
        const message = Buffer.alloc(700);
        const check = {
          toUfrag: name,
          fromUfrag: theirs,
          priority: 1,
          role: 'controlling',
          tieBreaker: 1n,
          nomination: 9,
          isInDoubt: true,
        } as const;
        const length = writeCheck(message, random.bytes(12), check, Buffer.from('a guess'));
        for (let i = 0; i < 50; i += 1) socket?.send(message, length, { family: 4, host: to, port });
      }
      socket?.send(Buffer.alloc(200, 128), 200, { family: 4, host: to, port });
    });
    const heard = call.caller.heard.size;
    universe.clock.advance(3_000);
    expect(answers).toEqual([]);
    expect(caller.sent.has('66.1.2.3')).toBe(false);
    expect(call.caller.heard.size).toBe(heard);
    expect(call.caller.agent.path).toBe('direct');
    call.close();
  });

  test('and their friends get none at port 0, where a socket would throw', () => {
    const { universe, relay, caller, callee } = openHomes();
    const call = openCall(universe, { caller, callee, servers: [[stunServer(relay)], [stunServer(relay)]] });
    call.connect();
    const { ufrag, pwd } = call.caller.agent.credentials;
    const message = Buffer.alloc(700);
    const check = {
      toUfrag: ufrag,
      fromUfrag: call.callee.agent.credentials.ufrag,
      priority: 1,
      role: 'controlled',
      tieBreaker: 1n,
      nomination: null,
      isInDoubt: false,
    } as const;
    const { address: host, port } = call.caller.told.find(({ type }) => type === 'srflx') ?? { address: '', port: 0 };
    for (const from of [7, 0]) {
      const length = writeCheck(message, Buffer.alloc(12, from), check, Buffer.from(pwd));
      const bytes = Buffer.from(message.subarray(0, length));
      universe.net.carry({ from: { family: 4, host: `66.1.2.${from}`, port: from }, to: { family: 4, host, port }, bytes });
    }
    universe.clock.advance(3_000);
    expect([caller.sent.has('66.1.2.7'), caller.sent.has('66.1.2.0')]).toEqual([true, false]);
    call.close();
  });

  test('that a peer names are sent a bounded number of checks, nothing else, and no media', () => {
    const { universe, relay, caller, callee } = openHomes();
    const call = openCall(universe, { caller, callee, servers: [[stunServer(relay)], [stunServer(relay)]] });
    call.connect();
    for (let number = 0; number < 200; number += 1) {
      const candidate = {
        foundation: 'x',
        priority: 2 ** 30 - number,
        address: `66.1.${number}.1`,
        port: 53,
        type: 'host',
      } as const;
      call.caller.agent.addRemoteCandidate(candidate);
    }
    call.talk(60_000);
    const victims = [...caller.sent.entries()].filter(([host]) => host.startsWith('66.1.'));
    expect(victims.length).toBeGreaterThan(0);
    expect(victims.length).toBeLessThanOrEqual(40);
    for (const [, packets] of victims) {
      expect(packets.length).toBeLessThan(40);
      for (const bytes of packets) expect(bytes.readUInt8(0)).toBe(0);
    }
    expect(call.caller.agent.path).toBe('direct');
    call.close();
  });
});

describe('an agent', () => {
  test('lives through any bytes from anybody, and so does its client at a relay', () => {
    const { universe, relay, caller, callee } = openHomes();
    const call = openCall(universe, {
      caller,
      callee,
      servers: [[turnServer(relay, 'ann')], [turnServer(relay, 'ben')]],
    });
    const random = seededRandom(99);
    // Every 7th packet on the internet arrives changed somewhere.
    universe.net.passes = ({ bytes }) => {
      if (random.fraction() < 1 / 7) {
        const at = Math.floor(random.fraction() * bytes.length);
        bytes.writeUInt8(Math.floor(random.fraction() * 256), at);
      }
      return true;
    };
    expect(() => {
      call.connect();
      call.talk(20_000);
    }).not.toThrow();
    universe.net.passes = () => true;
    call.talk(5_000);
    expect(call.caller.agent.path).toBe('direct');
    call.close();
  });

  test('whose peer thinks to have the same role settles who nominates', () => {
    for (const seed of [1, 2, 3, 4]) {
      const universe = openUniverse(seed);
      const [caller, callee] = ['81.2.1.5', '81.2.2.5'].map((host) => new Computer(universe.net, [{ host, router: null }]));
      if (caller === undefined || callee === undefined) throw new Error('two computers');
      const call = openCall(universe, { caller, callee, roles: ['offerer', 'offerer'] });
      expect(call.connect(5_000)).toBeLessThan(1_000);
      const [first, last] = call.talk(1_000);
      universe.clock.advance(100);
      for (let number = first; number <= last; number += 1) expect(call.callee.heard.has(number)).toBe(true);
      call.close();
    }
  });

  test('uses the overlay’s path, which no candidate names, only through its forwarder', () => {
    const { universe, caller, callee } = openHomes();
    const blocked = universe.net;
    blocked.passes = () => false;
    const call = openCall(universe, { caller, callee });
    call.start();
    universe.clock.advance(500);
    expect(call.caller.isConnected).toBe(false);
    // Two forwarders, joined by the overlay: what comes from the agent's socket leaves at the other end.
    const ends = [
      { computer: caller, agent: call.caller.agent, port: 9001 },
      { computer: callee, agent: call.callee.agent, port: 9002 },
    ];
    const users = new Map<number, number>();
    for (const [index, { computer, port }] of ends.entries()) {
      const other = ends[1 - index];
      computer.forwarder = (packet) => {
        if (packet.to.port !== port) return;
        users.set(port, packet.from.port);
        universe.clock.setTimer(25, () => {
          if (other === undefined) return;
          const to = { family: 4, host: '127.0.0.1', port: users.get(other.port) ?? 0 } as const;
          other.computer.arrived({ from: { family: 4, host: '127.0.0.1', port: other.port }, to, bytes: packet.bytes });
        });
      };
    }
    for (const { agent, port } of ends) agent.setOverlayPath({ address: '127.0.0.1', port, rttMs: 50, kind: 'direct' });
    universe.clock.advance(2_000);
    expect([call.caller.paths, call.callee.paths]).toEqual([['overlay'], ['overlay']]);
    const [first, last] = call.talk(500);
    universe.clock.advance(100);
    for (let number = first; number <= last; number += 1) expect(call.caller.heard.has(number)).toBe(true);
    expect(call.caller.told.every(({ address }) => !textOf({ family: 4, host: address, port: 0 }).startsWith('127.'))).toBe(true);
    // It turns out to be relayed: the forwarder knows our socket, which stays.
    const [user] = users.values();
    for (const { agent, port } of ends) agent.setOverlayPath({ address: '127.0.0.1', port, rttMs: 50, kind: 'relayed' });
    universe.clock.advance(2_000);
    expect([call.caller.agent.path, call.callee.agent.path]).toEqual(['overlay-relay', 'overlay-relay']);
    expect([...users.values()][0]).toBe(user);
    for (const { agent } of ends) agent.setOverlayPath(null);
    expect(call.caller.agent.path).toBeNull();
    call.close();
  });
});

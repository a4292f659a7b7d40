import { describe, expect, test } from 'vitest';
import { longestGapMs, openCall, openUniverse, stunServer, turnServer } from './sim-call.ts';
import { Computer, Router, routers, type RouterKind } from './sim-net.ts';
import { SimRelay } from './sim-relay.ts';

/** Two homes, two relays or more, and a call that has found its best path. @param farMs the first, @param fartherMs each than the one before */
function settledCall(
  kinds: readonly [RouterKind, RouterKind],
  { relayHosts = ['198.41.0.4', '199.7.91.13'], farMs = 0, fartherMs = 0, settleMs = 12_000 } = {},
) {
  const universe = openUniverse();
  const relays = relayHosts.map((host) => new SimRelay(universe.net, host));
  for (const [index, host] of relayHosts.entries()) universe.net.farMs.set(host, farMs + index * fartherMs);
  const homes = kinds.map((kind, index) => {
    const router = new Router(universe.net, `81.2.${index}.1`, kind);
    return { router, computer: new Computer(universe.net, [{ host: `192.168.${index}.2`, router }]) };
  });
  const [ann, ben] = homes;
  if (ann === undefined || ben === undefined) throw new Error('two homes');
  const servers = (who: string) =>
    relays.flatMap((relay, index) => {
      const server = turnServer(relay, who);
      // Their other address, which nothing here leads to.
      return [stunServer(relay), server, { ...server, address: `2a0e:${index}::1` }];
    });
  const call = openCall(universe, {
    caller: ann.computer,
    callee: ben.computer,
    servers: [servers('ann'), servers('ben')],
  });
  call.connect();
  call.talk(settleMs);
  return { universe, relays, ann, ben, call };
}

/** Talks on for so long. @returns the longest silence that each side heard */
function gapsWhile({ universe, call }: ReturnType<typeof settledCall>, durationMs: number): readonly [number, number] {
  const fromMs = universe.clock.monotonicMs();
  call.talk(durationMs);
  const toMs = universe.clock.monotonicMs();
  return [longestGapMs(call.caller, fromMs, toMs), longestGapMs(call.callee, fromMs, toMs)];
}

describe('when a path dies in the middle of a call', () => {
  test('a relay that is killed is missed for no more than 300 ms; another one takes over', () => {
    const settled = settledCall([routers.symmetric, routers.symmetric]);
    expect(settled.call.caller.agent.path).toBe('relay');
    const used = settled.relays.find((relay) => relay.server.counts.packets > 500);
    used?.die();
    const gaps = gapsWhile(settled, 4_000);
    expect(Math.max(...gaps)).toBeLessThanOrEqual(300);
    expect(settled.call.caller.agent.path).toBe('relay');
    settled.call.close();
  });

  test('a relay that is nearer than all others is missed no longer: what is kept ready does not go through it', () => {
    const relayHosts = ['198.41.0.4', '199.7.91.13', '192.33.4.12'];
    const settled = settledCall([routers.symmetric, routers.symmetric], { relayHosts, fartherMs: 25, settleMs: 60_000 });
    expect(settled.relays.map(({ server }) => server.counts.allocations)).toEqual([2, 2, 2]);
    const [nearest] = settled.relays;
    expect(nearest?.server.counts.packets).toBeGreaterThan(2_500);
    nearest?.die();
    const gaps = gapsWhile(settled, 4_000);
    // Media goes another way before one has answered; asking first would take a round trip of 180 ms longer.
    expect(Math.max(...gaps)).toBeLessThanOrEqual(260);
    expect(settled.call.caller.agent.path).toBe('relay');
    settled.call.close();
  });

  test('after a relay has died and another took over, that one may die as well', () => {
    const relayHosts = ['198.41.0.4', '199.7.91.13', '192.33.4.12'];
    const settled = settledCall([routers.symmetric, routers.symmetric], { relayHosts, fartherMs: 10, settleMs: 20_000 });
    for (const relay of settled.relays.slice(0, 2)) {
      relay.die();
      expect(Math.max(...gapsWhile(settled, 30_000))).toBeLessThanOrEqual(300);
    }
    settled.call.close();
  });

  test('a direct path that is cut is missed for no more than 300 ms; a relay takes over', () => {
    const settled = settledCall([routers.port, routers.port]);
    expect(settled.call.caller.agent.path).toBe('direct');
    settled.universe.net.passes = ({ from, to }) => !(from.host.startsWith('81.2.') && to.host.startsWith('81.2.'));
    const gaps = gapsWhile(settled, 4_000);
    expect(Math.max(...gaps)).toBeLessThanOrEqual(300);
    expect(settled.call.caller.agent.path).toBe('relay');
    expect(settled.call.callee.agent.path).toBe('relay');
    settled.call.close();
  });

  test('a direct path that is cut again and again is missed no longer each time: what died was not late', () => {
    const settled = settledCall([routers.port, routers.port], { settleMs: 20_000 });
    for (let time = 0; time < 3; time += 1) {
      settled.universe.net.passes = ({ from, to }) => !(from.host.startsWith('81.2.') && to.host.startsWith('81.2.'));
      expect(Math.max(...gapsWhile(settled, 3_000))).toBeLessThanOrEqual(300);
      settled.universe.net.passes = () => true;
      settled.call.talk(9_000);
    }
    settled.call.close();
  });

  test('a far relay takes over as soon as it has answered, and stayed the only one, also over a narrow uplink', () => {
    const settled = settledCall([routers.port, routers.port], { relayHosts: ['198.41.0.4'], farMs: 125, settleMs: 20_000 });
    for (const side of [settled.call.caller, settled.call.callee]) side.agent.setNarrow(true);
    settled.universe.net.passes = ({ from, to }) => !(from.host.startsWith('81.2.') && to.host.startsWith('81.2.'));
    // A round trip of 580 ms, and half of one again.
    expect(Math.max(...gapsWhile(settled, 6_000))).toBeLessThanOrEqual(1_500);
    expect([settled.call.caller.agent.path, settled.call.callee.agent.path]).toEqual(['relay', 'relay']);
    settled.call.close();
  });

  test.each([
    ['caller', '81.2.0.1'],
    ['callee', '81.2.1.1'],
  ])('a path that is cut in one direction only, away from the %s, is left by both', (_who, host) => {
    const settled = settledCall([routers.port, routers.port]);
    settled.universe.net.passes = ({ from, to }) => !(from.host === host && to.host.startsWith('81.2.'));
    const gaps = gapsWhile(settled, 4_000);
    expect(Math.max(...gaps)).toBeLessThanOrEqual(300);
    expect(settled.call.caller.agent.path).toBe('relay');
    expect(settled.call.callee.agent.path).toBe('relay');
    settled.call.close();
  });

  test('a short break of everything changes no path, and what comes back is used at once', () => {
    const settled = settledCall([routers.port, routers.port]);
    settled.universe.net.passes = () => false;
    settled.call.talk(400);
    settled.universe.net.passes = () => true;
    settled.call.talk(2_000);
    expect(settled.call.caller.agent.path).toBe('direct');
    expect(settled.call.caller.hasFailed).toBe(false);
    const [first, last] = settled.call.talk(500);
    settled.universe.clock.advance(100);
    for (let number = first; number <= last; number += 1) expect(settled.call.callee.heard.has(number)).toBe(true);
    settled.call.close();
  });

  test('a doubt that was for nothing is taken back, and whoever was told of it stays where they are', () => {
    const settled = settledCall([routers.port, routers.port]);
    const [callers, callees] = [settled.call.caller.paths.length, settled.call.callee.paths.length];
    const isFromAnn = ({ from, to }: { from: { host: string }; to: { host: string } }): boolean =>
      from.host === '81.2.0.1' && to.host === '81.2.1.1';
    for (let time = 0; time < 5; time += 1) {
      settled.universe.net.passes = (packet) => !isFromAnn(packet);
      settled.call.talk(180);
      // In front of a place that is too narrow what she asks there is dropped, as much else is.
      settled.universe.net.passes = (packet) => !(isFromAnn(packet) && packet.bytes.readUInt16BE(0) === 1);
      settled.call.talk(600);
      settled.universe.net.passes = () => true;
      settled.call.talk(30_000);
    }
    expect([settled.call.caller.paths.length, settled.call.callee.paths.length]).toEqual([callers, callees]);
    settled.call.close();
  });

  test('a direct path that comes back is used again', () => {
    const settled = settledCall([routers.port, routers.port]);
    settled.universe.net.passes = ({ from, to }) => !(from.host.startsWith('81.2.') && to.host.startsWith('81.2.'));
    settled.call.talk(3_000);
    expect(settled.call.caller.agent.path).toBe('relay');
    settled.universe.net.passes = () => true;
    settled.call.talk(15_000);
    expect(settled.call.caller.agent.path).toBe('direct');
    settled.call.close();
  });

  test('a router that was restarted, with another address, is missed for less than two seconds', () => {
    const settled = settledCall([routers.port, routers.port]);
    settled.ann.router.renumber('81.2.77.1');
    expect(Math.max(...gapsWhile(settled, 6_000))).toBeLessThan(2_000);
    settled.call.close();
  });

  test('another network, with other addresses, is used in less than two seconds', () => {
    const settled = settledCall([routers.port, routers.port]);
    const router = new Router(settled.universe.net, '81.2.88.1', routers.port);
    settled.ann.computer.move([{ host: '192.168.88.2', router }]);
    expect(Math.max(...gapsWhile(settled, 6_000))).toBeLessThan(2_000);
    settled.call.talk(10_000);
    expect(settled.call.caller.agent.path).toBe('direct');
    settled.call.close();
  });

  test('nobody left: the path counts as failed when consent has run out', () => {
    const settled = settledCall([routers.port, routers.port]);
    settled.universe.net.passes = () => false;
    settled.universe.clock.advance(24_000);
    expect(settled.call.caller.hasFailed).toBe(false);
    settled.universe.clock.advance(9_000);
    expect(settled.call.caller.hasFailed).toBe(true);
    settled.call.close();
  });

  test('half a minute of sleep is no reason to lose a path', () => {
    const settled = settledCall([routers.port, routers.port]);
    settled.universe.clock.hang(32_000);
    settled.call.talk(1_000);
    const [first, last] = settled.call.talk(500);
    settled.universe.clock.advance(100);
    expect(settled.call.caller.hasFailed).toBe(false);
    for (let number = first; number <= last; number += 1) expect(settled.call.callee.heard.has(number)).toBe(true);
    settled.call.close();
  });
});

/** What leaves a home, kind by kind: how many packets. */
function watchUplink(settled: ReturnType<typeof settledCall>, host: string) {
  const sent = { direct: 0, elsewhere: 0, checks: 0 };
  settled.universe.net.passes = ({ from, to, bytes }) => {
    if (from.host !== host) return true;
    const isRelayed = !to.host.startsWith('81.2.');
    // A channel of TURN (RFC 8656 §12.4) has four bytes of its own; RFC 7983 §7: 0…3 is STUN.
    if (bytes.readUInt8(isRelayed && bytes.readUInt8(0) >= 64 ? 4 : 0) < 4) sent.checks += 1;
    else if (isRelayed) sent.elsewhere += 1;
    else sent.direct += 1;
    return true;
  };
  return sent;
}

/** 74 % is the voice's; every 3 s comes as much of something else as goes up in 390 ms. */
function talkOverNarrow(settled: ReturnType<typeof settledCall>, times: number): void {
  settled.universe.net.uplinkBps.set('81.2.0.1', 80_000);
  for (let time = 0; time < times; time += 1) {
    settled.universe.net.occupy('81.2.0.1', 3_900);
    settled.call.talk(3_000);
  }
}

describe('a narrow uplink that others keep busy for a third of a second, now and then', () => {
  test('is no reason to leave a path, nor to send twice what waits already', () => {
    const settled = settledCall([routers.port, routers.port]);
    const [callers, callees] = [settled.call.caller.paths.length, settled.call.callee.paths.length];
    const sent = watchUplink(settled, '81.2.0.1');
    talkOverNarrow(settled, 10);
    expect(settled.call.caller.paths.length).toBe(callers);
    expect(settled.call.callee.paths.length).toBe(callees);
    // The first times nobody knows it yet.
    expect(sent.elsewhere).toBeLessThan(sent.direct * 0.1);
    // In 30 s, of ten ways.
    expect(sent.checks).toBeLessThan(160);
    settled.call.close();
  });

  test('that is known to be narrow never gets anything twice', () => {
    const settled = settledCall([routers.port, routers.port]);
    settled.call.caller.agent.setNarrow(true);
    const sent = watchUplink(settled, '81.2.0.1');
    talkOverNarrow(settled, 10);
    expect(sent.elsewhere).toBe(0);
    expect(sent.checks).toBeLessThan(140);
    // A path that dies there is left as soon as another one has answered.
    settled.universe.net.uplinkBps.clear();
    settled.call.talk(60_000);
    settled.universe.net.passes = ({ from, to }) => !(from.host.startsWith('81.2.') && to.host.startsWith('81.2.'));
    expect(Math.max(...gapsWhile(settled, 4_000))).toBeLessThanOrEqual(550);
    settled.call.close();
  });
});

describe('what changes without anything having died', () => {
  test('from a relay to a direct path, that was found later, no packet is lost', () => {
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
        [turnServer(relay, 'ann'), stunServer(relay)],
        [turnServer(relay, 'ben'), stunServer(relay)],
      ],
    });
    universe.net.passes = ({ from, to }) => !(from.host.startsWith('81.2.') && to.host.startsWith('81.2.'));
    call.connect();
    expect(call.caller.paths).toEqual(['relay']);
    const [first] = call.talk(3_000);
    universe.net.passes = () => true;
    const [, last] = call.talk(12_000);
    universe.clock.advance(200);
    expect(call.caller.paths).toEqual(['relay', 'direct']);
    expect(call.callee.paths).toEqual(['relay', 'direct']);
    for (const side of [call.caller, call.callee]) {
      for (let number = first; number <= last; number += 1) expect(side.heard.has(number)).toBe(true);
    }
    call.close();
  });

  test('during a restart the old path carries media, without a gap, until the new one does', () => {
    const settled = settledCall([routers.port, routers.port]);
    const { call, universe } = settled;
    const before = call.caller.agent.credentials;
    call.restart();
    const [first, last] = call.talk(8_000);
    universe.clock.advance(200);
    expect(call.caller.agent.credentials).not.toEqual(before);
    for (const side of [call.caller, call.callee]) {
      for (let number = first; number <= last; number += 1) expect(side.heard.has(number)).toBe(true);
    }
    // The round before is over: what died would be found by the new one alone.
    universe.net.passes = ({ from, to }) => !(from.host.startsWith('81.2.') && to.host.startsWith('81.2.'));
    expect(Math.max(...gapsWhile(settled, 3_000))).toBeLessThanOrEqual(300);
    call.close();
  });

  test('an allocation is refreshed for as long as a call lasts, and given back after it', () => {
    const settled = settledCall([routers.symmetric, routers.symmetric]);
    for (let minute = 0; minute < 25; minute += 1) settled.universe.clock.advance(60_000);
    const [first, last] = settled.call.talk(500);
    settled.universe.clock.advance(200);
    for (let number = first; number <= last; number += 1) expect(settled.call.callee.heard.has(number)).toBe(true);
    expect(settled.relays.map(({ server }) => server.counts.allocations)).toEqual([2, 2]);
    settled.call.close();
    settled.universe.clock.advance(1_000);
    expect(settled.relays.map(({ server }) => server.counts.allocations)).toEqual([0, 0]);
  });
});

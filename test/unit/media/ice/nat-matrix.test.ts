import { describe, expect, test } from 'vitest';
import { openCall, openUniverse, stunServer, turnServer } from './sim-call.ts';
import { Computer, Router, routers, type RouterKind } from './sim-net.ts';
import { SimRelay } from './sim-relay.ts';

type Home = keyof typeof routers | 'public';
const homes: readonly Home[] = ['public', 'full', 'restricted', 'port', 'halfSymmetric', 'symmetric'];

const kindOf = (home: Home): RouterKind | null => (home === 'public' ? null : routers[home]);

/**
 * Whether two routers can be opened from both sides (RFC 5128 §3.3): one of them is seen under an address that the other does
 * not know, unless its mapping is the same for everybody; which is enough if the other lets in whoever has the right address.
 */
function canBeDirect(one: Home, other: Home): boolean {
  const passes = (from: Home, to: Home): boolean => {
    const [mapping, filtering] = [kindOf(from)?.mapping ?? 'endpoint', kindOf(to)?.filtering ?? 'endpoint'];
    return mapping === 'endpoint' || filtering !== 'port';
  };
  const isFixed = (home: Home): boolean => (kindOf(home)?.mapping ?? 'endpoint') === 'endpoint';
  return (isFixed(one) || isFixed(other)) && passes(one, other) && passes(other, one);
}

function place(universe: ReturnType<typeof openUniverse>, home: Home, number: number): Computer {
  const kind = kindOf(home);
  if (kind === null) return new Computer(universe.net, [{ host: `81.2.${number}.5`, router: null }]);
  const router = new Router(universe.net, `81.2.${number}.1`, kind);
  return new Computer(universe.net, [{ host: `192.168.${number}.2`, router }]);
}

describe('between every two kinds of homes', () => {
  const pairs = homes.flatMap((one) => homes.map((other) => [one, other] as const));

  test.each(pairs)('%s calls %s: connected at once, and directly where routers allow it', (one, other) => {
    const universe = openUniverse();
    const relay = new SimRelay(universe.net, '198.41.0.4');
    const second = new SimRelay(universe.net, '199.7.91.13');
    const servers = (who: string) => [stunServer(second), turnServer(relay, who)];
    const call = openCall(universe, {
      caller: place(universe, one, 1),
      callee: place(universe, other, 2),
      servers: [servers('ann'), servers('ben')],
    });
    expect(call.connect()).toBeLessThan(500);
    call.talk(15_000);
    const wanted = canBeDirect(one, other) ? ['direct', 'host'] : ['relay'];
    expect(wanted).toContain(call.caller.agent.path);
    expect(call.callee.agent.path).toBe(call.caller.agent.path);
    const [first, last] = call.talk(1_000);
    universe.clock.advance(200);
    for (const side of [call.caller, call.callee]) {
      for (let number = first; number <= last; number += 1) expect(side.heard.has(number)).toBe(true);
    }
    call.close();
  });

  test.each([1, 2, 3, 4, 5])('a fifth of all packets lost (seed %i): connected within three seconds', (seed) => {
    const universe = openUniverse(seed);
    universe.net.loss = 0.2;
    const relay = new SimRelay(universe.net, '198.41.0.4');
    const call = openCall(universe, {
      caller: place(universe, 'port', 1),
      callee: place(universe, 'port', 2),
      servers: [[turnServer(relay, 'ann')], [turnServer(relay, 'ben')]],
    });
    expect(call.connect()).toBeLessThan(3_000);
    call.talk(10_000);
    expect(call.caller.agent.path).toBe('direct');
    call.close();
  });

  test('in the same home: directly, within the home', () => {
    const universe = openUniverse();
    const router = new Router(universe.net, '81.2.1.1', routers.symmetric);
    const [caller, callee] = ['192.168.1.2', '192.168.1.3'].map((host) => new Computer(universe.net, [{ host, router }]));
    if (caller === undefined || callee === undefined) throw new Error('two computers');
    const call = openCall(universe, { caller, callee });
    expect(call.connect()).toBeLessThan(150);
    expect(call.caller.paths).toEqual(['host']);
    expect(call.callee.paths).toEqual(['host']);
    call.close();
  });

  test.each(['ann', 'ben', 'both'] as const)('without UDP at %s: through a relay over TCP', (who) => {
    const universe = openUniverse();
    const relay = new SimRelay(universe.net, '198.41.0.4');
    const [caller, callee] = [place(universe, 'port', 1), place(universe, 'port', 2)];
    if (who !== 'ben') caller.hasUdp = false;
    if (who !== 'ann') callee.hasUdp = false;
    const both = (name: string) => [turnServer(relay, name), turnServer(relay, name, 'tcp')];
    const call = openCall(universe, { caller, callee, servers: [both('ann'), both('ben')] });
    expect(call.connect()).toBeLessThan(1_500);
    const [first, last] = call.talk(2_000);
    universe.clock.advance(200);
    expect(call.caller.agent.path).toBe('relay');
    for (const side of [call.caller, call.callee]) {
      for (let number = first; number <= last; number += 1) expect(side.heard.has(number)).toBe(true);
    }
    call.close();
  });

  test.each(['symmetric', 'full'] as const)(
    'a %s home and one without UDP meet soon after the relays are there, of which there are three',
    (home) => {
      const universe = openUniverse();
      const relays = ['198.41.0.4', '199.7.91.13', '192.5.5.241'].map((host) => new SimRelay(universe.net, host));
      const [caller, callee] = [place(universe, home, 1), place(universe, 'port', 2)];
      callee.hasUdp = false;
      const call = openCall(universe, {
        caller,
        callee,
        servers: [
          relays.flatMap((relay) => [stunServer(relay), turnServer(relay, 'ann')]),
          relays.map((relay) => turnServer(relay, 'ben', 'tcp')),
        ],
      });
      // 40 ms from either to a relay and back; 30 ms for each thing that they tell each other.
      expect(call.connect()).toBeLessThan(400);
      call.close();
    },
  );

  test('the way to a relay that is named first waits for no other', () => {
    const setupMs = (order: readonly ('udp' | 'tcp')[]): number => {
      const universe = openUniverse();
      const relay = new SimRelay(universe.net, '198.41.0.4');
      const [caller, callee] = [place(universe, 'port', 1), place(universe, 'port', 2)];
      caller.hasUdp = false;
      const ways = (name: string) => order.map((transport) => turnServer(relay, name, transport));
      const call = openCall(universe, { caller, callee, servers: [ways('ann'), ways('ben')] });
      const connectedMs = call.connect();
      call.close();
      return connectedMs;
    };
    expect(setupMs(['tcp', 'udp'])).toBeLessThanOrEqual(setupMs(['udp', 'tcp']) - 200);
  });

  test('directly: three relays are kept ready with few packets of theirs', () => {
    const universe = openUniverse();
    const relays = ['198.41.0.4', '199.7.91.13', '192.5.5.241'].map((host) => new SimRelay(universe.net, host));
    const servers = (who: string) => relays.flatMap((relay) => [stunServer(relay), turnServer(relay, who)]);
    let fromRelays = 0;
    universe.net.passes = ({ from }) => {
      if (relays.some(({ host }) => host === from.host)) fromRelays += 1;
      return true;
    };
    const call = openCall(universe, {
      caller: place(universe, 'port', 1),
      callee: place(universe, 'port', 2),
      servers: [servers('ann'), servers('ben')],
    });
    call.connect();
    call.talk(4_000);
    expect(call.caller.agent.path).toBe('direct');
    expect(fromRelays).toBeLessThan(200);
    fromRelays = 0;
    call.talk(10_000);
    expect(fromRelays).toBeGreaterThan(0);
    expect(fromRelays).toBeLessThan(50);
    call.close();
  });
});

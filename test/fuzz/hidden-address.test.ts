import * as fc from 'fast-check';
import { expect, it } from 'vitest';
import { openCall, openUniverse, stunServer, turnServer, type Side } from '../unit/media/ice/sim-call.ts';
import { Computer, Router, routers, type Packet } from '../unit/media/ice/sim-net.ts';
import { SimRelay } from '../unit/media/ice/sim-relay.ts';

/** Every address of a person, seen from inside and from outside. */
interface Home {
  readonly computer: Computer;
  readonly addresses: readonly string[];
}

const relayHost = '198.41.0.4';
/** RFC 8489 §14.2: what an address in a message is XORed with. */
const magicCookie = 0x21_12_a4_42;

/** An address as text, as bytes, and as STUN writes it. */
function formsOf(address: string): readonly Buffer[] {
  const bytes = Buffer.from(address.split('.').map(Number));
  const xored = Buffer.alloc(4);
  xored.writeUInt32BE((bytes.readUInt32BE() ^ magicCookie) >>> 0);
  return [Buffer.from(address), bytes, xored];
}

const kind = fc.constantFrom(...Object.values(routers));
/** Where a peer may want to lure somebody: to a stranger, into a home, to the asker itself, or nowhere. */
const address = fc.oneof(
  fc.ipV4(),
  fc.ipV6(),
  fc.constantFrom(
    '127.0.0.1',
    '192.168.0.2',
    '192.168.1.2',
    '192.168.0.77',
    '81.2.0.1',
    '81.2.1.1',
    relayHost,
    '::ffff:81.2.1.1',
    '',
  ),
);
const candidate = fc.record({
  foundation: fc.constant('x'),
  priority: fc.nat(2 ** 31 - 1),
  address,
  port: fc.nat(65_535),
  type: fc.constantFrom('host', 'srflx', 'prflx', 'relay'),
});
const trouble = fc.record({
  kinds: fc.tuple(kind, kind),
  seed: fc.nat(1_000),
  candidates: fc.array(candidate, { maxLength: 30 }),
  /** One of so many packets arrives changed somewhere; 0: none. */
  changedOneOf: fc.constantFrom(0, 5, 20),
  isRelayLostForAWhile: fc.boolean(),
  isRestarted: fc.boolean(),
});

function openHomes({ net }: ReturnType<typeof openUniverse>, kinds: readonly (typeof routers)[keyof typeof routers][]) {
  const [caller, callee] = kinds.map((each, index): Home => {
    const addresses = [`192.168.${index}.2`, `81.2.${index}.1`] as const;
    return { addresses, computer: new Computer(net, [{ host: addresses[0], router: new Router(net, addresses[1], each) }]) };
  });
  if (caller === undefined || callee === undefined) throw new Error('two homes');
  return [caller, callee] as const;
}

/** A failure prints fast-check's seed and the smallest example. */
it('who hides the address sends to relays alone, and tells no address, whatever the other side and the network do', () => {
  let connected = 0;
  const isHidden = fc.property(trouble, ({ kinds, seed, candidates, changedOneOf, isRelayLostForAWhile, isRestarted }) => {
    const universe = openUniverse(seed);
    const { net, clock } = universe;
    const relay = new SimRelay(net, relayHost);
    const homes = openHomes(universe, kinds);
    let isRelayLost = false;
    const given: Packet[] = [];
    net.passes = (packet) => {
      const { from, to, bytes } = packet;
      if (isRelayLost && [from.host, to.host].includes(relayHost)) return false;
      // Before it is changed: chance writes addresses, too.
      if (from.host === relayHost) given.push({ ...packet, bytes: Buffer.from(bytes) });
      const isChanged = changedOneOf > 0 && net.random.fraction() < 1 / changedOneOf;
      if (isChanged) bytes.writeUInt8(Math.floor(net.random.fraction() * 256), Math.floor(net.random.fraction() * bytes.length));
      return true;
    };
    const call = openCall(universe, {
      caller: homes[0].computer,
      callee: homes[1].computer,
      servers: [
        [stunServer(relay), turnServer(relay, 'ann')],
        [stunServer(relay), turnServer(relay, 'ben')],
      ],
      relayOnly: true,
    });
    call.connect(2_000);
    if (call.caller.isConnected && call.callee.isConnected) connected += 1;
    for (const each of candidates) for (const { agent } of [call.caller, call.callee]) agent.addRemoteCandidate(each);
    call.talk(500);
    if (isRestarted) call.restart();
    isRelayLost = isRelayLostForAWhile;
    call.talk(1_500);
    isRelayLost = false;
    call.talk(1_000);
    const sides: readonly (readonly [Side, Home, Home])[] = [
      [call.caller, homes[0], homes[1]],
      [call.callee, homes[1], homes[0]],
    ];
    for (const [side, own, other] of sides) {
      for (const told of side.told) {
        expect(told.type).toBe('relay');
        expect(own.addresses).not.toContain(told.address);
      }
      // Nothing left the computer but to the relay …
      expect([...own.computer.sent.keys()].filter((host) => host !== relayHost)).toEqual([]);
      // … and what the relay hands the other says nothing of it.
      const forms = own.addresses.flatMap(formsOf);
      const handed = given.filter(({ to }) => to.host === other.addresses[1]);
      expect(handed.filter(({ bytes }) => forms.some((form) => bytes.includes(form)))).toEqual([]);
    }
    call.close();
    clock.advance(60_000);
  });
  fc.assert(isHidden, { numRuns: 40, endOnFailure: true });
  // They did talk: the silence above is no accident.
  expect(connected).toBeGreaterThan(10);
});

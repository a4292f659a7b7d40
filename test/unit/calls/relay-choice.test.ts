import { describe, expect, it } from 'vitest';
import { chooseRelays, stunServers, turnServers } from '../../../main/calls/relay-choice.ts';
import type { KnownRelay } from '../../../main/overlay/index.ts';
import { testRelay } from './relays.ts';

const [one, two, three, four, five] = [testRelay(1), testRelay(2), testRelay(3), testRelay(4), testRelay(5)];
const offered = ({ relay, rttMs }: KnownRelay) => ({ relay, rttMs });
const hosts = (chosen: ReturnType<typeof chooseRelays>): readonly (string | null)[] => chosen.map(({ relay }) => relay.host4);

describe('the relays of a call', () => {
  it('are those with the shortest way through them, not the nearest to one end', () => {
    const own = [one.known(10), two.known(40), three.known(45), four.known(60)];
    const theirs = [one.known(190), two.known(30), three.known(20), four.known(100)].map(offered);
    expect(hosts(chooseRelays(own, theirs))).toEqual([three.host, two.host, four.host]);
  });

  it('stand in different networks where they can', () => {
    const neighbours = [testRelay(1, { network: 9 }), testRelay(2, { network: 9 }), testRelay(3, { network: 9 })];
    const own = [...neighbours.map((relay) => relay.known(10)), four.known(80), five.known(90)];
    expect(hosts(chooseRelays(own, own.map(offered)))).toEqual(['5.9.0.1', four.host, five.host]);
    const alone = neighbours.map((relay) => relay.known(10));
    expect(chooseRelays(alone, []).length).toBe(3);
  });

  it('are some of each side’s own, however far', () => {
    const own = [one.known(1), two.known(2), three.known(3)];
    const theirs = [offered(four.known(60_000))];
    expect(hosts(chooseRelays(own, theirs))).toEqual([one.host, two.host, three.host, four.host]);
    expect(hosts(chooseRelays([four.known(60_000)], own.map(offered)))).toEqual([one.host, two.host, three.host, four.host]);
  });

  it('are none where nobody knows any', () => {
    expect(chooseRelays([], [])).toEqual([]);
  });

  it('are where we know them to be, whatever we are told', () => {
    const lie = { ...offered(one.known(1)), relay: { ...one.known(1).relay, host4: '6.6.6.6' } };
    expect(hosts(chooseRelays([one.known(1)], [lie]))).toEqual([one.host]);
  });
});

it('every way to a relay is told to media: UDP, TCP, and TLS with its pin', () => {
  const words = [{ ...one.known(12), own: one.known(12), username: 'name', credential: 'word' }];
  const servers = turnServers(words, false);
  const pin = Buffer.alloc(32, 1).toString('base64url');
  const common = { kind: 'turn', address: one.host, username: 'name', credential: 'word', rttMs: 12 };
  expect(servers).toEqual([
    { ...common, transport: 'udp', port: 3478 },
    { ...common, transport: 'tcp', port: 3479 },
    { ...common, transport: 'tls', port: 443, tlsPin: pin },
  ]);
  expect(turnServers(words, true).map(({ transport }) => transport)).toEqual(['tls', 'tcp', 'udp']);
});

it('at most three are asked for our address, and at most sixteen servers come together', () => {
  const known = [one, two, three, four].map((relay) => relay.known(5));
  const six = known.map((each) => ({ ...each, relay: { ...each.relay, host6: '2606:4700::1' } }));
  const words = six.map((each) => ({ relay: each.relay, own: each, username: 'n', credential: 'w' }));
  expect(stunServers(known)).toHaveLength(3);
  expect(stunServers(six).length + turnServers(words, false).length).toBeLessThanOrEqual(16);
});

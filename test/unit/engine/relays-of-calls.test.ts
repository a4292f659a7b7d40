import { expect, it } from 'vitest';
import { relaysOfCalls } from '../../../main/engine/relays-of-calls.ts';

const bytes = new Uint8Array(32);
const relayAt = (host6: string | null) => ({
  relay: { host4: '5.6.7.8', host6, udp: 1, tcp: 2, tls: 3, key: bytes, pin: bytes },
  rttMs: 10,
  clockOffsetMs: 0,
});

it('nobody is sent into their own network by the IPv6 address that a relay names', () => {
  const named = ['2606:4700::1', null, '::1', 'fd00::1', 'fe80::1', '::ffff:10.0.0.1', '64:ff9b::a00:1', '2002:a00:1::1'];
  const known = { known: () => named.map(relayAt), onChange: () => () => undefined, setOwn: () => undefined };
  const overlay = { relays: known, health: () => ({ gateway: null }) };
  const device = 'aa'.repeat(32);
  const relays = relaysOfCalls(overlay, () => ({ account: device, device, certificate: bytes, sign: () => bytes }), false);
  expect(relays.known().map(({ relay }) => relay.host6)).toEqual(['2606:4700::1', ...named.slice(1).map(() => null)]);
  expect(relays.known().every(({ relay }) => relay.host4 === '5.6.7.8')).toBe(true);
});

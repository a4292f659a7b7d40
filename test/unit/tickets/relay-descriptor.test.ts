import { encode } from 'cborg';
import { expect, it } from 'vitest';
import { encodeCbor } from '../../../main/ports/cbor.ts';
import {
  decodeRelayAnswer,
  encodeRelayAnswer,
  maxRelayAnswerBytes,
  relayDescriptorSchema,
  type RelayAnswer,
} from '../../../main/tickets/index.ts';

const answer: RelayAnswer = {
  host6: '2606:4700::9',
  udp: 3478,
  tcp: 3478,
  tls: 443,
  key: new Uint8Array(32).fill(1),
  pin: new Uint8Array(32).fill(2),
  nowS: 1_700_000_000,
};

it('an answer survives the wire, with the longest address too', () => {
  const longest = { ...answer, host6: '2606:4700:aaaa:bbbb:cccc:dddd:eeee:ffff' };
  expect(decodeRelayAnswer(encodeRelayAnswer(longest))).toEqual(longest);
  expect(encodeRelayAnswer(longest).byteLength).toBeLessThanOrEqual(maxRelayAnswerBytes);
});

it('fields of a later version are ignored', () => {
  expect(decodeRelayAnswer(encodeCbor({ v: 1, ...answer, load: 1 }))).toEqual(answer);
});

it.each([
  ['a name in place of an address', { ...answer, v: 1, host6: 'relay.example' }],
  ['an IPv4 address of somebody’s', { ...answer, v: 1, host6: '1.2.3.4' }],
  ['no port at all', { ...answer, v: 1, udp: 0, tcp: 0, tls: 0 }],
  ['a port that is none', { ...answer, v: 1, udp: 65_536 }],
  ['a short key', { ...answer, v: 1, key: new Uint8Array(31) }],
  ['another version', { ...answer, v: 2 }],
])('%s is no answer', (_what, value) => {
  expect(decodeRelayAnswer(encode(value))).toBeNull();
});

it('a descriptor has an address and literal ones only', () => {
  const relay = { ...answer, host4: '5.6.7.8' };
  expect(relayDescriptorSchema.safeParse(relay).success).toBe(true);
  expect(relayDescriptorSchema.safeParse({ ...relay, host4: null, host6: null }).success).toBe(false);
  expect(relayDescriptorSchema.safeParse({ ...relay, host4: 'localhost' }).success).toBe(false);
});

import { isDeepStrictEqual } from 'node:util';
import { encode } from 'cborg';
import * as fc from 'fast-check';
import { expect, it } from 'vitest';
import { callWireLimits, decodeCallMessage, encodeCallMessage, type CallMessage } from '../../main/calls/call-signal.ts';
import { isFingerprintBound } from '../../main/calls/session-description.ts';

const id = 'ab'.repeat(16);
const hex = Array.from({ length: 32 }, () => 'AB').join(':');
const description = { sdp: `v=0\r\na=fingerprint:sha-256 ${hex}\r\n`, fingerprint: `sha-256 ${hex}` };

const relayPlace = {
  host4: '5.6.7.8',
  host6: null,
  udp: 1,
  tcp: 2,
  tls: 3,
  key: new Uint8Array(32),
  pin: new Uint8Array(32),
};
const relayOffer = { dh: new Uint8Array(32), relays: [{ relay: relayPlace, rttMs: 12 }] };
const relayAnswer = { ticket: new Uint8Array(200), signature: new Uint8Array(64), relays: [relayPlace] };

const messages: readonly CallMessage[] = [
  { type: 'hello', sentMs: 1 },
  { id, signal: { type: 'offer', sentMs: 1, description } },
  { id, signal: { type: 'offer', sentMs: 1, description, relay: relayOffer } },
  { id, signal: { type: 'answer', description, extensions: ['hold', 'of a later version'] } },
  { id, signal: { type: 'answer', description, overlayTag: new Uint8Array(7).fill(9) } },
  { id, signal: { type: 'answer', description, relay: relayAnswer } },
  { id, signal: { type: 'ticket', signature: new Uint8Array(64) } },
  { id, signal: { type: 'candidate', candidate: 'candidate:1' } },
  { id, signal: { type: 'ringing' } },
  { id, signal: { type: 'accept' } },
  { id, signal: { type: 'decline' } },
  { id, signal: { type: 'busy' } },
  { id, signal: { type: 'hang-up', why: 'no-path' } },
  { id, signal: { type: 'bye' } },
  { id, signal: { type: 'mute', muted: true } },
  { id, signal: { type: 'restart', description } },
  { id, signal: { type: 'restarted', description } },
  { id, signal: { type: 'restart', description, relay: relayOffer } },
  { id, signal: { type: 'restarted', description, relay: relayAnswer } },
  { id, signal: { type: 'restart-wanted' } },
  { id, signal: { type: 'hold', held: true } },
  { id, signal: { type: 'recording', on: true } },
  { id, signal: { type: 'recording-shown' } },
  { type: 'unknown' },
];

it.each(messages)('%o survives the wire', (message) => {
  expect(decodeCallMessage(encodeCallMessage(message))).toEqual(message);
});

/** Decodes without an error, and what it takes for a message can be said again. */
function isSafe(bytes: Uint8Array): boolean {
  const message = decodeCallMessage(bytes);
  return message === null || isDeepStrictEqual(decodeCallMessage(encodeCallMessage(message)), message);
}

/** A failure prints fast-check's seed and the smallest example. */
const always =
  (...check: Parameters<typeof fc.assert>) =>
  (): void => {
    void fc.assert(...check);
  };

it('any bytes are a message or null, never an error', () => {
  expect(always(fc.property(fc.uint8Array({ maxLength: 400 }), isSafe), { numRuns: 5_000 })).not.toThrow();
});

it('a message with changed, missing or added bytes is a message or null, never an error', () => {
  const damaged = fc.tuple(fc.constantFrom(...messages), fc.nat(), fc.nat(255), fc.nat(3)).map(([message, where, value, cut]) => {
    const bytes = encodeCallMessage(message);
    const changed = Uint8Array.from(bytes.subarray(0, bytes.length - cut));
    changed[where % changed.length] = value;
    return changed;
  });
  expect(always(fc.property(damaged, isSafe), { numRuns: 5_000 })).not.toThrow();
});

it('any structure is a message or null, never an error', () => {
  const structured = fc.object({ withBigInt: false, withNullPrototype: false }).map((signal) => encode({ id, signal }));
  expect(always(fc.property(structured, isSafe))).not.toThrow();
});

it.each([
  ['an unknown type of absurd length', { id, signal: { type: 'x'.repeat(33) } }],
  ['a short id', { id: 'ab', signal: { type: 'accept' } }],
  ['an SDP above 8 KiB', { id, signal: { type: 'answer', description: { ...description, sdp: 'x'.repeat(8_193) } } }],
  ['a candidate above 512 characters', { id, signal: { type: 'candidate', candidate: 'x'.repeat(513) } }],
  ['an unknown reason', { id, signal: { type: 'hang-up', why: 'bored' } }],
  ['a long ticket', { id, signal: { type: 'answer', description, relay: { ...relayAnswer, ticket: new Uint8Array(221) } } }],
  [
    'seven relays',
    {
      id,
      signal: {
        type: 'offer',
        sentMs: 1,
        description,
        relay: { ...relayOffer, relays: Array.from({ length: 7 }, () => relayOffer.relays[0]) },
      },
    },
  ],
  [
    'a relay with a name',
    { id, signal: { type: 'answer', description, relay: { ...relayAnswer, relays: [{ ...relayPlace, host4: 'localhost' }] } } },
  ],
  ['a weaker fingerprint', { id, signal: { type: 'answer', description: { ...description, fingerprint: 'sha-1 AB:CD' } } }],
])('%s is refused', (_what, value) => {
  expect(decodeCallMessage(encode(value))).toBeNull();
});

it('more bytes than a message may have are refused before they are read', () => {
  const padded = encode({ id, signal: { type: 'accept' }, padding: new Uint8Array(callWireLimits.maxMessageBytes) });
  expect(decodeCallMessage(padded)).toBeNull();
});

it('unknown fields of a later version are ignored', () => {
  expect(decodeCallMessage(encode({ id, signal: { type: 'accept', video: true }, more: 1 }))).toEqual({
    id,
    signal: { type: 'accept' },
  });
});

it('a description is bound only if every fingerprint in it is the one that was vouched for', () => {
  const other = description.sdp.replaceAll('AB', 'CD');
  expect(isFingerprintBound(description)).toBe(true);
  expect(isFingerprintBound({ ...description, sdp: description.sdp.replaceAll('AB', 'ab') })).toBe(true);
  expect(isFingerprintBound({ ...description, sdp: other })).toBe(false);
  expect(isFingerprintBound({ ...description, sdp: description.sdp + other })).toBe(false);
  expect(isFingerprintBound({ ...description, sdp: 'v=0\r\n' })).toBe(false);
  expect(isFingerprintBound({ ...description, sdp: `v=0\na=fingerprint:sha-1 AB\n` })).toBe(false);
});

import * as fc from 'fast-check';
import { expect, it } from 'vitest';
import { checkSignature } from '../../main/identity/signed.ts';
import {
  createTicketVerifier,
  decodeRelayAnswer,
  decodeTicket,
  encodeRelayAnswer,
  encodeTicket,
  parseUsername,
  usernameOf,
} from '../../main/tickets/index.ts';
import { fromS, relayKeys, signed } from '../unit/tickets/tickets.ts';
import { mutationsOf } from './mutations.ts';

const good = signed();
const answer = encodeRelayAnswer({
  host6: null,
  udp: 1,
  tcp: 2,
  tls: 3,
  key: good.ticket.slice(0, 32),
  pin: good.ticket.slice(0, 32),
  nowS: 1,
});
const { check } = createTicketVerifier({ keys: relayKeys, checkSignature, nowMs: () => fromS * 1000 });
const valid = new Set([usernameOf('caller', good), usernameOf('callee', good)]);

/** A failure prints fast-check's seed and the smallest example. */
const always =
  <Value>(values: fc.Arbitrary<Value>, isSafe: (value: Value) => boolean, numRuns = 3_000) =>
  (): void =>
    fc.assert(fc.property(values, isSafe), { numRuns });

it('any bytes are a ticket or null, and a ticket has one form', () => {
  const isSafe = (bytes: Uint8Array): boolean => {
    const ticket = decodeTicket(bytes);
    return ticket === null || Buffer.compare(encodeTicket(ticket), bytes) === 0;
  };
  expect(always(mutationsOf(good.ticket), isSafe)).not.toThrow();
});

it('any text is a user name or null, a name is written in one way, and none near a good one gets in', () => {
  const near = mutationsOf(Buffer.from(usernameOf('caller', good), 'base64url')).map((bytes) =>
    Buffer.from(bytes).toString('base64url'),
  );
  const isSafe = (username: string): boolean => {
    const parsed = parseUsername(username);
    const isOneForm = parsed === null || usernameOf(parsed.side, parsed) === username;
    return isOneForm && (valid.has(username) || check(username) === null);
  };
  expect(always(fc.oneof(near, fc.string({ maxLength: 600 })), isSafe)).not.toThrow();
});

it('any bytes are what a relay says of itself or null, never an error', () => {
  expect(always(mutationsOf(answer), (bytes) => decodeRelayAnswer(bytes) === null || bytes.byteLength <= 400)).not.toThrow();
});

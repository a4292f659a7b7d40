import { encode } from 'cborg';
import { expect, it } from 'vitest';
import { checkSignature, signBytes } from '../../../main/identity/signed.ts';
import { toHex } from '../../../main/ports/hex.ts';
import {
  createTicketVerifier,
  credentialsFor,
  decodeTicket,
  encodeTicket,
  maxTicketBytes,
  maxUsernameChars,
  relayId,
  ticketDomain,
  ticketEarlyS,
  ticketLifetimeS,
  usernameOf,
  type SignedTicket,
} from '../../../main/tickets/index.ts';
import { calleeDevice, calleeDh, callerDevice, callerDh, fromS, goodTicket, relayKeys, signBoth, signed } from './tickets.ts';

const verifierAt = (nowS: number) => createTicketVerifier({ keys: relayKeys, checkSignature, nowMs: () => nowS * 1000 });
const check = (username: string, nowS = fromS) => verifierAt(nowS).check(username);

it('both sides of a call get in, each on its own device and with the password that only it can compute', () => {
  const both = signed();
  const caller = credentialsFor('caller', both, callerDh.secretKey, relayKeys.publicKey);
  const callee = credentialsFor('callee', both, calleeDh.secretKey, relayKeys.publicKey);
  const of = (device: Uint8Array, password: string | undefined) => ({ device: toHex(device), password, call: '09'.repeat(16) });
  expect(check(caller?.username ?? '')).toEqual(of(callerDevice.publicKey, caller?.password));
  expect(check(callee?.username ?? '')).toEqual(of(calleeDevice.publicKey, callee?.password));
  expect(caller?.password).not.toBe(callee?.password);
});

it('a ticket with four relays survives its encoding, and fits where it must', () => {
  const relays = [1, 2, 3, 4].map((digit) => relayId(new Uint8Array(32).fill(digit)));
  const bytes = encodeTicket({ ...goodTicket, relays });
  expect(decodeTicket(bytes)).toEqual({ ...goodTicket, relays });
  expect(bytes.byteLength).toBeLessThanOrEqual(maxTicketBytes);
  expect(usernameOf('caller', signBoth(bytes)).length).toBeLessThanOrEqual(maxUsernameChars);
  expect(maxUsernameChars).toBeLessThanOrEqual(508);
});

it('the password changes with the ticket, so that a fresh ticket is a fresh secret', () => {
  const first = credentialsFor('caller', signed(), callerDh.secretKey, relayKeys.publicKey);
  const later = credentialsFor('caller', signed({ from: fromS + 1 }), callerDh.secretKey, relayKeys.publicKey);
  expect(first?.password).not.toBe(later?.password);
});

it('a relay key of low order makes no password', () => {
  expect(credentialsFor('caller', signed(), callerDh.secretKey, new Uint8Array(32))).toBeNull();
});

const as = (ticket: SignedTicket, side: 'caller' | 'callee' = 'caller'): string => usernameOf(side, ticket);
const raw = (fields: readonly unknown[]): string => as(signBoth(encode(fields)));
const fields = [
  1,
  goodTicket.call,
  goodTicket.caller,
  goodTicket.callee,
  goodTicket.callerDh,
  goodTicket.calleeDh,
  fromS,
  [...goodTicket.relays],
] as const;
const at = (index: number, value: unknown): string => raw(fields.map((field, place) => (place === index ? value : field)));
const wrongSignature = signBytes('lilliput/hello/1', signed().ticket, callerDevice.secretKey);
const good = as(signed());
/** 24 written in two bytes, where one would do. */
const wasteful = (): string => {
  const bytes = Buffer.from(encodeTicket({ ...goodTicket, from: 20 }));
  const where = bytes.lastIndexOf(Buffer.from([20, 0x81]));
  return as(
    signBoth(new Uint8Array(Buffer.concat([bytes.subarray(0, where), Buffer.from([24, 20]), bytes.subarray(where + 1)]))),
  );
};

it.each<[what: string, username: string, nowS?: number]>([
  ['one that ran out', good, fromS + ticketLifetimeS],
  ['a replay after it ran out', good, fromS + 86_400],
  ['one of the future', good, fromS - ticketEarlyS - 1],
  ['one for another relay', as(signed({ relays: [relayId(new Uint8Array(32).fill(8))] }))],
  ['a side that is none', Buffer.concat([Uint8Array.of(2), Buffer.from(good, 'base64url').subarray(1)]).toString('base64url')],
  ['the caller’s signature of another purpose', as({ ...signed(), callerSignature: wrongSignature })],
  ['the callee’s signature by somebody else', as({ ...signed(), calleeSignature: signed().callerSignature })],
  ['signatures of another ticket', as({ ...signed({ from: fromS + 1 }), ticket: signed().ticket })],
  ['exchanged signatures', as(signBoth(signed().ticket, [calleeDevice, callerDevice]))],
  ['a device on its own', as(signBoth(encodeTicket({ ...goodTicket, callee: goodTicket.caller }), [callerDevice, callerDevice]))],
  ['a key of low order', as(signed({ callerDh: new Uint8Array(32) }))],
  ['a later version', at(0, 2)],
  ['a short call id', at(1, new Uint8Array(15))],
  ['a time that is none', at(6, -1)],
  ['no relay', at(7, [])],
  [
    'five relays',
    at(
      7,
      Array.from({ length: 5 }, () => goodTicket.relays[0]),
    ),
  ],
  ['a field too many', raw([...fields, 0])],
  ['a field too few', raw(fields.slice(0, 7))],
  ['a map', as(signBoth(encode({ v: 1 })))],
  ['numbers not in their shortest form', wasteful(), 20],
  ['an oversized one', as(signBoth(new Uint8Array(maxTicketBytes + 1)))],
  ['base64 in another alphabet', good.replaceAll('-', '+').replaceAll('_', '/') + (/[-_]/u.test(good) ? '' : '+')],
  ['padding', `${good}=`],
  ['a character that base64url has not', `${good.slice(0, -1)}!`],
  ['nothing', ''],
  ['a name without a ticket', Buffer.alloc(129).toString('base64url')],
  ['garbage', 'anna'],
])('%s opens no allocation', (_what, username, nowS = fromS) => {
  expect(check(username, nowS)).toBeNull();
});

it('the last second before it runs out, and the earliest allowed one, are in time', () => {
  expect(check(good, fromS + ticketLifetimeS - 1)).not.toBeNull();
  expect(check(good, fromS - ticketEarlyS)).not.toBeNull();
});

it('what is signed is the ticket under its own purpose', () => {
  expect(checkSignature(toHex(callerDevice.publicKey), ticketDomain, signed().ticket, signed().callerSignature)).toBe(true);
});

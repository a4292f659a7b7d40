import { describe, expect, test } from 'vitest';
import { publicKeyOfSeed, tweakedPair } from '../../../native-shims/hyperdht/index.ts';
import { verifyDetached } from '../../../native-shims/sodium/index.ts';
import { dayKey, dayPair, daysAround } from '../../../main/overlay/people/day-keys.ts';
import {
  encodeHello,
  encodeReplaced,
  helloMaxBytes,
  openHello,
  openReplaced,
  openReplacedHello,
  type HelloBody,
  type HelloChecks,
} from '../../../main/overlay/people/hello.ts';
import { systemRandom } from '../../../main/ports/random.ts';
import { checkCertificate, checkSignature, createPerson } from '../../sim/world.ts';

describe('keys of the day', () => {
  test('both sides derive the same key, another every day, and another for every secret', () => {
    const { listening, address } = createPerson();
    const days = [20_000, 20_001, 20_002];
    expect(days.map((day) => dayKey(address, day))).toEqual(days.map((day) => dayPair(listening, day).publicKey));
    expect(new Set(days.map((day) => dayKey(address, day).toString('hex'))).size).toBe(3);
    expect(dayKey({ ...address, secret: systemRandom.bytes(32) }, 20_000)).not.toEqual(dayKey(address, 20_000));
    expect(dayKey(address, 20_000)).not.toEqual(Buffer.from(address.base));
  });

  test('what the moved key signs, ordinary Ed25519 verifies', () => {
    const pair = tweakedPair(systemRandom.bytes(32), Buffer.from('some tweak'));
    const message = Buffer.from('an announcement');
    const signature = 'sign' in pair ? pair.sign(message) : Buffer.alloc(64);
    expect(verifyDetached(signature, message, pair.publicKey)).toBe(true);
    expect(verifyDetached(signature, message, publicKeyOfSeed(systemRandom.bytes(32)))).toBe(false);
  });

  const hour = 3_600_000;
  test.each([
    [0, [-1, 0]],
    [2 * hour - 1, [-1, 0]],
    [2 * hour, [0]],
    [12 * hour, [0]],
    [22 * hour - 1, [0]],
    [22 * hour, [0, 1]],
  ])('at %i ms the days are %j', (nowMs, days) => {
    expect(daysAround(nowMs)).toEqual(days);
  });

  test('two clocks up to four hours apart always share a day', () => {
    for (let nowMs = 0; nowMs < 48 * hour; nowMs += hour / 4) {
      const there = daysAround(nowMs + 4 * hour);
      expect(daysAround(nowMs).some((day) => there.includes(day))).toBe(true);
    }
  });
});

describe('a hello', () => {
  const checks: HelloChecks = { certificate: checkCertificate, successor: () => null, signature: checkSignature };
  const body: HelloBody = { instance: 'ab'.repeat(16), session: null, received: new Map([['lilliput/chat/1', 7]]) };
  const hash = systemRandom.bytes(64);
  const person = createPerson();
  const hello = encodeHello(person.identity, hash, 'dialer', body);

  test('says who, and what they have', () => {
    expect(openHello(hello, hash, 'dialer', checks, 0)).toEqual({
      ...body,
      peer: { account: person.identity.account, device: person.identity.device },
    });
  });

  test('counts for no other connection, no other direction, and no other device', () => {
    expect(openHello(hello, systemRandom.bytes(64), 'dialer', checks, 0)).toBeNull();
    expect(openHello(hello, hash, 'answerer', checks, 0)).toBeNull();
    const identity = { ...person.identity, sign: createPerson().identity.sign };
    expect(openHello(encodeHello(identity, hash, 'dialer', body), hash, 'dialer', checks, 0)).toBeNull();
  });

  test('with a single byte changed is none, wherever the byte is', () => {
    for (let index = 0; index < hello.byteLength; index++) {
      const changed = new Uint8Array(hello);
      changed[index] = (changed[index] ?? 0) ^ 0x01;
      expect(openHello(changed, hash, 'dialer', checks, 0), `byte ${index}`).toBeNull();
    }
  });

  test.each([0, 1, 40, helloMaxBytes, helloMaxBytes + 1, 70_000])('%i random bytes are none', (size) => {
    expect(openHello(systemRandom.bytes(size), hash, 'dialer', checks, 0)).toBeNull();
  });

  const open = (received: ReadonlyMap<string, number>) =>
    openHello(encodeHello(person.identity, hash, 'dialer', { ...body, received }), hash, 'dialer', checks, 0);

  test('with too many protocols, or counts that are no counts, is none', () => {
    const many = new Map(Array.from({ length: 33 }, (_, index) => [`p/${index}`, 0]));
    expect(open(many)).toBeNull();
    expect(open(new Map([['p', -1]]))).toBeNull();
    expect(open(new Map([['p', 0.5]]))).toBeNull();
    expect(open(new Map([['p'.repeat(65), 0]]))).toBeNull();
  });

  test('of a device that was replaced is known as its own only if it signed it, on this connection', () => {
    const { account, device } = person.identity;
    const successor = systemRandom.bytes(200);
    const replaced: HelloChecks = {
      ...checks,
      certificate: () => null,
      successor: (certificate) =>
        Buffer.compare(certificate, person.identity.certificate) === 0 ? { account, device, successor } : null,
    };
    expect(openHello(hello, hash, 'dialer', replaced, 0)).toBeNull();
    expect(openReplacedHello(hello, hash, replaced, 0)).toEqual({ account, successor });
    expect(openReplacedHello(hello, systemRandom.bytes(64), replaced, 0)).toBeNull();
    const forged = { ...person.identity, sign: createPerson().identity.sign };
    expect(openReplacedHello(encodeHello(forged, hash, 'dialer', body), hash, replaced, 0)).toBeNull();
    expect(openReplacedHello(systemRandom.bytes(400), hash, replaced, 0)).toBeNull();
  });

  test('of a device that was replaced is answered with what replaced it, which is no hello; and no hello is such an answer', () => {
    const successor = systemRandom.bytes(200);
    const answer = encodeReplaced(successor);
    expect(openReplaced(answer)).toEqual(successor);
    expect(openHello(answer, hash, 'answerer', checks, 0)).toBeNull();
    expect(openReplaced(hello)).toBeNull();
    expect(openReplaced(encodeReplaced(systemRandom.bytes(2_049)))).toBeNull();
    for (const size of [0, 1, 40, 5_000]) expect(openReplaced(systemRandom.bytes(size))).toBeNull();
  });
});

import { SocketAddress } from 'node:net';
import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  addressesOf,
  attribute,
  bytesOfHost,
  hasIntegrity,
  hostOfBytes,
  longTermKey,
  method,
  networkOfHost,
  readStun,
  StunWriter,
  valueOf,
} from '../../../main/stun/index.ts';

const hex = (text: string): Buffer => Buffer.from(text.replaceAll(/\s/gu, ''), 'hex');
const shortTermKey = Buffer.from('VOkJxbRl1RmTxUk/WvJxBt');

/** RFC 5769 §2.1 */
const request = hex(`000100582112a442b7e7a701bc34d686fa87dfae802200105354554e207465737420636c69656e74
  002400046e0001ff80290008932ff9b151263b36000600096576746a3a68367659202020
  000800149aeaa70cbfd8cb56781ef2b5b2d3f249c1b571a280280004e57a3bcf`);
/** RFC 5769 §2.2 */
const response = hex(`0101003c2112a442b7e7a701bc34d686fa87dfae8022000b7465737420766563746f7220
  002000080001a147e112a643000800142b91f599fd9e90c38c7489f92af9ba53f06be7d780280004c07d4c96`);
/** RFC 5769 §2.4 */
const longTerm = hex(`000100602112a44278ad3433c6ad72c029da412e00060012e3839ee38388e383aae38383e382afe382b90000
  0015001c662f2f3439396b39353464364f4c33346f4c394653547679363473410014000b6578616d706c652e6f726700
  00080014f67024656dd64a3e02b8e0712e85c9a28ca89666`);

describe('the examples of RFC 5769', () => {
  it('a request is read, and its integrity and fingerprint are right', () => {
    const message = readStun(request);
    expect(message).toMatchObject({ method: method.binding, class: 'request', hasFingerprint: true });
    expect(message && hasIntegrity(message, shortTermKey)).toBe(true);
    expect(message && valueOf(message, attribute.username)?.toString()).toBe('evtj:h6vY');
  });

  it('a response tells its mapped address', () => {
    const message = readStun(response);
    expect(message && addressesOf(message, attribute.xorMappedAddress)).toEqual([{ family: 4, host: '192.0.2.1', port: 32_853 }]);
  });

  it('a request with long-term credentials is authentic with its password and with no other', () => {
    const message = readStun(longTerm);
    const key = (password: string): Buffer => longTermKey('md5', 'マトリックス', 'example.org', password);
    expect(message && [hasIntegrity(message, key('TheMatrIX')), hasIntegrity(message, key('TheMatrix'))]).toEqual([true, false]);
  });

  it('any changed byte of what is protected is found', () => {
    const changes = Array.from(request.keys()).map((at) => {
      const changed = Buffer.from(request);
      changed.writeUInt8(changed.readUInt8(at) ^ 1, at);
      return readStun(changed);
    });
    // A changed type of the fingerprint leaves a message without one.
    expect(changes.filter((message) => message?.hasFingerprint)).toEqual([]);
  });
});

describe('what is written', () => {
  it.each(['sha1', 'sha256'] as const)('is read again, with %s', (kind) => {
    const buffer = Buffer.alloc(300, 0xff);
    const writer = new StunWriter(buffer, method.allocate, 'success', Buffer.alloc(12, 7));
    const address = { family: 6, host: '2001:db8::7', port: 5 } as const;
    writer.address(attribute.xorRelayedAddress, address);
    writer.text(attribute.realm, 'odd');
    const key = Buffer.from('key');
    const message = readStun(buffer.subarray(0, writer.finish({ key, kind }, true)));
    expect(message).toMatchObject({ method: method.allocate, class: 'success', hasFingerprint: true });
    expect(message && addressesOf(message, attribute.xorRelayedAddress)).toEqual([address]);
    expect(message && hasIntegrity(message, key)).toBe(true);
    expect(message && hasIntegrity(message, Buffer.from('kex'))).toBe(false);
  });

  it('what comes after the integrity does not count', () => {
    const buffer = Buffer.alloc(300);
    const writer = new StunWriter(buffer, method.refresh, 'request', Buffer.alloc(12));
    writer.number(attribute.lifetime, 0);
    writer.finish({ key: Buffer.from('key'), kind: 'sha1' }, false);
    writer.text(attribute.username, 'mallory');
    const message = readStun(buffer.subarray(0, writer.finish(null, false)));
    expect(message?.attributes.map(({ type }) => type)).toEqual([attribute.lifetime]);
    expect(message && hasIntegrity(message, Buffer.from('key'))).toBe(true);
  });
});

describe('addresses', () => {
  it('are written as the operating system writes them, and read back', () => {
    const bytes = fc.uint8Array({ minLength: 16, maxLength: 16 });
    const sparse = fc.tuple(bytes, bytes).map(([value, mask]) => value.map((byte, at) => ((mask[at] ?? 0) > 90 ? 0 : byte)));
    const check = fc.property(fc.oneof(bytes, sparse), (address) => {
      const host = hostOfBytes(address);
      const bySystem = new SocketAddress({ address: host, family: 'ipv6' }).address;
      // The system writes IPv4 inside IPv6 with dots: no such address is ever relayed to.
      expect(bySystem.includes('.') ? host : bySystem).toBe(host);
      expect(bytesOfHost(host)).toEqual(address);
    });
    expect(() => fc.assert(check, { numRuns: 500 })).not.toThrow();
  });

  it.each([
    ['1.2.3.4', [1, 2, 3, 4]],
    ['::ffff:1.2.3.4', [0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 255, 255, 1, 2, 3, 4]],
    ['fe80::1%eth0', [0xfe, 0x80, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1]],
  ])('%s is read', (host, bytes) => {
    expect([...(bytesOfHost(host) ?? [])]).toEqual(bytes);
  });

  it.each(['', 'localhost', '1.2.3', '::1::', '1.2.3.4.5'])('%j is none', (host) => {
    expect(bytesOfHost(host)).toBeNull();
  });

  it('belong to a network', () => {
    expect([networkOfHost('1.2.3.4'), networkOfHost('1.2.3.9'), networkOfHost('1.2.4.4')]).toEqual([
      '1.2.3/24',
      '1.2.3/24',
      '1.2.4/24',
    ]);
    expect(networkOfHost('2001:db8:1:2::1')).toBe(networkOfHost('2001:db8:1:3::9'));
    expect(networkOfHost('2001:db8:1::1')).not.toBe(networkOfHost('2001:db8:2::1'));
  });
});

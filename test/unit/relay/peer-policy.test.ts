import { describe, expect, it } from 'vitest';
import { bytesOfHost, hostOfBytes } from '../../../main/stun/index.ts';
import { refusalOf } from '../../../main/relay/turn/peer-policy.ts';

const policy = { ownHosts: new Set(['93.184.216.1', '2606:2800::7']), allowLoopback: false };

/** As it would stand after its way through an attribute. */
const canonical = (host: string): string => hostOfBytes(bytesOfHost(host) ?? new Uint8Array(4));

describe('nobody is relayed to', () => {
  it.each([
    ['this network', '0.0.0.0'],
    ['this network', '0.1.2.3'],
    ['private', '10.0.0.1'],
    ['private', '172.16.0.1'],
    ['private', '172.31.255.255'],
    ['private', '192.168.1.1'],
    ['carrier NAT', '100.64.0.1'],
    ['carrier NAT', '100.127.255.254'],
    ['carrier NAT', '100.100.100.200'], // Alibaba's metadata
    ['loopback', '127.0.0.1'],
    ['loopback', '127.255.0.9'],
    ['link-local or metadata', '169.254.169.254'],
    ['link-local or metadata', '168.63.129.16'],
    ['special purpose', '192.0.0.192'],
    ['special purpose', '192.88.99.1'],
    ['special purpose', '198.19.255.255'],
    ['documentation', '192.0.2.1'],
    ['documentation', '198.51.100.1'],
    ['documentation', '203.0.113.1'],
    ['multicast', '224.0.0.251'],
    ['multicast', '239.255.255.250'],
    ['reserved', '240.0.0.1'],
    ['reserved', '255.255.255.255'],
    ['own', '93.184.216.1'],
    ['own', '2606:2800::7'],
    ['IPv4 inside IPv6', '::'],
    ['loopback', '::1'],
    ['IPv4 inside IPv6', '::127.0.0.1'],
    ['IPv4 inside IPv6', '::ffff:127.0.0.1'],
    ['IPv4 inside IPv6', '::ffff:93.184.216.34'],
    ['IPv4 inside IPv6', '::ffff:0:10.0.0.1'],
    ['IPv4 inside IPv6', '64:ff9b::10.0.0.1'],
    ['IPv4 inside IPv6', '64:ff9b::169.254.169.254'],
    ['IPv4 inside IPv6', '64:ff9b:1::10.0.0.1'],
    ['IPv4 inside IPv6', '2002:7f00:1::1'],
    ['IPv4 inside IPv6', '2002:c0a8:101::1'],
    ['IPv4 inside IPv6', '2001:0:4136:e378:8000:63bf:3fff:fdd2'],
    ['IPv4 inside IPv6', '2606:2800::5efe:10.0.0.1'], // ISATAP
    ['IPv4 inside IPv6', '2606:2800::200:5efe:10.0.0.1'],
    ['special purpose', '2001:20::1'],
    ['documentation', '2001:db8::1'],
    ['documentation', '3fff::1'],
    ['private', 'fd00:ec2::254'], // Amazon's metadata
    ['private', 'fc00::1'],
    ['private', 'fec0::1'],
    ['link-local or metadata', 'fe80::1'],
    ['multicast', 'ff02::1'],
    ['reserved', '4000::1'],
    ['reserved', '100::1'],
    ['reserved', 'no address'],
  ])('%s: %s', (why, host) => {
    expect(refusalOf(host === 'no address' ? host : canonical(host), policy)).toBe(why);
  });
});

describe('everybody is relayed to', () => {
  it.each(['1.1.1.1', '9.255.255.255', '11.0.0.0', '100.63.255.255', '100.128.0.0', '128.0.0.1', '172.15.0.1', '172.32.0.1'])(
    '%s',
    (host) => expect(refusalOf(host, policy)).toBeNull(),
  );
  it.each(['192.167.0.1', '198.20.0.1', '223.255.255.255', '2606:4700::1', '2001:4860:4860::8888', '2a00:1450::1', '2003::1'])(
    '%s',
    (host) => expect(refusalOf(canonical(host), policy)).toBeNull(),
  );
});

it('a laboratory has loopback for its internet, and nothing else', () => {
  const laboratory = { ownHosts: new Set<string>(), allowLoopback: true };
  expect(['127.0.0.9', '::1'].map((host) => refusalOf(host, laboratory))).toEqual([null, null]);
  expect(['10.0.0.1', 'fe80::1', canonical('::ffff:127.0.0.1')].map((host) => refusalOf(host, laboratory))).not.toContain(null);
});

import { describe, expect, it } from 'vitest';
import { Candidates } from '../../../../main/overlay/joining/candidates.ts';
import { createNetworks } from '../../../../main/overlay/networks.ts';

const self = { host: '9.9.9.9', port: 4000 };
const open = (believesPrivate = false) =>
  new Candidates({
    networks: createNetworks({ privateAddressesCountPerNode: true }),
    isSelf: ({ host, port }) => host === self.host && port === self.port,
    believesPrivate,
  });

describe('addresses that were named', () => {
  it.each([
    ['ourselves', self],
    ['a name', { host: 'example.org', port: 80 }],
    ['no port', { host: '8.8.8.8', port: 0 }],
    ['a multicast group', { host: '239.1.1.1', port: 9 }],
    ['this network', { host: '0.1.2.3', port: 9 }],
    ['a private address', { host: '192.168.1.1', port: 53 }],
    ['loopback', { host: '127.0.0.1', port: 22 }],
    ['link-local', { host: '169.254.169.254', port: 80 }],
  ])('are not asked where a stranger names %s', (_, node) => {
    expect(open().offer('bittorrent', node, 0)).toBe(false);
  });

  it('may be private where a person, this computer or the local network names them', () => {
    for (const way of ['cached', 'link', 'listed', 'mdns', 'same-computer'] as const)
      expect(open().offer(way, { host: '192.168.1.7', port: 4001 }, 0)).toBe(true);
  });

  it('are taken up to a bound, and two of a network of strangers', () => {
    const candidates = open();
    const crowd = Array.from({ length: 10_000 }, (_, index) => ({ host: `20.${index >> 8}.${index & 255}.1`, port: 9 }));
    const taken = crowd.filter((node) => candidates.offer('bittorrent', node, 0));
    expect(taken.length).toBe(128);
    const one = open();
    const street = Array.from({ length: 200 }, (_, index) => ({ host: `20.1.1.${index + 1}`, port: 9 }));
    expect(street.filter((node) => one.offer('bittorrent', node, 0)).length).toBe(2);
  });

  it('wait in a queue for each way, and the ways take turns', () => {
    const candidates = open();
    for (let index = 0; index < 100; index++) candidates.offer('bittorrent', { host: `20.1.${index}.1`, port: 9 }, 0);
    candidates.offer('link', { host: '30.1.1.1', port: 9 }, 0);
    const ways = [candidates.next(0)?.way, candidates.next(0)?.way];
    expect(ways).toContain('link');
  });

  it('are asked again only after a while', () => {
    const candidates = open();
    const node = { host: '20.1.1.1', port: 9 };
    expect(candidates.offer('cached', node, 0)).toBe(true);
    expect(candidates.offer('cached', node, 0)).toBe(false);
    expect(candidates.next(0)?.node).toEqual(node);
    expect(candidates.offer('cached', node, 9_000)).toBe(false);
    expect(candidates.offer('cached', node, 10_001)).toBe(true);
    candidates.drop('cached');
    expect(candidates.next(10_001)).toBeNull();
  });
});

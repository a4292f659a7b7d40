import { describe, expect, test } from 'vitest';
import { agreedAnswers, agreedPut, gatewaysNeeded } from '../../../main/overlay/gateway/agree.ts';
import { GatewayBook } from '../../../main/overlay/gateway/book.ts';
import type { GatewayAddress } from '../../../main/overlay/gateway/gateways.ts';
import { isGlobalIpv6, networkOfClient, networkOfGateway } from '../../../main/overlay/gateway/networks.ts';
import { createNetworks } from '../../../main/overlay/networks.ts';
import { writtenGatewaySchema } from '../../../main/ports/host-port.ts';

const record = (number: number): Uint8Array => new Uint8Array(4).fill(number);
const key = (number: number): Uint8Array => new Uint8Array(32).fill(number);

describe('what gateways say of the directory', () => {
  test.each([
    [1, 1],
    [2, 2],
    [3, 3],
    [4, 3],
    [9, 3],
  ])('of %i gateways %i have to agree', (connected, needed) => {
    expect(gatewaysNeeded(connected)).toBe(needed);
  });

  test('counts answer by answer, where enough of distinct networks say the same', () => {
    const truth = [
      { network: 'a', record: record(1) },
      { network: 'b', record: null },
    ];
    const lie = [
      { network: 'a', record: record(9) },
      { network: 'b', record: record(9) },
      { network: 'c', record: record(9) },
    ];
    const reports = [
      { network: '1', said: truth },
      { network: '2', said: truth },
      { network: '3', said: [...truth, { network: 'd', record: null }] },
      { network: '4', said: lie },
    ];
    expect(agreedAnswers(reports, 3)).toEqual(truth);
    // One that says its lie often is one.
    expect(agreedAnswers([{ network: '4', said: [...lie, ...lie, ...lie] }], 3)).toEqual([]);
  });

  test('counts likewise for what became of a record', () => {
    const taken = { network: 'b', code: 'NAME_TAKEN', held: record(2) } as const;
    const honest = { storedBy: ['a'], refusals: [taken] };
    const reports = [
      { network: '1', said: honest },
      { network: '2', said: honest },
      { network: '3', said: { storedBy: ['a', 'b', 'c'], refusals: [] } },
    ];
    expect(agreedPut(reports, 2)).toEqual({ storedBy: ['a'], refusals: [taken] });
    expect(agreedPut(reports, 3)).toEqual({ storedBy: ['a'], refusals: [] });
  });
});

describe('the book of gateways', () => {
  const open = (kept: readonly GatewayAddress[] = [], nodes = [{ host: '61.1.1.1', port: 49_737 }]) => {
    const disk: { saved: readonly GatewayAddress[] } = { saved: kept };
    const book = new GatewayBook({
      disk: {
        load: () => disk.saved,
        save: (gateways) => {
          disk.saved = gateways;
        },
      },
      named: [{ host: '9.9.9.9', port: 443, key: null }],
      nodes: () => nodes,
      whatIsHere: () => (host) => host === '127.0.0.1',
      onError: (error) => {
        throw error;
      },
    });
    book.load();
    return { book, disk };
  };

  test('begins with who was named, then who is known, then a node’s own host on the usual port and on its own', () => {
    const { book } = open([{ host: '61.5.5.5', port: 443, key: key(5) }]);
    expect(book.all().map(({ host, port }) => `${host}:${port}`)).toEqual([
      '9.9.9.9:443',
      '61.5.5.5:443',
      '61.1.1.1:443',
      '61.1.1.1:49737',
    ]);
  });

  test('never guesses the usual port of this very computer, where anybody may listen', () => {
    const { book } = open([], [{ host: '127.0.0.1', port: 49_737 }]);
    expect(book.all().map(({ host, port }) => `${host}:${port}`)).toEqual(['9.9.9.9:443', '127.0.0.1:49737']);
  });

  test('keeps what worked before what was heard of, and never lets hearsay change a key', () => {
    const { book, disk } = open();
    book.heardOf([{ host: '61.2.2.2', port: 443, key: key(2) }]);
    book.worked({ host: '61.1.1.1', port: 443, key: key(1) });
    book.heardOf([{ host: '61.1.1.1', port: 443, key: key(9) }]);
    expect(disk.saved).toEqual([
      { host: '61.1.1.1', port: 443, key: key(1) },
      { host: '61.2.2.2', port: 443, key: key(2) },
    ]);
    book.forget({ host: '61.1.1.1', port: 443 });
    expect(disk.saved).toHaveLength(1);
  });

  test('holds a few dozen, whoever tells of how many', () => {
    const { book } = open();
    const many = Array.from({ length: 200 }, (_, index) => ({ host: `61.1.2.${index}`, port: 443, key: key(index) }));
    book.heardOf(many);
    expect(book.kept.length).toBeLessThanOrEqual(32);
  });

  test('takes no address at home from the internet, nor one of nobody', () => {
    const { book } = open();
    book.heardOf([
      { host: 'fe80::1', port: 443, key: key(1) },
      { host: '0.1.2.3', port: 443, key: key(2) },
      { host: '224.0.0.1', port: 443, key: key(3) },
      { host: '61.3.3.3', port: 443, key: null },
    ]);
    expect(book.kept).toEqual([]);
  });
});

describe('a network', () => {
  test.each([
    ['61.1.2.3', '61.1.2.0/24'],
    ['::ffff:61.1.2.3', '61.1.2.0/24'],
    ['64:ff9b::61.1.2.3', '61.1.2.0/24'],
    ['2a0e:1:2:3::4', '2a0e:1:2::/48'],
    ['2a0e:1:0002:4::', '2a0e:1:2::/48'],
    ['2a0e::1', '2a0e:0:0::/48'],
  ])('of %s is %s', (host, network) => {
    expect(networkOfClient(host)).toBe(network);
  });

  test('of a gateway is counted as the directory counts, also behind a translator', () => {
    const networks = createNetworks({ privateAddressesCountPerNode: true });
    const plain = networkOfGateway(networks, { host: '61.1.2.3', port: 443 });
    expect(networkOfGateway(networks, { host: '64:ff9b::61.1.2.3', port: 443 })).toBe(plain);
    expect(networkOfGateway(networks, { host: '192.168.1.2', port: 443 })).toBe('192.168.1.2:443');
  });

  test.each(['2a0e::1', '2001:db8::1'])('%s is an address of the internet', (host) => {
    expect(isGlobalIpv6(host)).toBe(true);
  });
  test.each(['::1', 'fe80::1', 'fc00::1', 'ff02::1', '64:ff9b::1.2.3.4', '61.1.1.1', 'x'])('%s is none', (host) => {
    expect(isGlobalIpv6(host)).toBe(false);
  });
});

test('a gateway is written with its key, or without', () => {
  const hex = 'ab'.repeat(32);
  expect(writtenGatewaySchema.parse(`[2a0e:1::1]:443#${hex}`)).toEqual({ host: '2a0e:1::1', port: 443, key: key(0xab) });
  expect(writtenGatewaySchema.parse('61.1.1.1:443')).toEqual({ host: '61.1.1.1', port: 443, key: null });
  for (const wrong of ['61.1.1.1', '61.1.1.1:443#', '61.1.1.1:443#ab', `61.1.1.1:0#${hex}`, `61.1.1.1:443#${hex}0`]) {
    expect(writtenGatewaySchema.safeParse(wrong).success, wrong).toBe(false);
  }
});

import { describe, expect, test } from 'vitest';
import { isPrivateHost, isReachableForm, parseIpv4 } from '../../../main/overlay/address.ts';
import { createNetworks, isDiverseIn, selectDiverse } from '../../../main/overlay/networks.ts';

const everywhere = createNetworks({ privateAddressesCountPerNode: false });
const atHome = createNetworks({ privateAddressesCountPerNode: true });
const at = (address: string): { host: string; port: number } => {
  const [host = '', port = '1'] = address.split(':');
  return { host, port: Number(port) };
};
const prefix = (id: Uint8Array): string => Buffer.from(id.subarray(0, 8)).toString('hex');

describe('node ids', () => {
  test('nodes of one /24 share the first 8 bytes, whatever their ports, and differ in the rest', () => {
    const ids = ['8.8.8.8:1', '8.8.8.8:2', '8.8.8.200:1'].map((node) => everywhere.id(at(node).host, at(node).port));
    expect(new Set(ids.map(prefix)).size).toBe(1);
    expect(new Set(ids.map((id) => Buffer.from(id).toString('hex'))).size).toBe(3);
    expect(ids.every((id) => id.byteLength === 32)).toBe(true);
  });

  test('another /24 has another prefix', () => {
    expect(prefix(everywhere.id('8.8.9.8', 1))).not.toBe(prefix(everywhere.id('8.8.8.8', 1)));
  });

  test('at home every node has a prefix of its own', () => {
    expect(prefix(atHome.id('192.168.1.2', 1))).not.toBe(prefix(atHome.id('192.168.1.2', 2)));
    expect(prefix(atHome.id('8.8.8.8', 1))).toBe(prefix(atHome.id('8.8.8.9', 2)));
  });

  test('the rule is pinned: another id would be another network', () => {
    expect(Buffer.from(everywhere.id('1.2.3.4', 5678)).toString('hex')).toMatchInlineSnapshot(
      `"4e5be98104c825c44fd5297aa2f9c050a52ddc1214b8c938bb93a341994250a1"`,
    );
  });
});

describe('what may stand together', () => {
  const cases: readonly (readonly [string, readonly string[], readonly string[]])[] = [
    ['one of a /24', ['1.1.1.1:1', '1.1.1.2:1', '1.1.1.1:2'], ['1.1.1.1:1']],
    ['two of a /16', ['1.1.1.1:1', '1.1.2.1:1', '1.1.3.1:1', '1.2.1.1:1'], ['1.1.1.1:1', '1.1.2.1:1', '1.2.1.1:1']],
    ['the closest come first', ['1.1.3.1:1', '1.1.2.1:1', '1.1.1.1:1'], ['1.1.3.1:1', '1.1.2.1:1']],
    ['private addresses are networks like others', ['127.0.0.1:1', '127.0.0.1:2', '10.0.0.1:1'], ['127.0.0.1:1', '10.0.0.1:1']],
  ];
  test.each(cases)('%s', (_name, nodes, selected) => {
    expect(selectDiverse(everywhere, nodes.map(at), 20)).toEqual(selected.map(at));
  });

  test('at home all private nodes stand together, and public ones still only one of a /24', () => {
    const nodes = ['127.0.0.1:1', '127.0.0.1:2', '192.168.1.7:1', '192.168.1.8:1', '1.1.1.1:1', '1.1.1.1:2'].map(at);
    expect(selectDiverse(atHome, nodes, 20)).toEqual(nodes.slice(0, 5));
  });

  test('no more than asked for', () => {
    const nodes = Array.from({ length: 50 }, (_, index) => at(`${index + 1}.1.1.1:1`));
    expect(selectDiverse(everywhere, nodes, 20)).toEqual(nodes.slice(0, 20));
  });

  test.each([
    [[], '1.1.1.1:1', true],
    [['1.1.1.9:1'], '1.1.1.1:1', false],
    [['1.1.2.9:1'], '1.1.1.1:1', true],
    [['1.1.2.9:1', '1.1.3.9:1'], '1.1.1.1:1', false],
    [['1.2.2.9:1', '1.3.3.9:1'], '1.1.1.1:1', true],
  ])('a row with %j takes %s: %s', (row, node, isTaken) => {
    expect(isDiverseIn(everywhere, row.map(at), at(node))).toBe(isTaken);
  });
});

describe('addresses', () => {
  test.each([
    ['10.1.2.3', true],
    ['127.255.0.1', true],
    ['172.15.0.1', false],
    ['172.16.0.1', true],
    ['172.31.255.255', true],
    ['172.32.0.1', false],
    ['192.168.0.1', true],
    ['192.169.0.1', false],
    ['100.64.0.1', true],
    ['100.128.0.1', false],
    ['169.254.1.1', true],
    ['8.8.8.8', false],
    ['nonsense', false],
  ])('%s is private: %s', (host, isPrivate) => {
    expect(isPrivateHost(host)).toBe(isPrivate);
  });

  test.each(['1.2.3', '1.2.3.256', '1.2.3.4.5', 'a.b.c.d', '', '1.2.3.4 '])('%j is no address', (host) => {
    expect(parseIpv4(host)).toBeNull();
  });

  test.each([
    ['1.2.3.4:0', false],
    ['0.0.0.0:5', false],
    ['224.0.0.251:5353', false],
    ['255.255.255.255:1', false],
    ['1.2.3.4:65535', true],
  ])('a packet can be sent to %s: %s', (node, isReachable) => {
    expect(isReachableForm(at(node))).toBe(isReachable);
  });
});

import { expect, it } from 'vitest';
import { addressesOf, attribute, method, readStun, valueOf } from '../../../main/stun/index.ts';
import { openStage, peer4 } from './stage.ts';

it('a packet that can not be taken where it goes is told of to whom it comes from, and to nobody else', () => {
  const stage = openStage();
  const client = stage.client();
  client.allocate();
  const [port] = stage.ports.opened;
  if (port === undefined) throw new Error('no allocation');
  const [unreachable, tooLong] = [
    { type: 3, code: 1, mtu: 0 },
    { type: 3, code: 4, mtu: 1_280 },
  ];
  const before = client.path.got.length;
  stage.server.unreachable(port, peer4, unreachable, stage.nowMs);
  client.permit(peer4);
  const permitted = client.path.got.length;
  // An echo's answer and a redirect are no word on a packet.
  for (const type of [0, 5]) stage.server.unreachable(port, peer4, { type, code: 0, mtu: 0 }, stage.nowMs);
  expect(permitted).toBe(before + 1);
  expect(client.path.got).toHaveLength(permitted);
  for (const icmp of [unreachable, tooLong]) stage.server.unreachable(port, peer4, icmp, stage.nowMs);
  const told = client.path.got.slice(permitted).map((bytes) => {
    const message = readStun(bytes);
    expect(message).toMatchObject({ method: method.data, class: 'indication' });
    expect(message && addressesOf(message, attribute.xorPeerAddress)).toEqual([peer4]);
    expect(message && valueOf(message, attribute.data)).toBeNull();
    return message && valueOf(message, attribute.icmp)?.toString('hex');
  });
  expect(told).toEqual(['0000060100000000', '0000060400000500']);
});

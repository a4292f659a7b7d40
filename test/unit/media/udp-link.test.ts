import { expect, it } from 'vitest';
import { openUdpLink } from '../../../main/media/ice/edge/udp-sockets.ts';
import type { TurnLink } from '../../../main/media/ice/ice-net.ts';

const nobody = { frame: () => undefined, trouble: () => undefined, closed: () => undefined };

it('says that no way leads to a relay, instead of a link that throws', async () => {
  // The one address that no socket may send to unless it said before that it means everybody.
  const server = { kind: 'turn', transport: 'udp', address: '255.255.255.255', port: 3478 } as const;
  const link = await new Promise<TurnLink | null>((resolve) => openUdpLink(server, null, nobody, resolve));
  expect(link).toBeNull();
});

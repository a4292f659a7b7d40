import { createSocket, type Socket } from 'node:dgram';
import { once } from 'node:events';
import { afterAll, expect, it } from 'vitest';
import { attribute, method, readStun, StunWriter } from '../../main/stun/index.ts';
import { eventually, World } from './world.ts';

const world = new World();
const sockets: Socket[] = [];
afterAll(async () => {
  for (const socket of sockets) socket.close();
  await world.stop();
});

/** Answers Binding and nothing else. */
async function stunServer(host: string): Promise<number> {
  const socket = createSocket('udp4');
  sockets.push(socket);
  socket.on('message', (bytes, from) => {
    if (readStun(bytes)?.method !== method.binding) return;
    const answer = Buffer.alloc(64);
    const writer = new StunWriter(answer, method.binding, 'success', bytes.subarray(8, 20));
    writer.address(attribute.xorMappedAddress, { family: 4, host: from.address, port: from.port });
    socket.send(answer, 0, writer.finish(null, true), from.port, from.address);
  });
  socket.bind(0, host);
  await once(socket, 'listening');
  return socket.address().port;
}

it('nodes find the relay of another by asking it', { timeout: 60_000 }, async () => {
  const relaying = await world.add([]);
  const other = await world.add([relaying.at()]);
  const key = new Uint8Array(32).fill(5);
  const udp = await stunServer(relaying.at().host);
  relaying.overlay.relays.setOwn({ host6: null, udp, tcp: 0, tls: 0, key, pin: new Uint8Array(32) }, null);
  const found = await eventually('it is found', () => other.overlay.relays.known()[0]);
  expect(found.relay).toMatchObject({ host4: relaying.at().host, udp, key });
  expect(found.rttMs).not.toBeNull();
  // Nobody is sent to themselves.
  expect(relaying.overlay.relays.known()).toEqual([]);
});

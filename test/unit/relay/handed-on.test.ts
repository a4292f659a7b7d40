import { once } from 'node:events';
import { connect as connectTcp, type Socket } from 'node:net';
import { connect as connectTls, type TLSSocket } from 'node:tls';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createTlsIdentity } from '../../../main/identity/index.ts';
import { handToRelay, turnProtocol } from '../../../main/overlay/gateway/relay-door.ts';
import { defaultGatewayLimits, GatewayServer } from '../../../main/overlay/gateway/server-edge.ts';
import { silentLogger } from '../../../main/ports/logger.ts';
import { systemClock } from '../../../main/ports/system-clock.ts';
import { systemRandom } from '../../../main/ports/random.ts';
import { defaultLimits, startRelay, type Relay } from '../../../main/relay/index.ts';
import { addressesOf, attribute, method, readStun, StunWriter } from '../../../main/stun/index.ts';
import { seedPair } from '../../../native-shims/hyperdht/index.ts';

/** Every 127.x is this computer, so a client can come from another address than the relay's. */
const here = '127.0.0.1';
const clientHost = '127.0.0.2';

function bindingRequest(): Buffer {
  const buffer = Buffer.alloc(64);
  return buffer.subarray(0, new StunWriter(buffer, method.binding, 'request', systemRandom.bytes(12)).finish(null, true));
}

async function mappedAddress(socket: Socket): Promise<unknown> {
  socket.write(bindingRequest());
  const [bytes]: Buffer[] = await once(socket, 'data');
  const message = bytes === undefined ? null : readStun(bytes);
  return message && addressesOf(message, attribute.xorMappedAddress);
}

describe('TURN by the gateway’s port', () => {
  let relay: Relay;
  let gateway: GatewayServer;
  const portOf = (transport: 'tcp' | 'tls'): number => relay.points.find((point) => point.transport === transport)?.port ?? 0;

  beforeAll(async () => {
    const tls = await createTlsIdentity(systemRandom, systemClock.nowMs());
    relay = await startRelay({
      listen: [{ transport: 'tcp', host: here, port: 0 }],
      tls: null,
      relayHosts: {},
      verifier: null,
      limits: defaultLimits,
      allowLoopback: true,
      clock: systemClock,
      random: systemRandom,
      logger: silentLogger,
    });
    gateway = await GatewayServer.open(here, [0], {
      keyPair: seedPair(systemRandom.bytes(32)),
      tls,
      limits: defaultGatewayLimits,
      clock: systemClock,
      log: silentLogger,
      onClient: () => undefined,
      onTurn: (socket) => handToRelay(socket, { host: here, port: portOf('tcp') }),
    });
  });
  afterAll(async () => {
    await gateway.close();
    await relay.stop();
  });

  async function throughGateway(protocol: string): Promise<TLSSocket> {
    const line = connectTcp({ host: here, port: gateway.port, localAddress: clientHost });
    const socket = connectTls({ socket: line, rejectUnauthorized: false, ALPNProtocols: [protocol] });
    await once(socket, 'secureConnect');
    return socket;
  }

  it('a client is answered by the relay, which knows where it really is', async () => {
    const socket = await throughGateway(turnProtocol);
    expect(await mappedAddress(socket)).toMatchObject([{ family: 4, host: clientHost }]);
    socket.destroy();
  });

  it('whoever wants a web page is still answered by the gateway', async () => {
    const socket = await throughGateway('http/1.1');
    socket.write('GET / HTTP/1.1\r\nHost: nobody\r\n\r\n');
    const [bytes]: Buffer[] = await once(socket, 'data');
    expect(bytes?.toString('latin1')).toMatch(/^HTTP\/1\.1 404/u);
    socket.destroy();
  });

  it('nobody from elsewhere is believed to be somebody else', async () => {
    const socket = connectTcp({ host: here, port: portOf('tcp'), localAddress: clientHost });
    await once(socket, 'connect');
    socket.write('PROXY TCP4 203.0.113.9 0.0.0.0 4000 0\r\n');
    socket.write(bindingRequest());
    // It is no STUN, so the relay hangs up.
    await once(socket, 'close');
    expect(socket.bytesRead).toBe(0);
  });

  it('this computer’s own clients need not say who they are', async () => {
    const socket = connectTcp({ host: here, port: portOf('tcp'), localAddress: here });
    await once(socket, 'connect');
    expect(await mappedAddress(socket)).toEqual([{ family: 4, host: here, port: socket.localPort }]);
    socket.destroy();
  });

  it('one network gets no more places by coming through the gateway', async () => {
    const lines = await Promise.all(
      Array.from({ length: 20 }, async () => {
        const socket = connectTcp({ host: here, port: portOf('tcp'), localAddress: here });
        socket.on('error', () => undefined);
        await once(socket, 'connect');
        socket.write('PROXY TCP4 203.0.113.9 0.0.0.0 4000 0\r\n');
        socket.write(bindingRequest());
        const isServed = await Promise.race([once(socket, 'data').then(() => true), once(socket, 'close').then(() => false)]);
        return { socket, isServed };
      }),
    );
    expect(lines.filter(({ isServed }) => isServed)).toHaveLength(16);
    for (const { socket } of lines) socket.destroy();
  });
});

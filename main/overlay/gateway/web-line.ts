import type { Duplex } from 'node:stream';
import { createWebSocketStream, type WebSocket } from 'ws';
import type { ByteLine } from '../../../native-shims/hyperdht/index.ts';
import type { HostPort } from '../../ports/host-port.ts';

/** Version and all: another one has another path. */
export const gatewayPath = '/lilliput/gateway/1';
/** A WebSocket message is a piece of the Noise session's bytes, however cut; ours are a frame long, so a proxy has no more to hold. */
export const webMessageMaxBytes = 64 * 1024;

/** A WebSocket as a stream of bytes, which knows where it leads. */
export function lineOf(socket: WebSocket, remote: HostPort): ByteLine {
  const line: Duplex = createWebSocketStream(socket, { readableHighWaterMark: webMessageMaxBytes });
  line.on('error', () => undefined);
  // ws leaves the stream open for writing when the socket is gone; what came before is still read.
  socket.once('close', () => {
    if (line.readableLength === 0) line.destroy();
    else line.once('end', () => line.destroy());
  });
  return Object.assign(line, { remoteHost: remote.host, remotePort: remote.port, socket: null, rtt: 0 });
}

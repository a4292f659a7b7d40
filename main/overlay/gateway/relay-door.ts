import { connect, type Socket } from 'node:net';
import type { TLSSocket } from 'node:tls';
import type { HostPort } from '../../ports/host-port.ts';
import { proxyLine } from '../../ports/proxy-line.ts';

/** RFC 7443 §2: what a TURN client says that it wants to speak inside TLS. */
export const turnProtocol = 'stun.turn';

/**
 * Hands a connection, past its TLS, on to our own relay, which is another process and can't have this port as well: where only
 * one port leads out, signalling and sound must share it. What the two say is theirs; the relay closes who says nothing.
 */
export function handToRelay(client: TLSSocket, relay: HostPort): void {
  const { remoteAddress: host, remotePort: port } = client;
  if (host === undefined || port === undefined) {
    client.destroy();
    return;
  }
  const inside: Socket = connect({ ...relay, noDelay: true });
  inside.write(proxyLine({ host, port }));
  client.setNoDelay(true);
  client.setTimeout(0);
  client.pipe(inside).pipe(client);
  const end = (): void => {
    client.destroy();
    inside.destroy();
  };
  for (const socket of [client, inside]) socket.once('error', end).once('close', end);
}

import { connect as connectTcp, isIPv6, type Socket } from 'node:net';
import { connect as connectTls, type TLSSocket } from 'node:tls';
import type { IceServer } from '../../../calls/index.ts';
import { connectThroughProxy, isExcepted, type ProxyChoice } from '../../../ports/proxy-connect.ts';
import { StreamFrames } from '../../../stun/index.ts';
import { ipBytes, tcpBytes, tlsRecordBytes } from '../base.ts';
import type { LinkHandlers, TurnLink } from '../ice-net.ts';
import { pinOf } from '../turn-client/turn-credentials.ts';

/** Whoever waits for a call does not wait longer for one way of several. */
const connectMs = 8_000;
/** RFC 7443 §2: a port that has other services too can tell what we want. */
const turnProtocol = 'stun.turn';
/** Voice that waits in a stream is worth nothing when it comes: what exceeds half a second of it is not sent. */
const maxWaitingBytes = 8_192;

/** TCP or TLS to a TURN server, through an HTTP proxy where there is one. */
export function openStreamLink(
  server: IceServer,
  local: { readonly host: string | null; readonly proxy: ProxyChoice | null },
  handlers: LinkHandlers,
  done: (link: TurnLink | null) => void,
): void {
  let isDone = false;
  const finish = (link: TurnLink | null): void => {
    if (isDone) return;
    isDone = true;
    limit.close();
    done(link);
  };
  const abort = new AbortController();
  const timer = setTimeout(() => {
    abort.abort();
    finish(null);
  }, connectMs);
  const limit = { close: () => clearTimeout(timer) };
  const secure = (socket: Socket): void => {
    if (server.transport !== 'tls') return finish(linkOf(socket, server, handlers));
    // There is no name to verify and no authority that we trust: the pin is the server's identity.
    const tls = connectTls({ socket, rejectUnauthorized: false, ALPNProtocols: [turnProtocol] });
    abort.signal.addEventListener('abort', () => tls.destroy());
    tls.once('error', () => finish(null));
    tls.once('secureConnect', () => {
      if (isPinned(tls, server)) return finish(linkOf(tls, server, handlers));
      tls.destroy();
      finish(null);
    });
  };
  const { address: host, port } = server;
  if (local.proxy !== null && !isExcepted(local.proxy, host)) {
    connectThroughProxy(local.proxy, { host, port }, connectMs, abort.signal).then(secure, () => finish(null));
    return;
  }
  const socket = connectTcp({ host, port, ...(local.host === null ? {} : { localAddress: local.host }) });
  abort.signal.addEventListener('abort', () => socket.destroy());
  socket.once('error', () => finish(null));
  socket.once('connect', () => secure(socket));
}

function isPinned(socket: TLSSocket, { tlsPin }: IceServer): boolean {
  const certificate = socket.getPeerX509Certificate();
  return certificate !== undefined && pinOf(certificate.publicKey.export({ type: 'spki', format: 'der' })) === tlsPin;
}

function linkOf(socket: Socket, { address, transport }: IceServer, handlers: LinkHandlers): TurnLink {
  const frames = new StreamFrames();
  let isClosed = false;
  const end = (): void => {
    if (isClosed) return;
    isClosed = true;
    socket.destroy();
    handlers.closed();
  };
  socket.setNoDelay(true);
  socket.on('data', (bytes: Buffer) => {
    if (!frames.push(bytes, (frame) => handlers.frame(frame))) end();
  });
  socket.on('error', end);
  socket.on('close', end);
  return {
    localHost: socket.localAddress ?? '',
    isReliable: true,
    overheadBytes: ipBytes[isIPv6(address) ? 6 : 4] + tcpBytes + (transport === 'tls' ? tlsRecordBytes : 0),
    // Copied: a stream keeps what it can't send at once.
    send: (bytes, length) => {
      if (!isClosed && socket.writableLength < maxWaitingBytes) socket.write(Buffer.from(bytes.subarray(0, length)));
    },
    close: () => {
      if (isClosed) return;
      isClosed = true;
      socket.end();
      socket.destroySoon();
    },
  };
}

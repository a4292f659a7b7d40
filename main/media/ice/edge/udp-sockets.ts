import { createSocket, type Socket, type SocketOptions } from 'node:dgram';
import { isIPv6 } from 'node:net';
import type { IceServer } from '../../../calls/index.ts';
import { canonical } from '../candidate.ts';
import { ipBytes, udpBytes } from '../base.ts';
import type { LinkHandlers, TurnLink, UdpHandlers, UdpSocket } from '../ice-net.ts';

/** Addresses here are literal; Node's own look-up would still put off every packet by a turn of the loop. */
const literalLookup: NonNullable<SocketOptions['lookup']> = (host, _options, done) =>
  done(null, host, host.includes(':') ? 6 : 4);

const newSocket = (host: string): Socket =>
  createSocket({ type: isIPv6(host) ? 'udp6' : 'udp4', ipv6Only: isIPv6(host), lookup: literalLookup });

export function openUdp(host: string, handlers: UdpHandlers, done: (socket: UdpSocket | null) => void): void {
  const socket = newSocket(host);
  let isOpen = false;
  // Later errors are of single datagrams (a network that is gone): the checks find out what they mean.
  socket.on('error', () => {
    if (isOpen) return;
    isOpen = true;
    socket.close();
    done(null);
  });
  socket.on('message', (bytes, from) => handlers.message(bytes, from.address, from.port));
  socket.bind({ address: host, port: 0, exclusive: true }, () => {
    isOpen = true;
    const address = canonical(host, socket.address().port);
    if (address === null) {
      socket.close();
      return done(null);
    }
    const close = closeOnce(socket);
    done({ address, close, send: (bytes, length, to) => close.isClosed || socket.send(bytes, 0, length, to.port, to.host) });
  });
}

/** A connected socket: the operating system takes packets of the relay only, and tells when nobody is there. */
export function openUdpLink(
  server: IceServer,
  localHost: string | null,
  handlers: LinkHandlers,
  done: (link: TurnLink | null) => void,
): void {
  const { address, port } = server;
  const socket = newSocket(address);
  let isOpen = false;
  socket.on('error', () => {
    if (isOpen) return handlers.trouble();
    isOpen = true;
    socket.close();
    done(null);
  });
  socket.on('message', (bytes) => handlers.frame(bytes));
  const connect = (): void =>
    // Told with an error where no way leads there (IPv4 from an IPv6-only network, say); Node's types don't know.
    socket.connect(port, address, (failure?: unknown) => {
      if (failure instanceof Error) return void socket.emit('error', failure);
      isOpen = true;
      const close = closeOnce(socket);
      done({
        localHost: socket.address().address,
        isReliable: false,
        overheadBytes: ipBytes[isIPv6(address) ? 6 : 4] + udpBytes,
        close,
        send: (bytes, length) => close.isClosed || socket.send(bytes, 0, length),
      });
    });
  if (localHost === null) connect();
  else socket.bind({ address: localHost, port: 0 }, connect);
}

interface CloseOnce {
  (): void;
  isClosed: boolean;
}

/** Sending on a closed socket would throw. */
function closeOnce(socket: Socket): CloseOnce {
  const close: CloseOnce = Object.assign(
    () => {
      if (close.isClosed) return;
      close.isClosed = true;
      socket.close();
    },
    { isClosed: false },
  );
  return close;
}

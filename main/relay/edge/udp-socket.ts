import type { Socket, SocketOptions } from 'node:dgram';
import type { HostPort } from '../../ports/host-port.ts';

/** Addresses here are literal; Node's own look-up would still put off every packet by a turn of the loop. */
export const literalLookup: NonNullable<SocketOptions['lookup']> = (host, _options, done) =>
  done(null, host, host.includes(':') ? 6 : 4);

/** @throws Error of the operating system; the socket is closed then */
export function bindSocket(socket: Socket, { host, port }: HostPort): Promise<void> {
  return new Promise((resolve, reject) => {
    const fail = (error: Error): void => {
      socket.close();
      reject(error);
    };
    socket.once('error', fail);
    socket.bind({ address: host, port, exclusive: true }, () => {
      socket.off('error', fail);
      resolve();
    });
  });
}

export const closeSocket = (socket: Socket): Promise<void> => new Promise((resolve) => socket.close(() => resolve()));

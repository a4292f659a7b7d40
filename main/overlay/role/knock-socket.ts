import { createSocket } from 'node:dgram';
import type { Clock } from '../../ports/clock.ts';
import type { HostPort } from '../../ports/host-port.ts';
import type { Logger } from '../../ports/logger.ts';

/** A lost datagram is not to be taken for a closed door. */
const againMs = 300;

/** Dials from a new socket each time: one that the other side has never sent to, so that no router lets its packets in for that. */
export const createKnocker =
  (bindHost: string, clock: Clock, log: Logger) =>
  ({ host, port }: HostPort, knock: Uint8Array): void => {
    const socket = createSocket('udp4');
    socket.on('error', (error) => {
      log.debug('not-dialed', { detail: error.message });
      socket.close();
    });
    socket.bind(0, bindHost, () => {
      socket.unref();
      socket.send(knock, port, host);
      clock.setTimer(againMs, () => socket.send(knock, port, host, () => socket.close()));
    });
  };

import { createServer as createTcpServer, type AddressInfo, type Server, type Socket } from 'node:net';
import { createServer as createTlsServer } from 'node:tls';
import type { Clock } from '../../ports/clock.ts';
import type { HostPort } from '../../ports/host-port.ts';
import type { Logger } from '../../ports/logger.ts';
import { networkOfHost, StreamFrames, type TransportAddress } from '../../stun/index.ts';
import type { Allocation } from '../turn/allocation.ts';
import type { ClientPath } from '../turn/client-path.ts';
import type { Frame, FramePool } from '../turn/frame-pool.ts';
import type { TurnServer } from '../turn/turn-server.ts';

/** PEM texts. */
export interface TlsIdentity {
  readonly key: string;
  readonly cert: string;
}

/** Connections at once: those with an allocation, and a few that are just coming. The rest is not let in. */
const maxConnections = 256;
const maxPerNetwork = 16;

/** Without a word for so long, a connection that has no allocation is closed; and one that takes longer to become TLS. */
const strangerIdleMs = 10_000;

/** And after so long whatever it says: nobody holds a place by a byte now and then. */
const strangerMs = 30_000;

/** More waiting for a slow client would only be old sound: what comes is dropped. */
const maxWaitingBytes = 32 * 1024;

export interface StreamParts {
  readonly server: TurnServer;
  readonly frames: FramePool;
  readonly clock: Clock;
  readonly logger: Logger;
}

/** One TCP port on which clients ask, in the clear or in TLS. */
export class StreamListener {
  readonly #server: Server;
  readonly #transport: 'tcp' | 'tls';
  readonly #open = new Map<Socket, string>();

  private constructor(server: Server, transport: 'tcp' | 'tls') {
    this.#server = server;
    this.#transport = transport;
  }

  /** @param tls null: in the clear. @throws Error of the operating system, for example EADDRINUSE */
  static async open(at: HostPort, tls: TlsIdentity | null, parts: StreamParts): Promise<StreamListener> {
    const server =
      tls === null
        ? createTcpServer({ noDelay: true })
        : createTlsServer({ ...tls, noDelay: true, minVersion: 'TLSv1.2', handshakeTimeout: strangerIdleMs });
    server.maxConnections = maxConnections;
    const listener = new StreamListener(server, tls === null ? 'tcp' : 'tls');
    // Counted as they come: a handshake already costs something.
    server.on('connection', (socket: Socket) => listener.#admit(socket));
    server.on(tls === null ? 'connection' : 'secureConnection', (socket: Socket) => listener.#serve(socket, parts));
    server.on('tlsClientError', (error: Error) => parts.logger.debug('tls handshake', { message: error.message }));
    await new Promise<void>((resolve, reject) => {
      server.once('error', reject);
      server.listen({ host: at.host, port: at.port, ipv6Only: at.host.includes(':') }, () => {
        server.off('error', reject);
        resolve();
      });
    });
    server.on('error', (error) => parts.logger.warn('stream socket', { message: error.message }));
    return listener;
  }

  get port(): number {
    // Bound to a port, so it is no pipe's name.
    return (this.#server.address() as AddressInfo).port;
  }

  close(): Promise<void> {
    for (const socket of this.#open.keys()) socket.destroy();
    return new Promise((resolve) => this.#server.close(() => resolve()));
  }

  #admit(socket: Socket): void {
    const network = networkOfHost(socket.remoteAddress ?? '');
    const ofNetwork = [...this.#open.values()].filter((other) => other === network).length;
    socket.on('error', () => socket.destroy());
    if (ofNetwork >= maxPerNetwork) {
      socket.destroy();
      return;
    }
    this.#open.set(socket, network);
    socket.once('close', () => this.#open.delete(socket));
  }

  #serve(socket: Socket, parts: StreamParts): void {
    const { server, clock } = parts;
    const { remoteAddress, remotePort, remoteFamily } = socket;
    if (socket.destroyed || remoteAddress === undefined || remotePort === undefined) {
      socket.destroy();
      return;
    }
    const address = { family: remoteFamily === 'IPv6' ? 6 : 4, host: remoteAddress, port: remotePort } as const;
    const path = new StreamPath(socket, this.#transport, address);
    const frames = new StreamFrames();
    const closeStranger = (): void => {
      if (path.allocation === null) socket.destroy();
      // The timer of an idle socket runs once; an allocation that ends leaves a stranger behind.
      else socket.setTimeout(strangerIdleMs);
    };
    const patience = clock.setTimer(strangerMs, closeStranger);
    socket.setTimeout(strangerIdleMs, closeStranger);
    socket.on('data', (bytes) => {
      const isStream = frames.push(bytes, (whole) => {
        const frame = parts.frames.hold(whole);
        if (frame !== null) server.fromClient(path, frame, clock.monotonicMs());
      });
      if (!isStream) socket.destroy();
    });
    socket.on('error', () => socket.destroy());
    socket.once('close', () => {
      patience.cancel();
      server.clientGone(path);
    });
  }
}

class StreamPath implements ClientPath {
  readonly transport: 'tcp' | 'tls';
  readonly address: TransportAddress;
  readonly network: string;
  readonly arrival = null;
  allocation: Allocation | null = null;
  isAllocating = false;
  isGone = false;
  readonly #socket: Socket;

  constructor(socket: Socket, transport: 'tcp' | 'tls', address: TransportAddress) {
    this.#socket = socket;
    this.transport = transport;
    this.address = address;
    this.network = networkOfHost(address.host);
  }

  /** Copied, so that a slow client keeps its own memory waiting and not the frames of all. */
  send({ bytes, start, end, release }: Frame): void {
    const { writableLength, writable } = this.#socket;
    if (writable && writableLength < maxWaitingBytes) {
      // Channel data is padded in a stream (RFC 8656 §12.5); what was in the frame before is nobody's business.
      const copy = Buffer.alloc(Math.ceil((end - start) / 4) * 4);
      bytes.copy(copy, 0, start, end);
      this.#socket.write(copy);
    }
    release();
  }
}

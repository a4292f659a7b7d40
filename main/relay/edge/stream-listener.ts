import { createServer as createTcpServer, type AddressInfo, type Server, type Socket } from 'node:net';
import { createServer as createTlsServer } from 'node:tls';
import type { Clock } from '../../ports/clock.ts';
import type { HostPort } from '../../ports/host-port.ts';
import type { Logger } from '../../ports/logger.ts';
import { readProxyLine } from '../../ports/proxy-line.ts';
import { networkOfHost, StreamFrames, type TransportAddress } from '../../stun/index.ts';
import type { Allocation } from '../turn/allocation.ts';
import type { ClientPath } from '../turn/client-path.ts';
import type { Frame, FramePool } from '../turn/frame-pool.ts';
import type { RelayLimits } from '../turn/limits.ts';
import type { TurnServer } from '../turn/turn-server.ts';

/** PEM texts. */
export interface TlsIdentity {
  readonly key: string;
  readonly cert: string;
}

/** More waiting for a slow client would only be old sound: what comes is dropped. */
const maxWaitingBytes = 32 * 1024;

export interface StreamParts {
  readonly server: TurnServer;
  readonly frames: FramePool;
  readonly limits: RelayLimits['connections'];
  readonly clock: Clock;
  readonly logger: Logger;
}

/** One TCP port on which clients ask, in the clear or in TLS. */
export class StreamListener {
  readonly #server: Server;
  readonly #transport: 'tcp' | 'tls';
  readonly #limits: RelayLimits['connections'];
  readonly #open = new Map<Socket, string>();

  private constructor(server: Server, transport: 'tcp' | 'tls', limits: RelayLimits['connections']) {
    this.#limits = limits;
    this.#server = server;
    this.#transport = transport;
  }

  /** @param tls null: in the clear. @throws Error of the operating system, for example EADDRINUSE */
  static async open(at: HostPort, tls: TlsIdentity | null, parts: StreamParts): Promise<StreamListener> {
    const server =
      tls === null
        ? createTcpServer({ noDelay: true })
        : createTlsServer({ ...tls, noDelay: true, minVersion: 'TLSv1.2', handshakeTimeout: parts.limits.idleMs });
    server.maxConnections = parts.limits.atOnce;
    const listener = new StreamListener(server, tls === null ? 'tcp' : 'tls', parts.limits);
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
    socket.on('error', () => socket.destroy());
    // Our own gateway hands on strangers, and says who they are: they are counted then.
    const network = this.#isFromHere(socket) ? '' : networkOfHost(socket.remoteAddress ?? '');
    if (network !== '' && !this.#hasRoom(network)) {
      socket.destroy();
      return;
    }
    this.#open.set(socket, network);
    socket.once('close', () => this.#open.delete(socket));
  }

  #hasRoom(network: string): boolean {
    return [...this.#open.values()].filter((other) => other === network).length < this.#limits.perNetwork;
  }

  /** Only this computer can connect from an address to that same address. */
  #isFromHere(socket: Socket): boolean {
    return this.#transport === 'tcp' && socket.remoteAddress !== undefined && socket.remoteAddress === socket.localAddress;
  }

  #serve(socket: Socket, parts: StreamParts): void {
    const { remoteAddress, remotePort, remoteFamily } = socket;
    if (socket.destroyed || remoteAddress === undefined || remotePort === undefined) {
      socket.destroy();
      return;
    }
    const address = { family: remoteFamily === 'IPv6' ? 6 : 4, host: remoteAddress, port: remotePort } as const;
    if (!this.#isFromHere(socket)) {
      this.#serveClient(socket, address, parts).start();
      return;
    }
    const patience = parts.clock.setTimer(this.#limits.idleMs, () => socket.destroy());
    socket.once('close', () => patience.cancel());
    this.#hearWhoItIs(socket, Buffer.alloc(0), (client, rest) => {
      patience.cancel();
      const served = this.#serveClient(socket, client === null ? address : addressOf(client), parts);
      served.push(rest);
      served.start();
    });
  }

  /** @param heard so far */
  #hearWhoItIs(socket: Socket, heard: Buffer, done: (client: HostPort | null, rest: Buffer) => void): void {
    socket.once('data', (bytes: Buffer) => {
      const beginning = Buffer.concat([heard, bytes]);
      const line = readProxyLine(beginning);
      switch (line.kind) {
        case 'more':
          return this.#hearWhoItIs(socket, beginning, done);
        case 'bad':
          return void socket.destroy();
        case 'none':
          return done(null, beginning);
        case 'line': {
          const network = networkOfHost(line.client.host);
          if (!this.#hasRoom(network)) return void socket.destroy();
          this.#open.set(socket, network);
          return done(line.client, beginning.subarray(line.bytes));
        }
      }
    });
  }

  #serveClient(
    socket: Socket,
    address: TransportAddress,
    { server, clock, limits, frames: pool }: StreamParts,
  ): { push(bytes: Buffer): void; start(): void } {
    const path = new StreamPath(socket, this.#transport, address);
    const frames = new StreamFrames();
    const closeStranger = (): void => {
      if (path.allocation === null) socket.destroy();
      // The timer of an idle socket runs once; an allocation that ends leaves a stranger behind.
      else socket.setTimeout(limits.idleMs);
    };
    const patience = clock.setTimer(limits.patienceMs, closeStranger);
    socket.setTimeout(limits.idleMs, closeStranger);
    socket.on('error', () => socket.destroy());
    socket.once('close', () => {
      patience.cancel();
      server.clientGone(path);
    });
    const push = (bytes: Buffer): void => {
      const isStream = frames.push(bytes, (whole) => {
        const frame = pool.hold(whole);
        if (frame !== null) server.fromClient(path, frame, clock.monotonicMs());
      });
      if (!isStream) socket.destroy();
    };
    return { push, start: () => void socket.on('data', push) };
  }
}

const addressOf = ({ host, port }: HostPort): TransportAddress => ({ family: host.includes(':') ? 6 : 4, host, port });

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

import { createSocket, type Socket } from 'node:dgram';
import type { Clock } from '../../ports/clock.ts';
import type { Logger } from '../../ports/logger.ts';
import type { HostPort } from '../../ports/host-port.ts';
import { type Family, networkOfHost, type TransportAddress } from '../../stun/index.ts';
import type { Allocation } from '../turn/allocation.ts';
import type { ClientPath } from '../turn/client-path.ts';
import type { Frame } from '../turn/frame-pool.ts';
import type { TurnServer } from '../turn/turn-server.ts';
import { bindSocket, closeSocket, literalLookup } from './udp-socket.ts';

/** Kernel buffers: 0.1 s of 200 calls; the default loses packets in bursts. */
const bufferBytes = 2 * 1024 * 1024;

/** One UDP port on which clients ask, and everybody there who has, or is getting, an allocation. */
export class UdpListener {
  readonly #socket: Socket;
  readonly #family: Family;
  /** Nested, so that finding a client makes no key. */
  readonly #paths = new Map<string, Map<number, UdpPath>>();

  private constructor(socket: Socket, family: Family) {
    this.#socket = socket;
    this.#family = family;
  }

  /** @throws Error of the operating system, for example EADDRINUSE */
  static async open(
    at: HostPort,
    family: Family,
    parts: { server: TurnServer; clock: Clock; logger: Logger },
  ): Promise<UdpListener> {
    const socket = createSocket({
      type: family === 4 ? 'udp4' : 'udp6',
      ipv6Only: family === 6,
      lookup: literalLookup,
      recvBufferSize: bufferBytes,
      sendBufferSize: bufferBytes,
    });
    await bindSocket(socket, at);
    socket.on('error', (error) => parts.logger.warn('udp socket', { message: error.message }));
    const listener = new UdpListener(socket, family);
    socket.on('message', (bytes, { address, port }) =>
      listener.#take(bytes, address, port, parts.server, parts.clock.monotonicMs()),
    );
    return listener;
  }

  get port(): number {
    return this.#socket.address().port;
  }

  /** Forgets the clients whose allocations ended. */
  sweep(): void {
    for (const [host, ports] of this.#paths) {
      for (const [port, path] of ports) if (!path.isKept) ports.delete(port);
      if (ports.size === 0) this.#paths.delete(host);
    }
  }

  close(): Promise<void> {
    return closeSocket(this.#socket);
  }

  #take(bytes: Buffer, host: string, port: number, server: TurnServer, nowMs: number): void {
    const known = this.#paths.get(host)?.get(port);
    if (known !== undefined) {
      server.fromClient(known, bytes, nowMs);
      return;
    }
    const path = new UdpPath(this.#socket, { family: this.#family, host, port });
    server.fromClient(path, bytes, nowMs);
    if (!path.isKept) return;
    const ports = this.#paths.get(host) ?? new Map<number, UdpPath>();
    ports.set(port, path);
    this.#paths.set(host, ports);
  }
}

class UdpPath implements ClientPath {
  readonly transport = 'udp';
  readonly address: TransportAddress;
  readonly network: string;
  allocation: Allocation | null = null;
  isAllocating = false;
  isGone = false;
  readonly #socket: Socket;

  constructor(socket: Socket, address: TransportAddress) {
    this.#socket = socket;
    this.address = address;
    this.network = networkOfHost(address.host);
  }

  get isKept(): boolean {
    return this.allocation !== null || this.isAllocating;
  }

  send(frame: Frame, length: number): void {
    this.#socket.send(frame.bytes, 0, length, this.address.port, this.address.host, frame.release);
  }
}

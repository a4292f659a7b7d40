import { createSocket, type Socket } from 'node:dgram';
import type { HostPort } from '../../ports/host-port.ts';
import { networkOfHost, type Family, type TransportAddress } from '../../stun/index.ts';
import type { Allocation } from '../turn/allocation.ts';
import type { ClientPath } from '../turn/client-path.ts';
import type { Frame } from '../turn/frame-pool.ts';
import type { PeerPath, RelayPort } from '../turn/relay-ports.ts';
import type { TurnServer } from '../turn/turn-server.ts';
import { Nap, NapShare } from './nap.ts';
import { listenerBufferBytes, relayBufferBytes, type EdgeParts, type UdpEdge, type UdpListener } from './udp-edge.ts';
import { bindSocket, closeSocket, literalLookup } from './udp-socket.ts';

/** UDP through Node's own sockets: everywhere. */
export class PortableUdp implements UdpEdge {
  readonly name = 'portable';
  readonly canSendWhole = false;
  readonly #parts: EdgeParts;
  readonly #nap: Nap;

  constructor(parts: EdgeParts) {
    this.#parts = parts;
    this.#nap = new Nap(parts.clock);
  }

  async listen(at: HostPort, family: Family, knownAs: string): Promise<UdpListener> {
    const { logger } = this.#parts;
    const socket = await this.#bind(at, family, listenerBufferBytes);
    socket.on('error', (error) => logger.warn('udp socket', { message: error.message }));
    return new PortableListener(socket, { family, host: knownAs, port: socket.address().port }, this.#parts, this.#nap);
  }

  async openRelay(at: HostPort, family: Family, knownAs: string): Promise<RelayPort> {
    const { logger } = this.#parts;
    const socket = await this.#bind(at, family, relayBufferBytes);
    socket.on('error', (error) => logger.debug('relay socket', { message: error.message }));
    return new PortableRelay(socket, { family, host: knownAs, port: socket.address().port }, this.#parts, this.#nap);
  }

  close(): Promise<void> {
    return Promise.resolve();
  }

  async #bind(at: HostPort, family: Family, bufferBytes: number): Promise<Socket> {
    const socket = createSocket({
      type: family === 4 ? 'udp4' : 'udp6',
      ipv6Only: family === 6,
      lookup: literalLookup,
      recvBufferSize: bufferBytes,
      sendBufferSize: bufferBytes,
    });
    await bindSocket(socket, at);
    return socket;
  }
}

class PortableListener implements UdpListener {
  readonly address: TransportAddress;
  otherPort: UdpListener | null = null;
  otherHost: UdpListener['otherHost'] = null;
  readonly #socket: Socket;
  /** Nested, so that finding a client makes no key. */
  readonly #paths = new Map<string, Map<number, PortablePath>>();

  constructor(socket: Socket, address: TransportAddress, { server, frames, clock }: EdgeParts, nap: Nap) {
    this.#socket = socket;
    this.address = address;
    const share = new NapShare(nap);
    socket.on('message', (bytes, from) => {
      share.packet();
      const frame = frames.hold(bytes);
      if (frame !== null) this.#take(frame, from.address, from.port, server(), clock.monotonicMs());
    });
  }

  get port(): number {
    return this.address.port;
  }

  sendTo(frame: Frame, to: TransportAddress): void {
    sendFrame(this.#socket, frame, to);
  }

  sweep(): void {
    for (const [host, ports] of this.#paths) {
      for (const [port, path] of ports) if (!path.isKept) ports.delete(port);
      if (ports.size === 0) this.#paths.delete(host);
    }
  }

  close(): Promise<void> {
    return closeSocket(this.#socket);
  }

  #take(frame: Frame, host: string, port: number, server: TurnServer, nowMs: number): void {
    const known = this.#paths.get(host)?.get(port);
    if (known !== undefined) {
      server.fromClient(known, frame, nowMs);
      return;
    }
    const path = new PortablePath(this, { family: this.address.family, host, port });
    server.fromClient(path, frame, nowMs);
    if (!path.isKept) return;
    const ports = this.#paths.get(host) ?? new Map<number, PortablePath>();
    ports.set(port, path);
    this.#paths.set(host, ports);
  }
}

class PortablePath implements ClientPath {
  readonly transport = 'udp';
  readonly address: TransportAddress;
  readonly network: string;
  readonly arrival: PortableListener;
  allocation: Allocation | null = null;
  isAllocating = false;
  isGone = false;

  constructor(arrival: PortableListener, address: TransportAddress) {
    this.arrival = arrival;
    this.address = address;
    this.network = networkOfHost(address.host);
  }

  get isKept(): boolean {
    return this.allocation !== null || this.isAllocating;
  }

  send(frame: Frame): void {
    this.arrival.sendTo(frame, this.address);
  }
}

class PortableRelay implements RelayPort {
  readonly address: TransportAddress;
  allocation: Allocation | null = null;
  readonly #socket: Socket;
  #isClosed = false;

  constructor(socket: Socket, address: TransportAddress, { server, frames, clock }: EdgeParts, nap: Nap) {
    this.#socket = socket;
    this.address = address;
    const share = new NapShare(nap);
    socket.on('message', (bytes, from) => {
      share.packet();
      const frame = frames.hold(bytes);
      if (frame !== null) server().fromPeer(this, frame, from.address, from.port, clock.monotonicMs());
    });
  }

  towards(peer: TransportAddress): PeerPath {
    return {
      send: (frame) => {
        if (this.#isClosed) frame.release();
        else sendFrame(this.#socket, frame, peer);
      },
    };
  }

  close(): void {
    if (this.#isClosed) return;
    this.#isClosed = true;
    this.#socket.close();
  }
}

/** A packet that the operating system would not take is a lost packet. */
function sendFrame(socket: Socket, { bytes, start, end, release }: Frame, to: TransportAddress): void {
  socket.send(bytes, start, end - start, to.port, to.host, release);
}

import {
  addressWords,
  hostIn,
  type IcmpError,
  loadSyscalls,
  portIn,
  socketAddressBytes,
  UdpSocket,
  writeSocketAddress,
  type Syscalls,
} from '../../../native-shims/linux-udp/index.ts';
import type { HostPort } from '../../ports/host-port.ts';
import { bytesOfHost, hostOfBytes, networkOfHost, type Family, type TransportAddress } from '../../stun/index.ts';
import type { Allocation } from '../turn/allocation.ts';
import type { ClientPath } from '../turn/client-path.ts';
import type { Frame } from '../turn/frame-pool.ts';
import type { PeerPath, RelayPort } from '../turn/relay-ports.ts';
import type { TurnServer } from '../turn/turn-server.ts';
import { AddressTable } from './address-table.ts';
import { BatchedLoop, type LoopSocket } from './batched-loop.ts';
import { listenerBufferBytes, relayBufferBytes, type EdgeParts, type UdpEdge, type UdpListener } from './udp-edge.ts';

/** Clients with an allocation; there are fewer allocations than this. */
const maxPaths = 2_048;

/** Peers whose addresses are known as text; when there are more, all are forgotten and read anew. */
const maxPeers = 2_048;

/** UDP on Linux in batches of many packets for each call of the system (`recvmmsg`, `sendmmsg`). */
export class BatchedUdp implements UdpEdge {
  readonly name = 'batched';
  readonly canSendWhole = true;
  readonly #system: Syscalls;
  readonly #parts: EdgeParts;
  readonly #loop: BatchedLoop;
  readonly #peers: PeerNames;

  private constructor(system: Syscalls, parts: EdgeParts) {
    this.#system = system;
    this.#parts = parts;
    this.#loop = new BatchedLoop(system, parts.frames, parts.clock);
    this.#peers = new PeerNames(parts.seed);
  }

  /** Null where the system has no such calls, or they can't be made. */
  static async open(parts: EdgeParts): Promise<BatchedUdp | null> {
    const system = await loadSyscalls();
    return system === null ? null : new BatchedUdp(system, parts);
  }

  // Async, so that what it throws is a rejection.
  async listen(at: HostPort, family: Family, knownAs: string): Promise<UdpListener> {
    const socket = this.#bind(at, listenerBufferBytes);
    return new BatchedListener(this.#loop, socket, { family, host: knownAs, port: socket.port }, this.#parts);
  }

  async openRelay(at: HostPort, family: Family, knownAs: string): Promise<RelayPort> {
    const socket = this.#bind(at, relayBufferBytes);
    const address = { family, host: knownAs, port: socket.port };
    return new BatchedRelay(this.#loop, socket, address, this.#parts.server, this.#peers);
  }

  close(): Promise<void> {
    return this.#loop.close();
  }

  #bind({ host, port }: HostPort, bufferBytes: number): UdpSocket {
    const bytes = bytesOfHost(host);
    if (bytes === null) throw new Error('only literal addresses are listened at');
    return UdpSocket.bind(this.#system, bytes, port, bufferBytes);
  }
}

/** Socket addresses of peers as text, kept so that a packet makes none. */
class PeerNames {
  readonly #table: AddressTable<TransportAddress>;

  constructor(seed: number) {
    this.#table = new AddressTable(maxPeers, seed);
  }

  at(names: Uint32Array, at: number): TransportAddress {
    const known = this.#table.get(names, at);
    if (known !== null) return known;
    const address = addressIn(names, at);
    if (this.#table.size >= maxPeers) this.#table.clear();
    this.#table.set(names, at, address);
    return address;
  }
}

class BatchedListener implements UdpListener, LoopSocket {
  readonly address: TransportAddress;
  readonly socket: UdpSocket;
  otherPort: UdpListener | null = null;
  otherHost: UdpListener['otherHost'] = null;
  readonly isShared = true;
  lastLook = 0;
  readonly #loop: BatchedLoop;
  readonly #leave: () => void;
  readonly #server: () => TurnServer;
  readonly #paths: AddressTable<BatchedPath>;

  constructor(loop: BatchedLoop, socket: UdpSocket, address: TransportAddress, { server, seed }: EdgeParts) {
    this.socket = socket;
    this.address = address;
    this.#loop = loop;
    this.#server = server;
    this.#paths = new AddressTable(maxPaths, seed);
    this.#leave = loop.add(this);
  }

  get port(): number {
    return this.address.port;
  }

  take(frame: Frame, names: Uint32Array, at: number, nowMs: number): void {
    const server = this.#server();
    const known = this.#paths.get(names, at);
    if (known !== null) {
      server.fromClient(known, frame, nowMs);
      return;
    }
    const path = new BatchedPath(this, names.slice(at, at + addressWords));
    server.fromClient(path, frame, nowMs);
    if (path.isKept) this.#paths.set(path.words, 0, path);
  }

  hearError(): void {
    // Whoever asks and is gone asks no more: nothing is to be told to anybody.
  }

  sendTo(frame: Frame, to: TransportAddress): void {
    this.sendWords(frame, wordsOf(to));
  }

  sendWords(frame: Frame, to: Uint32Array): void {
    this.#loop.outgoing.add(this.socket.fd, frame, to, socketAddressBytes(this.socket.family));
  }

  sweep(): void {
    this.#paths.filter((path) => path.isKept);
  }

  async close(): Promise<void> {
    this.#leave();
    this.socket.close();
  }
}

class BatchedPath implements ClientPath {
  readonly transport = 'udp';
  readonly address: TransportAddress;
  readonly network: string;
  readonly arrival: BatchedListener;
  readonly words: Uint32Array;
  allocation: Allocation | null = null;
  isAllocating = false;
  isGone = false;

  constructor(arrival: BatchedListener, words: Uint32Array) {
    this.arrival = arrival;
    this.words = words;
    this.address = addressIn(words, 0);
    this.network = networkOfHost(this.address.host);
  }

  get isKept(): boolean {
    return this.allocation !== null || this.isAllocating;
  }

  send(frame: Frame): void {
    this.arrival.sendWords(frame, this.words);
  }
}

class BatchedRelay implements RelayPort, LoopSocket {
  readonly address: TransportAddress;
  readonly socket: UdpSocket;
  allocation: Allocation | null = null;
  readonly isShared = false;
  lastLook = 0;
  readonly #loop: BatchedLoop;
  readonly #leave: () => void;
  readonly #server: () => TurnServer;
  readonly #peers: PeerNames;
  #isClosed = false;

  constructor(loop: BatchedLoop, socket: UdpSocket, address: TransportAddress, server: () => TurnServer, peers: PeerNames) {
    this.socket = socket;
    this.address = address;
    this.#loop = loop;
    this.#server = server;
    this.#peers = peers;
    socket.tellErrors();
    this.#leave = loop.add(this);
  }

  take(frame: Frame, names: Uint32Array, at: number, nowMs: number): void {
    const { host, port } = this.#peers.at(names, at);
    this.#server().fromPeer(this, frame, host, port, nowMs);
  }

  hearError({ host, port, type, code, mtu }: IcmpError, nowMs: number): void {
    this.#server().unreachable(this, { host: hostOfBytes(host), port }, { type, code, mtu }, nowMs);
  }

  towards(peer: TransportAddress): PeerPath {
    const words = wordsOf(peer);
    return { send: (frame, isWhole) => this.#send(frame, words, isWhole) };
  }

  close(): void {
    if (this.#isClosed) return;
    this.#isClosed = true;
    this.#leave();
    this.socket.close();
  }

  #send(frame: Frame, to: Uint32Array, isWhole: boolean): void {
    const { outgoing } = this.#loop;
    if (this.#isClosed) {
      frame.release();
      return;
    }
    if (!isWhole) {
      outgoing.add(this.socket.fd, frame, to, socketAddressBytes(this.socket.family));
      return;
    }
    // The socket is told, not the packet: so it goes alone.
    outgoing.send();
    this.socket.neverFragments = true;
    outgoing.add(this.socket.fd, frame, to, socketAddressBytes(this.socket.family));
    outgoing.send();
    this.socket.neverFragments = false;
  }
}

const addressIn = (words: Uint32Array, at: number): TransportAddress => {
  const host = hostIn(words, at);
  return { family: host.byteLength === 4 ? 4 : 6, host: hostOfBytes(host), port: portIn(words, at) };
};

function wordsOf({ host, port }: TransportAddress): Uint32Array {
  const words = new Uint32Array(addressWords);
  writeSocketAddress(words, bytesOfHost(host) ?? new Uint8Array(4), port);
  return words;
}

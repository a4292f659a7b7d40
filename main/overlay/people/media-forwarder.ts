import { createSocket, type RemoteInfo, type Socket } from 'node:dgram';
import type { DatagramSource, UdxSocket } from '../../../native-shims/hyperdht/index.ts';
import type { Clock } from '../../ports/clock.ts';
import { Listeners } from '../../ports/listeners.ts';
import type { Logger } from '../../ports/logger.ts';
import type { Unsubscribe } from '../../ports/peer-wire.ts';
import type { Random } from '../../ports/random.ts';
import { TokenBucket } from '../../ports/token-bucket.ts';
import { mediaTagBytes, type MediaPath, type MediaPathCounters, type MediaPathState } from '../media-path.ts';
import type { Line } from './line.ts';

/**
 * First byte of a datagram of media. The socket is shared: packets of connections begin with 255 (UDX), questions and answers of
 * the DHT with 3 and 19 (dht-rpc), and a punch is one byte long.
 */
const marker = 0x4d;
const prefixBytes = 1 + mediaTagBytes;
/** Voice packets and ICE's checks stay far below; with all headers it still fits into an Ethernet frame. */
const maxPayloadBytes = 1_400;
/** A call of 10 ms packets sends 100, and doubles them for a moment while it changes its path. */
const perSecond = 400;
const burst = 200;
/** Datagrams that the system has not taken yet; the next after them overwrites the first, which then fails its authentication. */
const slots = 64;
const slotBytes = prefixBytes + maxPayloadBytes;
const loopback = '127.0.0.1';
/** So long after a new state another local socket may take the place of the one before: a last check of that may still come. */
const takeOverMs = 2_000;

export interface MediaForwarderParts {
  readonly clock: Clock;
  readonly random: Random;
  readonly log: Logger;
  /** The session's connection now; null: it has none. */
  readonly line: () => Line | null;
  readonly onLine: (listener: () => void) => Unsubscribe;
}

/**
 * Between a loopback port and the session's connection. Where that is direct, datagrams go beside it over its own socket, from
 * and to the exact address it has; where it is relayed, inside it, encrypted. Forwards in the tick in which something arrives.
 */
export class MediaForwarder implements MediaPath {
  readonly tag: Uint8Array;
  readonly #parts: MediaForwarderParts;
  readonly #local: Socket;
  readonly #states: Listeners<[MediaPathState | null]>;
  readonly #counters = { sent: 0, received: 0, strangeLocal: 0, strangePeer: 0, tooMany: 0, tooLarge: 0 };
  readonly #outgoing: TokenBucket;
  readonly #incoming: TokenBucket;
  readonly #ring = Buffer.alloc(slots * slotBytes);
  readonly #unsubscribe: Unsubscribe;
  #slot = 0;
  #localPort = 0;
  /** The port of media's socket, once it has spoken; until when another one may take its place. */
  #mediaPort = 0;
  #openUntilMs = 0;
  #isConnected = false;
  #isClosed = false;
  #line: Line | null = null;
  /** The socket we listen on, and the address that counts there. */
  #socket: UdxSocket | null = null;
  #host = '';
  #port = 0;
  #told = 'null';

  constructor(parts: MediaForwarderParts) {
    this.#parts = parts;
    const nowMs = parts.clock.monotonicMs();
    this.tag = parts.random.bytes(mediaTagBytes);
    this.#outgoing = new TokenBucket(perSecond, burst, nowMs);
    this.#incoming = new TokenBucket(perSecond, burst, nowMs);
    this.#states = new Listeners(parts.log);
    this.#local = createSocket('udp4');
    this.#local.on('error', (error) => {
      // Once it is open, of a single datagram that the system would not take: lost, as any may be.
      if (this.#localPort !== 0) return;
      parts.log.warn('media-path-failed', { detail: error.message });
      this.close();
    });
    this.#local.on('message', (datagram, from) => this.#onLocal(datagram, from));
    this.#local.bind({ address: loopback, port: 0, exclusive: true }, () => {
      this.#localPort = this.#local.address().port;
      this.#tell();
    });
    this.#unsubscribe = parts.onLine(() => this.#follow());
    this.#follow();
  }

  connect(theirTag: Uint8Array): void {
    if (theirTag.byteLength !== mediaTagBytes) throw new RangeError('a tag has another length');
    for (let slot = 0; slot < slots; slot++) {
      this.#ring[slot * slotBytes] = marker;
      this.#ring.set(theirTag, slot * slotBytes + 1);
    }
    this.#isConnected = true;
    this.#tell();
  }

  onState(listener: (state: MediaPathState | null) => void): Unsubscribe {
    const unsubscribe = this.#states.add(listener);
    const state = this.#state();
    if (state !== null) listener(state);
    return unsubscribe;
  }

  counters(): MediaPathCounters {
    return { ...this.#counters };
  }

  close(): void {
    if (this.#isClosed) return;
    this.#isClosed = true;
    this.#unsubscribe();
    this.#leave();
    this.#local.close();
    this.#tell();
  }

  #state(): MediaPathState | null {
    const line = this.#line;
    if (this.#isClosed || !this.#isConnected || line === null || this.#localPort === 0) return null;
    const rttMs = line.stream.rawStream?.rtt ?? 0;
    return { port: this.#localPort, kind: line.kind, rttMs: rttMs > 0 ? rttMs : null };
  }

  /** The round-trip time is told along, but is no reason to tell. */
  #tell(): void {
    const state = this.#state();
    // That the connection is another one of the same kind is nothing to media.
    const now = state === null ? 'null' : `${state.port} ${state.kind}`;
    if (now === this.#told) return;
    this.#told = now;
    // Media opens a socket for each state that it is told.
    this.#openUntilMs = this.#parts.clock.monotonicMs() + takeOverMs;
    this.#states.emit(state);
  }

  /** The session has another connection, or none. */
  #follow(): void {
    const line = this.#parts.line();
    if (this.#isClosed || line?.stream === this.#line?.stream) return;
    this.#leave();
    const raw = line?.stream.rawStream ?? null;
    // A session through a gateway has no socket of UDP: nothing goes beside it.
    if (line !== null && raw !== null && raw.socket !== null) {
      this.#line = line;
      this.#host = raw.remoteHost;
      this.#port = raw.remotePort;
      if (line.kind === 'direct') {
        this.#socket = raw.socket;
        raw.socket.on('message', this.#onDatagram);
      } else {
        line.stream.on('message', this.#onEncrypted);
      }
    }
    this.#tell();
  }

  #leave(): void {
    this.#socket?.removeListener('message', this.#onDatagram);
    this.#line?.stream.removeListener('message', this.#onEncrypted);
    this.#socket = null;
    this.#line = null;
    this.#host = '';
    this.#port = 0;
  }

  /** From media, to the other side. */
  #onLocal(datagram: Buffer, from: RemoteInfo): void {
    if (from.address !== loopback || !this.#isMedia(datagram, from.port)) {
      this.#counters.strangeLocal += 1;
      return;
    }
    const line = this.#line;
    if (line === null || !this.#isConnected || this.#isClosed) return;
    if (datagram.byteLength > maxPayloadBytes) {
      this.#counters.tooLarge += 1;
      return;
    }
    if (!this.#outgoing.take(this.#parts.clock.monotonicMs())) {
      this.#counters.tooMany += 1;
      return;
    }
    const start = this.#slot * slotBytes;
    this.#slot = (this.#slot + 1) % slots;
    this.#ring.set(datagram, start + prefixBytes);
    const packet = this.#ring.subarray(start, start + prefixBytes + datagram.byteLength);
    if (this.#socket === null) line.stream.trySend(packet);
    else this.#socket.trySend(packet, this.#port, this.#host);
    this.#counters.sent += 1;
  }

  /** Media's socket is the one that sends ICE's checks soon after the path was told; no other gets anything in or out after that. */
  #isMedia(datagram: Buffer, port: number): boolean {
    if (port === this.#mediaPort) return true;
    const isOpen = this.#mediaPort === 0 || this.#parts.clock.monotonicMs() < this.#openUntilMs;
    if (!isOpen || !isStun(datagram)) return false;
    this.#mediaPort = port;
    return true;
  }

  readonly #onDatagram = (datagram: Buffer, from: DatagramSource): void => {
    if (!this.#isOurs(datagram)) return;
    if (from.port !== this.#port || from.host !== this.#host) {
      this.#counters.strangePeer += 1;
      return;
    }
    this.#deliver(datagram);
  };

  readonly #onEncrypted = (datagram: Buffer): void => {
    if (this.#isOurs(datagram)) this.#deliver(datagram);
  };

  #isOurs(datagram: Buffer): boolean {
    if (datagram.byteLength <= prefixBytes || datagram[0] !== marker) return false;
    return datagram.compare(this.tag, 0, mediaTagBytes, 1, prefixBytes) === 0;
  }

  /** From the other side, to media. */
  #deliver(datagram: Buffer): void {
    if (this.#isClosed || this.#mediaPort === 0) return;
    if (datagram.byteLength > slotBytes) {
      this.#counters.tooLarge += 1;
      return;
    }
    if (!this.#incoming.take(this.#parts.clock.monotonicMs())) {
      this.#counters.tooMany += 1;
      return;
    }
    this.#local.send(datagram, prefixBytes, datagram.byteLength - prefixBytes, this.#mediaPort, loopback);
    this.#counters.received += 1;
  }
}

/** RFC 8489 §5: two zero bits, and the magic cookie. */
const isStun = (datagram: Buffer): boolean =>
  datagram.byteLength >= 20 && (datagram[0] ?? 255) < 4 && datagram.readUInt32BE(4) === 0x2112_a442;

import type { Random } from '../../ports/random.ts';
import { KeyedLimiter } from '../../ports/token-bucket.ts';
import {
  addressesOf,
  attribute,
  channelHeaderBytes,
  channelLength,
  findAttribute,
  isChannelData,
  method,
  readChannel,
  readStun,
  type StunMessage,
  StunWriter,
  type TransportAddress,
  valueOf,
  writeChannelHeader,
} from '../../stun/index.ts';
import type { Allocation, RelayPort } from './allocation.ts';
import { Allocations } from './allocations.ts';
import type { ClientPath } from './client-path.ts';
import type { TicketVerifier } from './credentials.ts';
import { frameBytes, type FramePool } from './frame-pool.ts';
import type { RelayLimits } from './limits.ts';
import { Nonces } from './nonce.ts';
import type { PeerPolicy } from './peer-policy.ts';
import type { RelayPorts } from './relay-ports.ts';
import { TurnRequests } from './turn-requests.ts';

export interface TurnServerParts {
  readonly ports: RelayPorts;
  readonly frames: FramePool;
  readonly random: Random;
  /** Null: nobody gets an allocation; STUN alone. */
  readonly verifier: TicketVerifier | null;
  readonly policy: PeerPolicy;
  readonly limits: RelayLimits;
  readonly realm: string;
  readonly nowMs: number;
}

/** Packets and bytes of data carried, and packets not carried, since the start. */
export interface RelayCounts {
  readonly allocations: number;
  readonly packets: number;
  readonly bytes: number;
  readonly dropped: number;
}

/** The longest envelope of a Data indication: header, an IPv6 address, the data's own header and padding. */
const dataEnvelopeBytes = 20 + 24 + 4 + 3;

/**
 * A STUN (RFC 8489) and TURN (RFC 8656) server without sockets and clock. Whoever calls it tells the time in monotonic
 * milliseconds, and calls `sweep` about once a second. Bytes that are handed in stay as they are.
 *
 * What carries channel data from one side to the other allocates nothing.
 */
export class TurnServer {
  readonly #frames: FramePool;
  readonly #allocations: Allocations;
  readonly #strangers: KeyedLimiter;
  readonly #requests: TurnRequests;
  #packets = 0;
  #bytes = 0;
  #dropped = 0;

  constructor(parts: TurnServerParts) {
    this.#frames = parts.frames;
    this.#allocations = new Allocations(parts.limits);
    this.#strangers = new KeyedLimiter(parts.limits.strangers.perNetwork, parts.limits.strangers.total, parts.nowMs);
    this.#requests = new TurnRequests({ ...parts, nonces: new Nonces(parts.random.bytes(32)), allocations: this.#allocations });
  }

  get counts(): RelayCounts {
    return { allocations: this.#allocations.size, packets: this.#packets, bytes: this.#bytes, dropped: this.#dropped };
  }

  /** One datagram, or one frame of a stream, from a client. */
  fromClient(path: ClientPath, bytes: Buffer, nowMs: number): void {
    if (bytes.length === 0) return;
    if (isChannelData(bytes.readUInt8(0))) {
      this.#channelDataFromClient(path, bytes, nowMs);
      return;
    }
    const { allocation } = path;
    const isWithin = allocation === null ? this.#strangers.take(path.network, nowMs) : true;
    if (!isWithin) {
      this.#dropped += 1;
      return;
    }
    const message = readStun(bytes);
    if (message === null) return;
    if (message.class === 'request') {
      if (allocation !== null && !allocation.requests.take(nowMs)) this.#dropped += 1;
      else this.#requests.answer(path, message, nowMs);
    } else if (message.class === 'indication' && message.method === method.send && allocation !== null) {
      this.#sendIndication(allocation, message, nowMs);
    }
  }

  /** One datagram that reached a relayed address. */
  fromPeer(relay: RelayPort, bytes: Buffer, host: string, port: number, nowMs: number): void {
    this.#toAllocation(relay, bytes, 0, bytes.length, host, port, nowMs);
  }

  /** Its connection is gone, and what it had with it (RFC 8656 §7.1). */
  clientGone(path: ClientPath): void {
    path.isGone = true;
    if (path.allocation !== null) this.#requests.end(path.allocation);
  }

  /** Ends what has run out. Nothing that ran out is used before, either. */
  sweep(nowMs: number): void {
    for (const allocation of this.#allocations.all()) {
      if (allocation.expiresMs <= nowMs) this.#requests.end(allocation);
      else allocation.sweep(nowMs);
    }
    for (const relay of this.#allocations.lapsed(nowMs)) relay.close();
  }

  /** Ends everything. */
  stop(): void {
    for (const allocation of this.#allocations.all()) this.#requests.end(allocation);
    for (const relay of this.#allocations.lapsed(Infinity)) relay.close();
  }

  #channelDataFromClient({ allocation }: ClientPath, bytes: Buffer, nowMs: number): void {
    const number = readChannel(bytes);
    const channel = allocation === null || number < 0 ? null : allocation.channelOf(number, nowMs);
    if (allocation === null || channel === null) {
      this.#dropped += 1;
      return;
    }
    this.#toPeer(
      allocation,
      channel.relay,
      bytes,
      channelHeaderBytes,
      channelLength(bytes),
      channel.peer,
      channel.isLocal,
      nowMs,
    );
  }

  /** RFC 8656 §11.2: what is not in order is dropped without a word. */
  #sendIndication(allocation: Allocation, message: StunMessage, nowMs: number): void {
    const [peer, ...others] = addressesOf(message, attribute.xorPeerAddress) ?? [];
    const data = findAttribute(message, attribute.data);
    const relay = peer === undefined ? null : allocation.relayOf(peer.family);
    const isAsked = valueOf(message, attribute.dontFragment) === null && others.length === 0;
    if (peer === undefined || data === null || relay === null || !isAsked || !allocation.isPermitted(peer.host, nowMs)) {
      this.#dropped += 1;
      return;
    }
    const isLocal = peer.host === relay.address.host;
    this.#toPeer(allocation, relay, message.bytes, data.start, data.end - data.start, peer, isLocal, nowMs);
  }

  #toPeer(
    allocation: Allocation,
    relay: RelayPort,
    bytes: Buffer,
    offset: number,
    length: number,
    peer: TransportAddress,
    isLocal: boolean,
    nowMs: number,
  ): void {
    if (allocation.expiresMs <= nowMs || !allocation.spend(length, nowMs)) {
      this.#dropped += 1;
      return;
    }
    this.#packets += 1;
    this.#bytes += length;
    if (!isLocal) {
      relay.send(bytes, offset, length, peer);
      return;
    }
    const target = this.#allocations.relayAt(peer.family, peer.port);
    if (target !== null) this.#toAllocation(target, bytes, offset, length, relay.address.host, relay.address.port, nowMs);
  }

  #toAllocation(
    relay: RelayPort,
    bytes: Buffer,
    offset: number,
    length: number,
    host: string,
    port: number,
    nowMs: number,
  ): void {
    const { allocation } = relay;
    const isWelcome =
      allocation !== null &&
      allocation.expiresMs > nowMs &&
      allocation.isPermitted(host, nowMs) &&
      length + dataEnvelopeBytes <= frameBytes &&
      allocation.spend(length, nowMs);
    const frame = isWelcome ? this.#frames.take() : null;
    if (allocation === null || frame === null) {
      this.#dropped += 1;
      return;
    }
    this.#packets += 1;
    this.#bytes += length;
    const channel = allocation.channelTo(host, port, nowMs);
    if (channel === null) {
      const peer = { family: relay.address.family, host, port };
      const writer = new StunWriter(frame.bytes, method.data, 'indication', this.#requests.newTransactionId());
      writer.address(attribute.xorPeerAddress, peer);
      writer.bytes(attribute.data, bytes.subarray(offset, offset + length));
      allocation.path.send(frame, writer.finish(null, false));
      return;
    }
    writeChannelHeader(frame.bytes, channel.number, length);
    bytes.copy(frame.bytes, channelHeaderBytes, offset, offset + length);
    allocation.path.send(frame, channelHeaderBytes + length);
  }
}

import type { HostPort } from '../../ports/host-port.ts';
import type { Random } from '../../ports/random.ts';
import { KeyedLimiter } from '../../ports/token-bucket.ts';
import {
  addressesOf,
  attribute,
  channelHeaderBytes,
  channelLength,
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
import type { Allocation } from './allocation.ts';
import { Allocations } from './allocations.ts';
import { ByteBudget } from './byte-budget.ts';
import { CarriedCalls, voiceBytesPerSweep } from './carried-calls.ts';
import type { ClientPath } from './client-path.ts';
import type { TicketVerifier } from './credentials.ts';
import { frameBytes, type Frame, type FramePool } from './frame-pool.ts';
import type { RelayLimits } from './limits.ts';
import { Nonces } from './nonce.ts';
import type { PeerPolicy } from './peer-policy.ts';
import type { RelayPort, RelayPorts } from './relay-ports.ts';
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
  /** Calls whose sound goes through here now, and that ever did. */
  readonly calls: number;
  readonly callsEver: number;
  readonly packets: number;
  readonly bytes: number;
  readonly dropped: number;
}

/** What ICMP, or ICMPv6, said of a packet. */
export interface Icmp {
  readonly type: number;
  readonly code: number;
  /** Of the next line, where the packet was too long; else 0. */
  readonly mtu: number;
}

/** RFC 8656 §11.5: destination unreachable and time exceeded; in ICMPv6 also packet too big. */
const icmpTypes = { 4: [3, 11], 6: [1, 2, 3] } as const;

/** The longest envelope of a Data indication: header, an IPv6 address, the data's own header and padding. */
const dataEnvelopeBytes = 20 + 24 + 4 + 3;

/** A Data indication with an IPv6 address and a word of ICMP: it counts as data does. */
const icmpBytes = 20 + 24 + 12;

/** What claims to come from there can't be answered (RFC 768), and no socket sends there: some throw when they are asked to. */
const nobodysPort = 0;

/**
 * A STUN (RFC 8489) and TURN (RFC 8656) server without sockets and clock. Whoever calls it tells the time in monotonic
 * milliseconds, and calls `sweep` about once a second.
 *
 * Channel data goes from one side to the other in the frame that it came in, and nothing is allocated for it.
 */
export class TurnServer {
  readonly #frames: FramePool;
  readonly #allocations: Allocations;
  readonly #strangers: KeyedLimiter;
  readonly #requests: TurnRequests;
  readonly #total: ByteBudget;
  readonly #carried = new CarriedCalls();
  readonly #canSendWhole: boolean;
  #packets = 0;
  #bytes = 0;
  #dropped = 0;
  #sweptMs: number;

  constructor(parts: TurnServerParts) {
    this.#frames = parts.frames;
    this.#canSendWhole = parts.ports.canSendWhole;
    this.#allocations = new Allocations(parts.limits);
    this.#strangers = new KeyedLimiter(parts.limits.strangers.perNetwork, parts.limits.strangers.total, parts.nowMs);
    this.#total = new ByteBudget(parts.limits.totalBytesPerSecond, parts.nowMs);
    this.#sweptMs = parts.nowMs;
    this.#requests = new TurnRequests({ ...parts, nonces: new Nonces(parts.random.bytes(32)), allocations: this.#allocations });
  }

  get counts(): RelayCounts {
    return {
      allocations: this.#allocations.size,
      calls: this.#carried.now(this.#sweptMs),
      callsEver: this.#carried.ever,
      packets: this.#packets,
      bytes: this.#bytes,
      dropped: this.#dropped,
    };
  }

  /** One datagram, or one frame of a stream, from a client. Takes the frame over. */
  fromClient(path: ClientPath, frame: Frame, nowMs: number): void {
    if (path.address.port === nobodysPort) {
      this.#drop(frame);
      return;
    }
    if (frame.end > frame.start && isChannelData(frame.bytes.readUInt8(frame.start))) {
      this.#channelDataFromClient(path, frame, nowMs);
      return;
    }
    this.#stunFromClient(path, frame.bytes.subarray(frame.start, frame.end), nowMs);
    frame.release();
  }

  /** One datagram that reached a relayed address. Takes the frame over, which has headroom before it. */
  fromPeer(relay: RelayPort, frame: Frame, host: string, port: number, nowMs: number): void {
    this.#toAllocation(relay, frame, host, port, nowMs);
  }

  /** A packet from a relayed address could not be taken where it went (RFC 8656 §11.5). */
  unreachable(relay: RelayPort, { host, port }: HostPort, { type, code, mtu }: Icmp, nowMs: number): void {
    const { allocation } = relay;
    const { family } = relay.address;
    const isOurs = allocation !== null && allocation.expiresMs > nowMs && allocation.isPermitted(host, nowMs);
    if (!isOurs || !icmpTypes[family].some((known) => known === type) || !allocation.spend(false, icmpBytes, nowMs)) return;
    const frame = this.#frames.take();
    if (frame === null) return;
    frame.start = 0;
    const writer = new StunWriter(frame.bytes, method.data, 'indication', this.#requests.newTransactionId());
    writer.address(attribute.xorPeerAddress, { family, host, port });
    const value = Buffer.alloc(8);
    value.writeUInt16BE(((type & 0x7f) << 9) | code, 2);
    value.writeUInt32BE(mtu, 4);
    writer.bytes(attribute.icmp, value);
    frame.end = writer.finish(null, false);
    allocation.path.send(frame);
  }

  /** Its connection is gone, and what it had with it (RFC 8656 §7.1). */
  clientGone(path: ClientPath): void {
    path.isGone = true;
    if (path.allocation !== null) this.#requests.end(path.allocation);
  }

  /** Ends what has run out. Nothing that ran out is used before, either. */
  sweep(nowMs: number): void {
    this.#sweptMs = nowMs;
    for (const allocation of this.#allocations.all()) {
      if (allocation.takeCarried() >= voiceBytesPerSweep) this.#carried.heard(allocation.call, nowMs);
      if (allocation.expiresMs <= nowMs) this.#requests.end(allocation);
      else allocation.sweep(nowMs);
    }
    for (const relay of this.#allocations.lapsed(nowMs)) relay.close();
  }

  /** Gives no more allocations; what is carried goes on. */
  drain(): void {
    this.#allocations.close();
  }

  /** Ends everything. */
  stop(): void {
    for (const allocation of this.#allocations.all()) this.#requests.end(allocation);
    for (const relay of this.#allocations.lapsed(Infinity)) relay.close();
  }

  #stunFromClient(path: ClientPath, bytes: Buffer, nowMs: number): void {
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

  #channelDataFromClient({ allocation }: ClientPath, frame: Frame, nowMs: number): void {
    const number = readChannel(frame.bytes, frame.start, frame.end);
    const channel = allocation === null || number < 0 ? null : allocation.channelOf(number, nowMs);
    if (allocation === null || channel === null) {
      this.#drop(frame);
      return;
    }
    const length = channelLength(frame.bytes, frame.start);
    frame.start += channelHeaderBytes;
    frame.end = frame.start + length;
    if (!this.#pays(allocation, true, length, nowMs)) this.#drop(frame);
    else if (channel.isLocal) this.#toNeighbour(frame, channel.relay, channel.peer, nowMs);
    else channel.path.send(frame, false);
  }

  /** RFC 8656 §11.2: what is not in order is dropped without a word. */
  #sendIndication(allocation: Allocation, message: StunMessage, nowMs: number): void {
    const [peer, ...others] = addressesOf(message, attribute.xorPeerAddress) ?? [];
    const data = valueOf(message, attribute.data);
    const relay = peer === undefined ? null : allocation.relayOf(peer.family);
    const isWhole = valueOf(message, attribute.dontFragment) !== null;
    const isPossible = others.length === 0 && peer?.port !== nobodysPort && (!isWhole || this.#canSendWhole);
    if (peer === undefined || data === null || relay === null || !isPossible || !allocation.isPermitted(peer.host, nowMs)) {
      this.#dropped += 1;
      return;
    }
    const frame = this.#pays(allocation, true, data.length, nowMs) ? this.#frames.hold(data) : null;
    if (frame === null) this.#dropped += 1;
    else if (peer.host === relay.address.host) this.#toNeighbour(frame, relay, peer, nowMs);
    else relay.towards(peer).send(frame, isWhole);
  }

  /** Counts a packet that goes on. False: over its rate or everybody's, or out of time. */
  #pays(allocation: Allocation, isFromClient: boolean, length: number, nowMs: number): boolean {
    if (allocation.expiresMs <= nowMs || !allocation.spend(isFromClient, length, nowMs)) return false;
    if (!this.#total.spend(length, nowMs)) return false;
    this.#packets += 1;
    this.#bytes += length;
    return true;
  }

  /** To another allocation of this relay, without a socket. */
  #toNeighbour(frame: Frame, from: RelayPort, peer: TransportAddress, nowMs: number): void {
    const target = this.#allocations.relayAt(peer.family, peer.port);
    if (target === null) frame.release();
    else this.#toAllocation(target, frame, from.address.host, from.address.port, nowMs);
  }

  #toAllocation(relay: RelayPort, frame: Frame, host: string, port: number, nowMs: number): void {
    const { allocation } = relay;
    const length = frame.end - frame.start;
    const channel = allocation === null ? null : allocation.channelTo(host, port, nowMs);
    const isPermitted = channel === null ? allocation?.isPermitted(host, nowMs) === true : channel.permission.expiresMs > nowMs;
    if (allocation === null || !isPermitted || !this.#pays(allocation, false, length, nowMs)) {
      this.#drop(frame);
      return;
    }
    if (channel === null) {
      this.#dataIndication(allocation, frame, { family: relay.address.family, host, port });
      return;
    }
    frame.start -= channelHeaderBytes;
    writeChannelHeader(frame.bytes, channel.number, length, frame.start);
    allocation.path.send(frame);
  }

  #dataIndication(allocation: Allocation, data: Frame, peer: TransportAddress): void {
    const frame = data.end - data.start + dataEnvelopeBytes <= frameBytes ? this.#frames.take() : null;
    if (frame === null) {
      this.#drop(data);
      return;
    }
    frame.start = 0;
    const writer = new StunWriter(frame.bytes, method.data, 'indication', this.#requests.newTransactionId());
    writer.address(attribute.xorPeerAddress, peer);
    writer.bytes(attribute.data, data.bytes.subarray(data.start, data.end));
    frame.end = writer.finish(null, false);
    data.release();
    allocation.path.send(frame);
  }

  #drop(frame: Frame): void {
    this.#dropped += 1;
    frame.release();
  }
}

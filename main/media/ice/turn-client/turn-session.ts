import type { Clock, Timer } from '../../../ports/clock.ts';
import type { Random } from '../../../ports/random.ts';
import {
  addressesOf,
  attribute,
  channelHeaderBytes,
  channelLength,
  firstChannel,
  isChannelData,
  maxStunBytes,
  method,
  numberOf,
  readChannel,
  readStun,
  valueOf,
  type StunMessage,
  type TransportAddress,
} from '../../../stun/index.ts';
import { isSameAddress } from '../candidate.ts';
import { RelayPeer, renewMs } from './relay-peer.ts';
import { TurnCredentials } from './turn-credentials.ts';
import { TurnRequests, type TurnResult } from './turn-requests.ts';

export interface TurnSessionParts {
  readonly clock: Clock;
  readonly random: Random;
  readonly username: string;
  readonly password: string;
  readonly isReliable: boolean;
  /** To the server. The bytes must stay as they are until the system has taken them. */
  readonly send: (bytes: Buffer, length: number) => void;
  /** Once: one or two addresses (IPv4, IPv6) at which the relay takes packets for us. */
  readonly onAllocated: (relayed: readonly TransportAddress[]) => void;
  /** From somebody whom we asked the relay to let through. Valid until the call returns. */
  readonly onPacket: (bytes: Buffer, from: TransportAddress) => void;
  /** Once, final: refused, not answered, run out, or closed by us. `code` of RFC 8489 §14.8 and RFC 8656 §19; null: nobody answered. */
  readonly onGone: (code: number | null) => void;
}

/** A relay that does not answer in this time is of no use to somebody who waits for a call. */
const allocatePatienceMs = 5_000;
const refreshPatienceMs = 10_000;
/** It is asked whether it still knows us because nothing came through it: quickly. */
const probePatienceMs = 1_000;
const wantedLifetimeS = 600;
/** Refreshed so long before the end, or at half time. */
const refreshMarginS = 60;
/** Two sides have some 20 candidates each. */
const maxPeers = 48;
/** REQUESTED-TRANSPORT: UDP, by its protocol number (RFC 8656 §18.8). */
const udpProtocol = 17 << 24;
/** REQUESTED- and ADDITIONAL-ADDRESS-FAMILY (RFC 8656 §18.6). */
const ipv6Family = 0x02 << 24;

/**
 * One allocation at a TURN server (RFC 8656), from asking for it to giving it back. No sockets: bytes of the link come in by
 * `receive`, one frame at a time.
 *
 * ```
 * asking ── answered ──► allocated (refreshed, channels renewed) ── refused, silent, or closed ──► gone
 * ```
 */
export class TurnSession {
  readonly #parts: TurnSessionParts;
  readonly #requests: TurnRequests;
  readonly #peers: RelayPeer[] = [];
  readonly #views = new PacketViews();
  #state: 'asking' | 'allocated' | 'gone' = 'asking';
  #isProbing = false;
  #refresh: Timer | null = null;
  #renew: Timer | null = null;

  constructor(parts: TurnSessionParts) {
    this.#parts = parts;
    const credentials = new TurnCredentials(parts.username, parts.password);
    this.#requests = new TurnRequests({ ...parts, credentials });
  }

  /** IPv4, and IPv6 beside it where the relay has both (RFC 8656 §7.1). */
  start(): void {
    this.#allocate((result) => {
      // A relay without IPv4.
      if (!result.ok && result.code === 440)
        this.#allocate((second) => this.#allocated(second), attribute.requestedAddressFamily);
      else this.#allocated(result);
    }, attribute.additionalAddressFamily);
  }

  /** A way to somebody; the same for the same address. Null: there are too many. */
  peer(address: TransportAddress): RelayPeer | null {
    const known = this.#peers.find((peer) => isSameAddress(peer.address, address.host, address.port));
    if (known !== undefined) return known;
    if (this.#peers.length >= maxPeers) return null;
    const { send: write, isReliable } = this.#parts;
    const peer = new RelayPeer(address, firstChannel + this.#peers.length, { requests: this.#requests, write, isReliable });
    this.#peers.push(peer);
    return peer;
  }

  receive(bytes: Buffer): void {
    if (this.#state === 'gone' || bytes.length === 0) return;
    if (isChannelData(bytes.readUInt8(0))) {
      const number = readChannel(bytes);
      const peer = number < 0 ? undefined : this.#peers[number - firstChannel];
      if (peer !== undefined)
        this.#parts.onPacket(this.#views.cut(bytes, channelHeaderBytes, channelLength(bytes)), peer.address);
      return;
    }
    const message = readStun(bytes);
    if (message === null) return;
    if (message.class === 'success' || message.class === 'error') this.#requests.answered(message);
    else if (message.class === 'indication' && message.method === method.data) this.#dataCame(message);
  }

  /** Does it still know us? If not, `onGone` comes within a second. */
  probe(): void {
    if (this.#state !== 'allocated' || this.#isProbing) return;
    this.#isProbing = true;
    this.#askRefresh(probePatienceMs);
  }

  /** Gives the allocation back; nobody waits for the answer. */
  close(): void {
    if (this.#state === 'allocated') {
      this.#requests.ask(
        method.refresh,
        (writer) => writer.number(attribute.lifetime, 0),
        1,
        () => undefined,
      );
    }
    this.#end();
  }

  #allocate(done: (result: TurnResult) => void, family: number): void {
    this.#requests.ask(
      method.allocate,
      (writer) => {
        writer.number(attribute.requestedTransport, udpProtocol);
        writer.number(attribute.lifetime, wantedLifetimeS);
        writer.number(family, ipv6Family);
      },
      allocatePatienceMs,
      done,
    );
  }

  #allocated(result: TurnResult): void {
    if (this.#state !== 'asking') return;
    const relayed = result.ok ? addressesOf(result.message, attribute.xorRelayedAddress) : null;
    if (!result.ok || relayed === null || relayed.length === 0) return this.#gone(result.ok ? 400 : result.code);
    this.#state = 'allocated';
    this.#refreshLater(result.message);
    this.#renewLater();
    this.#parts.onAllocated(relayed.slice(0, 2));
  }

  #refreshLater(message: StunMessage): void {
    const lifetimeS = numberOf(message, attribute.lifetime) ?? wantedLifetimeS;
    const afterS = Math.max(lifetimeS - refreshMarginS, lifetimeS / 2, 1);
    this.#refresh?.cancel();
    this.#refresh = this.#parts.clock.setTimer(afterS * 1000, () => this.#askRefresh(refreshPatienceMs));
  }

  #askRefresh(patienceMs: number): void {
    this.#requests.ask(
      method.refresh,
      (writer) => writer.number(attribute.lifetime, wantedLifetimeS),
      patienceMs,
      (result) => {
        this.#isProbing = false;
        if (this.#state !== 'allocated') return;
        if (result.ok) this.#refreshLater(result.message);
        else this.#gone(result.code);
      },
    );
  }

  #renewLater(): void {
    this.#renew = this.#parts.clock.setTimer(renewMs, () => {
      for (const peer of this.#peers) if (peer.isBound) peer.bind();
      this.#renewLater();
    });
  }

  /** From a permitted host by a port that has no channel (RFC 8656 §11.4). */
  #dataCame(message: StunMessage): void {
    const [from] = addressesOf(message, attribute.xorPeerAddress) ?? [];
    const data = valueOf(message, attribute.data);
    if (from !== undefined && data !== null) this.#parts.onPacket(Buffer.from(data), from);
  }

  #gone(code: number | null): void {
    if (this.#state === 'gone') return;
    this.#end();
    this.#parts.onGone(code);
  }

  #end(): void {
    this.#state = 'gone';
    this.#refresh?.cancel();
    this.#renew?.cancel();
    this.#requests.stop();
  }
}

/** First bytes of DTLS (RFC 7983 §7), whose reader keeps what it gets. */
const isKept = (first: number): boolean => first >= 20 && first <= 63;

/** Cuts packets out of frames without making an object for each: one view for every length that occurs. */
class PacketViews {
  readonly #memory = Buffer.alloc(maxStunBytes);
  readonly #views: (Buffer | undefined)[] = [];

  /** Valid until the next one is cut. */
  cut(frame: Buffer, start: number, length: number): Buffer {
    if (length > this.#memory.length || (length > 0 && isKept(frame.readUInt8(start)))) {
      return Buffer.from(frame.subarray(start, start + length));
    }
    frame.copy(this.#memory, 0, start, start + length);
    const known = this.#views[length];
    if (known !== undefined) return known;
    const view = this.#memory.subarray(0, length);
    this.#views[length] = view;
    return view;
  }
}

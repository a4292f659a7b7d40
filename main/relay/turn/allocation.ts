import { TokenBucket } from '../../ports/token-bucket.ts';
import type { Family, TransportAddress } from '../../stun/index.ts';
import { ByteBudget } from './byte-budget.ts';
import type { ClientPath } from './client-path.ts';
import type { Ticket } from './credentials.ts';
import { channelMs, permissionMs, type RelayLimits } from './limits.ts';
import type { PeerPath, RelayPort } from './relay-ports.ts';

/** A client's number for a peer. */
export interface Channel {
  readonly number: number;
  readonly peer: TransportAddress;
  readonly relay: RelayPort;
  /** Made once, for all that goes there. */
  readonly path: PeerPath;
  /** The peer is an address of this relay: it is reached without a socket. */
  readonly isLocal: boolean;
  /** Without it the channel is no way back. */
  readonly permission: Permission;
  expiresMs: number;
}

interface Permission {
  expiresMs: number;
  /** By the peer's port. */
  readonly channels: Map<number, Channel>;
}

/** What one client has at this relay (RFC 8656 §2.2). Times are monotonic milliseconds, asked at each use: nothing lives longer for a late sweep. */
export class Allocation {
  readonly path: ClientPath;
  readonly username: string;
  readonly ticket: Ticket;
  /** Of the request that made it: a repeated one gets the same answer (RFC 8656 §7.2). */
  readonly transactionId: Buffer;
  readonly requests: TokenBucket;
  relays: readonly RelayPort[];
  expiresMs: number;
  readonly #permissions = new Map<string, Permission>();
  readonly #channels = new Map<number, Channel>();
  readonly #limits: RelayLimits;
  readonly #fromClient: ByteBudget;
  readonly #toClient: ByteBudget;
  #carriedBytes = 0;
  /** Nearly every packet is of the channel of the one before. */
  #last: Channel | null = null;

  constructor(made: {
    readonly path: ClientPath;
    readonly username: string;
    readonly ticket: Ticket;
    readonly transactionId: Buffer;
    readonly relays: readonly RelayPort[];
    readonly expiresMs: number;
    readonly limits: RelayLimits;
    readonly nowMs: number;
  }) {
    this.path = made.path;
    this.username = made.username;
    this.ticket = made.ticket;
    this.transactionId = made.transactionId;
    this.relays = made.relays;
    this.expiresMs = made.expiresMs;
    this.requests = new TokenBucket(made.limits.requests.perSecond, made.limits.requests.burst, made.nowMs);
    this.#limits = made.limits;
    this.#fromClient = new ByteBudget(made.limits.bytesPerSecond, made.nowMs);
    this.#toClient = new ByteBudget(made.limits.bytesPerSecond, made.nowMs);
  }

  relayOf(family: Family): RelayPort | null {
    for (const relay of this.relays) if (relay.address.family === family) return relay;
    return null;
  }

  /** False: over its rate in this direction, the packet is lost. */
  spend(isFromClient: boolean, bytes: number, nowMs: number): boolean {
    if (!(isFromClient ? this.#fromClient : this.#toClient).spend(bytes, nowMs)) return false;
    this.#carriedBytes += bytes;
    return true;
  }

  /** Carried since this was last asked, both ways. */
  takeCarried(): number {
    const bytes = this.#carriedBytes;
    this.#carriedBytes = 0;
    return bytes;
  }

  /** The call that it is for; of a ticket that names none, the user name stands for it. */
  get call(): string {
    return this.ticket.call ?? this.username;
  }

  isPermitted(host: string, nowMs: number): boolean {
    const permission = this.#permissions.get(host);
    return permission !== undefined && permission.expiresMs > nowMs;
  }

  /** Null if it was never bound, or is bound no more. */
  channelOf(number: number, nowMs: number): Channel | null {
    const channel = this.#last?.number === number ? this.#last : this.#channels.get(number);
    return this.#usable(channel, nowMs);
  }

  channelTo(host: string, port: number, nowMs: number): Channel | null {
    const last = this.#last;
    const isLast = last !== null && last.peer.port === port && last.peer.host === host;
    return this.#usable(isLast ? last : this.#permissions.get(host)?.channels.get(port), nowMs);
  }

  #usable(channel: Channel | undefined, nowMs: number): Channel | null {
    if (channel === undefined || channel.expiresMs <= nowMs) return null;
    this.#last = channel;
    return channel;
  }

  /** Whether permissions for all of `hosts` still find room. */
  hasRoomFor(hosts: readonly string[], nowMs: number): boolean {
    this.sweep(nowMs);
    const added = new Set(hosts.filter((host) => !this.#permissions.has(host)));
    return this.#permissions.size + added.size <= this.#limits.permissionsPerAllocation;
  }

  /** The caller has asked for room. */
  permit(host: string, nowMs: number): Permission {
    const permission = this.#permissions.get(host) ?? { expiresMs: 0, channels: new Map<number, Channel>() };
    permission.expiresMs = nowMs + permissionMs;
    this.#permissions.set(host, permission);
    return permission;
  }

  /**
   * Binds or refreshes a channel, and with it the permission (RFC 8656 §12.2).
   * @returns `taken` where number or peer belong to another binding, `full` where there is no room
   */
  bind(number: number, peer: TransportAddress, relay: RelayPort, isLocal: boolean, nowMs: number): 'bound' | 'taken' | 'full' {
    this.sweep(nowMs);
    const byNumber = this.#channels.get(number);
    const byPeer = this.#permissions.get(peer.host)?.channels.get(peer.port);
    if (byNumber !== byPeer) return 'taken';
    if (byNumber === undefined && this.#channels.size >= this.#limits.channelsPerAllocation) return 'full';
    if (!this.hasRoomFor([peer.host], nowMs)) return 'full';
    const permission = this.permit(peer.host, nowMs);
    if (byNumber !== undefined) {
      byNumber.expiresMs = nowMs + channelMs;
      return 'bound';
    }
    const path = relay.towards(peer);
    const channel: Channel = { number, peer, relay, path, isLocal, permission, expiresMs: nowMs + channelMs };
    this.#channels.set(number, channel);
    permission.channels.set(peer.port, channel);
    return 'bound';
  }

  /** Forgets what has run out. A permission stays as long as a channel needs it to be found. */
  sweep(nowMs: number): void {
    for (const [number, channel] of this.#channels) {
      if (channel.expiresMs > nowMs) continue;
      this.#channels.delete(number);
      channel.permission.channels.delete(channel.peer.port);
      if (this.#last === channel) this.#last = null;
    }
    for (const [host, permission] of this.#permissions) {
      if (permission.expiresMs <= nowMs && permission.channels.size === 0) this.#permissions.delete(host);
    }
  }
}

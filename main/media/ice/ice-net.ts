import type { IceServer } from '../../calls/index.ts';
import type { TransportAddress } from '../../stun/index.ts';

/** What ICE needs of the computer; the sockets of the operating system, or a network that exists only in a test. */
export interface IceNet {
  /** Usable literal addresses of this computer, the better ones first. */
  hostAddresses(): readonly string[];
  /** Whether this computer (still) has that address, usable or not. */
  hasAddress(host: string): boolean;
  /** A UDP socket on any port of `host`. @param done once, with null if there can be none */
  openUdp(host: string, handlers: UdpHandlers, done: (socket: UdpSocket | null) => void): void;
  /** A link to a TURN server. @param done once, with null if there can be none (nobody there, another certificate than pinned) */
  openLink(server: IceServer, handlers: LinkHandlers, done: (link: TurnLink | null) => void): void;
}

export interface UdpHandlers {
  message(bytes: Buffer, host: string, port: number): void;
}

export interface UdpSocket {
  readonly address: TransportAddress;
  send(bytes: Buffer, length: number, to: TransportAddress): void;
  close(): void;
}

export interface LinkHandlers {
  /** A datagram, or a frame of a stream. */
  frame(bytes: Buffer): void;
  /** The system says that nobody is there. */
  trouble(): void;
  /** Of a stream; it is over. */
  closed(): void;
}

export interface TurnLink {
  /** The address of ours that it leaves from. */
  readonly localHost: string;
  readonly isReliable: boolean;
  /** IP, UDP, TCP and TLS of one packet. */
  readonly overheadBytes: number;
  send(bytes: Buffer, length: number): void;
  close(): void;
}

import type { TransportAddress } from '../../stun/index.ts';

/** What a base is (RFC 8445 §4: where checks are sent from): a socket of ours, a relay's, or the overlay's forwarder. */
export type BaseKind = 'host' | 'relay' | 'overlay' | 'overlay-relay';

export interface Base {
  readonly kind: BaseKind;
  /** Bound or relayed. */
  readonly address: TransportAddress;
  /** Among those of its kind, 0…65535. */
  readonly localPreference: number;
  /** What carries a datagram besides its payload: IP, UDP or TCP, and a relay's frame. */
  readonly overheadBytes: number;
  /** The only place that it can reach; null: any of its family. */
  readonly only: TransportAddress | null;
  route(to: TransportAddress): Route;
}

/** From one base to one address. */
export interface Route {
  /** The bytes must stay as they are until the system has taken them. */
  send(bytes: Buffer, length: number): void;
  /** A relay does not send there; final. */
  readonly isRefused: boolean;
}

export const ipBytes = { 4: 20, 6: 40 } as const;
export const udpBytes = 8;
/** Without options. */
export const tcpBytes = 20;
/** A record of TLS 1.3: header, type, tag. */
export const tlsRecordBytes = 5 + 1 + 16;

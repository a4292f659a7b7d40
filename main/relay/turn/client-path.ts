import type { TransportAddress } from '../../stun/index.ts';
import type { Allocation } from './allocation.ts';
import type { Frame } from './frame-pool.ts';

/** An address of ours that clients ask at, and the others that can answer in its place (RFC 5780). */
export interface Arrival {
  /** As the world knows it. */
  readonly address: TransportAddress;
  /** The same host, another port. */
  readonly otherPort: Arrival | null;
  /** Another host, the same port; and another host and port. Both or none. */
  readonly otherHost: { readonly samePort: Arrival; readonly otherPort: Arrival } | null;
  /** Takes the frame over. */
  sendTo(frame: Frame, to: TransportAddress): void;
}

/** The 5-tuple of a client as the server sees it (RFC 8656 §2.2): what an allocation belongs to. Implemented by the socket edge. */
export interface ClientPath {
  readonly transport: 'udp' | 'tcp' | 'tls';
  readonly address: TransportAddress;
  /** The /24 or /48. */
  readonly network: string;
  /** Where it asks; null on a connection, whose answers have one way only. */
  readonly arrival: Arrival | null;
  allocation: Allocation | null;
  /** An allocation that waits for its port: the request is not answered yet. */
  isAllocating: boolean;
  /** The connection closed. */
  isGone: boolean;
  /** Takes the frame over. */
  send(frame: Frame): void;
}

import type { Family, TransportAddress } from '../../stun/index.ts';
import type { Allocation } from './allocation.ts';
import type { Frame } from './frame-pool.ts';

/** `even` is EVEN-PORT; `pair` also opens the port above it (RFC 8656 §18.7). */
export type PortWish = 'any' | 'even' | 'pair';

/** From a relayed address to one peer. */
export interface PeerPath {
  /** Takes the frame over. @param isWhole never in pieces (DONT-FRAGMENT) */
  send(frame: Frame, isWhole: boolean): void;
}

/** A relayed transport address. Implemented by the socket edge. */
export interface RelayPort {
  /** As the world knows it. */
  readonly address: TransportAddress;
  /** Null: reserved, waiting for its owner. */
  allocation: Allocation | null;
  towards(peer: TransportAddress): PeerPath;
  close(): void;
}

/** Where relayed addresses come from; implemented by the socket edge, and by tests. */
export interface RelayPorts {
  /** Families in which there are any. */
  readonly families: readonly Family[];
  /** Whether a packet can be sent that may not be cut into pieces on its way. */
  readonly canSendWhole: boolean;
  /** @param done called once: with one port, two for a `pair`, or null where none can be had */
  open(family: Family, wish: PortWish, done: (ports: readonly RelayPort[] | null) => void): void;
}

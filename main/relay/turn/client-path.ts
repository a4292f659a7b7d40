import type { TransportAddress } from '../../stun/index.ts';
import type { Allocation } from './allocation.ts';
import type { Frame } from './frame-pool.ts';

/** The 5-tuple of a client as the server sees it (RFC 8656 §2.2): what an allocation belongs to. Implemented by the socket edge. */
export interface ClientPath {
  readonly transport: 'udp' | 'tcp' | 'tls';
  readonly address: TransportAddress;
  /** The /24 or /48. */
  readonly network: string;
  allocation: Allocation | null;
  /** An allocation that waits for its port: the request is not answered yet. */
  isAllocating: boolean;
  /** The connection closed. */
  isGone: boolean;
  /** Sends `length` bytes of a frame that it takes over and releases. */
  send(frame: Frame, length: number): void;
}

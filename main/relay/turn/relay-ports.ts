import type { Family } from '../../stun/index.ts';
import type { RelayPort } from './allocation.ts';

/** `even` is EVEN-PORT; `pair` also opens the port above it (RFC 8656 §18.7). */
export type PortWish = 'any' | 'even' | 'pair';

/** Where relayed addresses come from; implemented by the socket edge, and by tests. */
export interface RelayPorts {
  /** Families in which there are any. */
  readonly families: readonly Family[];
  /** @param done called once: with one port, two for a `pair`, or null where none can be had */
  open(family: Family, wish: PortWish, done: (ports: readonly RelayPort[] | null) => void): void;
}

import type { Unsubscribe } from '../ports/peer-wire.ts';

/** Random, one for each direction of a call: whoever doesn't know it can't put a datagram into the call's path. */
export const mediaTagBytes = 7;

/** Where media gives its datagrams, and gets those of the other side: a forwarder on 127.0.0.1. */
export interface MediaPathState {
  readonly port: number;
  /** Of the connection underneath; null: not measured yet. */
  readonly rttMs: number | null;
  /** `direct`: straight between the two computers; `relayed`: through a third one, encrypted once more on the way. */
  readonly kind: 'direct' | 'relayed';
}

export interface MediaPathCounters {
  readonly sent: number;
  readonly received: number;
  /** From another local port than media's, or before media had spoken. */
  readonly strangeLocal: number;
  /** With the right tag, from another address than the friend's. */
  readonly strangePeer: number;
  readonly tooMany: number;
  readonly tooLarge: number;
}

/**
 * Datagrams of one call beside the messages of a session, over the very connection that the session has now: it was punched
 * through the routers already. They may be lost, doubled and late. Follows the session from connection to connection.
 */
export interface MediaPath {
  /** What the other side must be told: its datagrams bear it. `mediaTagBytes` long. */
  readonly tag: Uint8Array;
  /** What the other side told; nothing goes either way before. */
  connect(theirTag: Uint8Array): void;
  /** Tells the state at once if there is one, and each time it changes; null: no connection carries it at the moment. */
  onState(listener: (state: MediaPathState | null) => void): Unsubscribe;
  counters(): MediaPathCounters;
  close(): void;
}

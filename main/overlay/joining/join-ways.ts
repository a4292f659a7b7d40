/**
 * How a node finds the network it belongs to. No way needs a server of ours, none is trusted, and all are tried together.
 *
 * - `cached`: nodes of earlier runs.
 * - `link`: the `via` of an invitation: nodes that a friend's app knew.
 * - `listed`: what was configured (`--bootstrap`).
 * - `mdns`: the local network.
 * - `same-computer`: other nodes of this person on this computer.
 * - `bittorrent`: a meeting place in BitTorrent's mainline DHT.
 * - `introduced`: somebody told us of a network that is not ours yet (`introductions.ts`).
 */
export const joinWays = ['cached', 'link', 'listed', 'mdns', 'same-computer', 'bittorrent', 'introduced'] as const;
export type JoinWay = (typeof joinWays)[number];

/** What one way has brought since this node was started. */
export interface WayReport {
  readonly way: JoinWay;
  /** Not to be used: switched off, or it is not to be had here. */
  readonly off: boolean;
  /** Addresses it named that were asked, each counted as often as it was. */
  readonly asked: number;
  /** Of those, nodes of ours. */
  readonly answered: number;
  /** Somebody else answered there: a node of another network, or one that is no supernode (yet). */
  readonly foreign: number;
  /** From the start, or from when the way was first tried, to its first node of ours; null: none yet. */
  readonly firstMs: number | null;
}

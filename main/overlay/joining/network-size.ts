import { compareDistance } from '../../../native-shims/hyperdht/index.ts';

/** Of a distance the first six bytes: more than the spacing of any network's ids needs, and exact in a double. */
const countedBytes = 6;
const idSpace = 256 ** countedBytes;

/**
 * How many nodes there are, from how densely ids lie around ours: with the k-th closest at distance d, about k × space ÷ d
 * (Kademlia's ids are uniform). Within a factor of two of the truth, which is enough to share a duty.
 */
export function estimateNodes(own: Uint8Array, closest: readonly Uint8Array[]): number {
  const sorted = closest.toSorted((left, right) => compareDistance(own, left, right));
  const farthest = sorted.at(-1);
  if (farthest === undefined) return 1;
  let distance = 0;
  for (let index = 0; index < countedBytes; index++) distance = distance * 256 + ((own[index] ?? 0) ^ (farthest[index] ?? 0));
  return Math.max(sorted.length + 1, distance === 0 ? 0 : Math.round((sorted.length * idSpace) / distance));
}

/** So many of the network's supernodes at a time are enough to be found by; a few nodes of BitTorrent's keep them for us. */
const wantedAnnouncers = 64;

/** The chance with which one of so many announces itself. */
export const announceShare = (nodes: number): number => Math.min(1, wantedAnnouncers / Math.max(1, nodes));

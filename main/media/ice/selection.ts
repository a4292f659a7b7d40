import type { MediaPath } from '../../../preload/contract/index.ts';

/** What is known of a way that works. */
export interface Way {
  readonly kind: MediaPath;
  readonly isRelayed: boolean;
  readonly rttMs: number;
}

/** Of two equally quick ones the simpler one. */
const kindRank: Readonly<Record<MediaPath, number>> = { host: 4, direct: 3, overlay: 2, relay: 1, 'overlay-relay': 0 };

/** A direct path that is slower than a relay by more than people hear is no gain; below it, it spares a stranger's line. */
const directMayCostMs = 100;
/** A round trip must be better by so much, or so large a part, that its own scatter does not move media to and fro. */
const leastGainMs = 8;
const leastGainShare = 0.15;
/**
 * To a way that is less simple, more: between the same two computers it is mostly the same, and what the least of a few round trips
 * differ by where packets wander (30 ms with ±30) is chance.
 */
const complexGainMs = 30;
const complexGainShare = 0.35;

/** Whether media is to leave `current`, which works, for `other`. Never true both ways. */
export function isBetter(other: Way, current: Way): boolean {
  const gainMs = current.rttMs - other.rttMs;
  if (other.isRelayed !== current.isRelayed) {
    return other.isRelayed ? gainMs > directMayCostMs + leastGainMs : gainMs >= -directMayCostMs;
  }
  const slowerMs = Math.max(current.rttMs, other.rttMs);
  const simplicity = kindRank[other.kind] - kindRank[current.kind];
  if (simplicity < 0) return gainMs > Math.max(complexGainMs, slowerMs * complexGainShare);
  const marginMs = Math.max(leastGainMs, slowerMs * leastGainShare);
  return gainMs > marginMs || (simplicity > 0 && gainMs >= -marginMs / 2);
}

/** Order of preference where none is in use: negative if `a` is to be preferred. */
export function compareWays(a: Way, b: Way): number {
  if (a.isRelayed !== b.isRelayed) return Number(a.isRelayed) - Number(b.isRelayed);
  return a.rttMs - b.rttMs || kindRank[b.kind] - kindRank[a.kind];
}

/** How the other side wants its Opus packed (RFC 7587 §6.1 `minptime`, `maxaveragebitrate`; RFC 8866 §6.4 `maxptime`). */
export interface PackingLimits {
  /** How much sound a packet may hold, ms. */
  readonly shortestMs: number;
  readonly longestMs: number;
  /** Of the codec alone, bit/s. */
  readonly mostBps: number;
}

/** The defaults of these RFCs: whatever Opus can do. */
export const anyPacking: PackingLimits = { shortestMs: 3, longestMs: 120, mostBps: 510_000 };

import type { CallStats } from './call-stats.ts';

/** Where sound is on its way from a mouth to an ear, in order. */
export const delayParts = ['capture', 'packing', 'network', 'smoothing', 'playout'] as const;
export type DelayPart = (typeof delayParts)[number];

export interface DelayBudget {
  /** Null: not known, and not in the sum. */
  readonly parts: Readonly<Record<DelayPart, number | null>>;
  /** Of what is known. */
  readonly totalMs: number;
  /** Nothing is missing in the sum. */
  readonly complete: boolean;
}

/** Opus looks ahead by 312 samples at 48 kHz, whatever the frame (RFC 6716 §2.1.4 and `OPUS_GET_LOOKAHEAD`). */
const opusLookAheadMs = 6.5;

/** From a full microphone frame to a packet: filling it, looking ahead, encoding. */
export const packingMs = ({ frameMs, encodeMsPerFrame }: Pick<CallStats, 'frameMs' | 'encodeMsPerFrame'>): number =>
  frameMs + opusLookAheadMs + (encodeMsPerFrame ?? 0);

/** Half the round trip: nobody can measure one way without a common clock. */
const oneWayMs = ({ roundTripMs }: CallStats): number | null => (roundTripMs === null ? null : roundTripMs / 2);

const add = (a: number | null, b: number | null): number | null => (a === null ? b : a + (b ?? 0));

function budget(parts: DelayBudget['parts']): DelayBudget {
  const values = delayParts.map((part) => parts[part]);
  return {
    parts,
    totalMs: values.reduce<number>((sum, value) => sum + (value ?? 0), 0),
    complete: !values.includes(null),
  };
}

/** Their mouth to this ear. */
export const delayToUs = (stats: CallStats): DelayBudget =>
  budget({
    capture: stats.theirCaptureMs,
    packing: stats.theirPackingMs,
    network: oneWayMs(stats),
    smoothing: stats.playoutDelayMs,
    playout: add(stats.ringMs, stats.outputMs),
  });

/** This mouth to their ear. */
export const delayToThem = (stats: CallStats): DelayBudget =>
  budget({
    capture: stats.captureMs,
    packing: packingMs(stats),
    network: oneWayMs(stats),
    smoothing: stats.theirSmoothingMs,
    playout: stats.theirPlayoutMs,
  });

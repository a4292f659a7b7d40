import type { SessionDescription } from '../../../main/calls/index.ts';
import type { CallStats } from '../../../preload/contract/index.ts';

/** A description whose SDP carries the certificate it names. `seed` makes it distinct. */
export function description(seed: number): SessionDescription {
  const hex = Array.from({ length: 32 }, (_, i) => ((seed * 31 + i) % 256).toString(16).padStart(2, '0').toUpperCase()).join(':');
  return { sdp: `v=0\r\ns=-\r\na=fingerprint:sha-256 ${hex}\r\n`, fingerprint: `sha-256 ${hex}` };
}

/** A second after a call on a line without faults began. */
export const goodStats: CallStats = {
  path: 'host',
  roundTripMs: 30,
  sentPackets: 50,
  speakingFraction: 0.6,
  bitrateBps: 32_000,
  codecMode: 'hybrid',
  bandwidthHz: 20_000,
  wireBps: 54_000,
  capacityBps: null,
  queueMs: 0,
  sentLossFraction: 0,
  burstPackets: null,
  frameMs: 20,
  copies: 0,
  spreadMs: 0,
  fecPercent: 5,
  dtx: false,
  complexity: 5,
  encodeMsPerFrame: 0.4,
  receivedPackets: 50,
  lostPackets: 0,
  lossFraction: 0,
  missingFraction: 0,
  receivedBps: 54_000,
  jitterMs: 2,
  playoutDelayMs: 40,
  targetDelayMs: 40,
  concealedMs: 0,
  recoveredMs: 0,
  redundantMs: 0,
  stretchedMs: 0,
  skippedMs: 0,
  comfortMs: 0,
  latePackets: 0,
  duplicatePackets: 0,
  driftPpm: 0,
  captureMs: 12,
  ringMs: 10,
  outputMs: 15,
  playerGaps: 0,
  lateMs: 1,
  theirCaptureMs: 12,
  theirPackingMs: 27,
  theirSmoothingMs: 40,
  theirPlayoutMs: 25,
  theirConcealedFraction: 0,
  theirLateMs: 1,
};

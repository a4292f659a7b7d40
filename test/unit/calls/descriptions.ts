import type { MediaStats, SessionDescription } from '../../../main/calls/index.ts';

/** A description whose SDP carries the certificate it names. `seed` makes it distinct. */
export function description(seed: number): SessionDescription {
  const hex = Array.from({ length: 32 }, (_, i) => ((seed * 31 + i) % 256).toString(16).padStart(2, '0').toUpperCase()).join(':');
  return { sdp: `v=0\r\ns=-\r\na=fingerprint:sha-256 ${hex}\r\n`, fingerprint: `sha-256 ${hex}` };
}

export const goodStats: MediaStats = {
  roundTripMs: 30,
  lossFraction: 0,
  jitterMs: 2,
  playoutDelayMs: 40,
  concealedMs: 0,
  sentPackets: 50,
  receivedPackets: 50,
  lostPackets: 0,
  bitrateBps: 32_000,
  path: 'host',
};

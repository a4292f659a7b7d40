import type { RateLimit } from '../../ports/token-bucket.ts';

/** What a relay gives at most. */
export interface RelayLimits {
  readonly allocationsPerDevice: number;
  /** Of one /24 or /48: identities are free, networks are not. */
  readonly allocationsPerNetwork: number;
  readonly allocations: number;
  readonly permissionsPerAllocation: number;
  readonly channelsPerAllocation: number;
  /** Of each allocation, both directions together. */
  readonly bytesPerSecond: number;
  /** Requests of sources that have no allocation, for each network and for all: counted before anything is computed. */
  readonly strangers: { readonly perNetwork: RateLimit; readonly total: RateLimit };
  /** Requests of one allocation. */
  readonly requests: RateLimit;
}

export const defaultLimits: RelayLimits = {
  // A call needs one at each end; another while a path is changed; and room for a second call that is on hold.
  allocationsPerDevice: 4,
  allocationsPerNetwork: 8,
  allocations: 128,
  // A browser behind several addresses offers some 10 candidates; only addresses count here.
  permissionsPerAllocation: 32,
  channelsPerAllocation: 64,
  // Opus at its highest rate with copies stays under 300 kbit/s each way.
  bytesPerSecond: 128_000,
  // A challenge is at most 92 bytes: one network gets at most 1 kB/s of them, whoever's address was forged.
  strangers: { perNetwork: { perSecond: 10, burst: 40 }, total: { perSecond: 500, burst: 1_000 } },
  requests: { perSecond: 10, burst: 60 },
};

/** Lifetimes of RFC 8656: §3.2 (allocation), §9 (permission), §12 (channel), §14.9 (reservation, at least 30 s). */
export const defaultLifetimeS = 600;
export const maxLifetimeS = 3_600;
export const permissionMs = 300_000;
export const channelMs = 600_000;
export const reservationMs = 30_000;

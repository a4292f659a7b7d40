import type { RateLimit } from '../../ports/token-bucket.ts';

/** What a relay gives at most. */
export interface RelayLimits {
  readonly allocationsPerDevice: number;
  /** Of one /24 or /48: identities are free, networks are not. */
  readonly allocationsPerNetwork: number;
  readonly allocations: number;
  readonly permissionsPerAllocation: number;
  readonly channelsPerAllocation: number;
  /** Of each allocation, in each direction. */
  readonly bytesPerSecond: number;
  /** Of all together, both directions. */
  readonly totalBytesPerSecond: number;
  /** Requests of sources that have no allocation, for each network and for all: counted before anything is computed. */
  readonly strangers: { readonly perNetwork: RateLimit; readonly total: RateLimit };
  /** Requests of one allocation. */
  readonly requests: RateLimit;
  /** TCP and TLS. */
  readonly connections: {
    readonly atOnce: number;
    readonly perNetwork: number;
    /** Without a word for so long, a connection that has no allocation is closed; and one that takes longer to become TLS. */
    readonly idleMs: number;
    /** And after so long whatever it says: nobody holds a place by a byte now and then. */
    readonly patienceMs: number;
  };
}

export const defaultLimits: RelayLimits = {
  // A call needs one at each end; another while a path is changed; and room for a second call that is on hold.
  allocationsPerDevice: 4,
  allocationsPerNetwork: 8,
  allocations: 128,
  // A browser behind several addresses offers some 10 candidates; only addresses count here.
  permissionsPerAllocation: 32,
  channelsPerAllocation: 64,
  // 64 kbit/s: Opus at 48 kbit/s in packets of 20 ms is 60 with its headers; a sender that knows of the relay has room for no more.
  bytesPerSecond: 8_000,
  // 4 Mbit/s: 32 calls with both ends here, and less than most lines give upwards. A server's owner says what hers gives.
  totalBytesPerSecond: 500_000,
  // Who asks gets no more bytes than it sends; this bounds what is computed for it.
  strangers: { perNetwork: { perSecond: 10, burst: 40 }, total: { perSecond: 500, burst: 1_000 } },
  requests: { perSecond: 10, burst: 60 },
  // Those with an allocation, and a few that are just coming. The rest is not let in.
  connections: { atOnce: 256, perNetwork: 16, idleMs: 10_000, patienceMs: 30_000 },
};

/** Lifetimes of RFC 8656: §3.2 (allocation), §9 (permission), §12 (channel), §14.9 (reservation, at least 30 s). */
export const defaultLifetimeS = 600;
export const maxLifetimeS = 3_600;
export const permissionMs = 300_000;
export const channelMs = 600_000;
export const reservationMs = 30_000;

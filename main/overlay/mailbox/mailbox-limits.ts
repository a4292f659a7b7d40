import type { RateLimit } from '../../ports/token-bucket.ts';

const kib = 1_024;
const mib = 1_024 * kib;

export interface MailboxLimits {
  /** Sealed bytes of all mailboxes, on disk. */
  readonly maxBytes: number;
  /** Mailboxes; each costs its owner a proof of work a month. */
  readonly maxBoxes: number;
  /** Items of all mailboxes, remembered ones too: 300 bytes of memory each. */
  readonly maxItems: number;
  /** Of one mailbox: ten thousand messages of a long absence, or some hundred parts of pictures. */
  readonly boxItems: number;
  readonly boxBytes: number;
  /** Removed or lapsed items that one mailbox is remembered for. */
  readonly boxRemembered: number;
  /** The strangers' slot of a mailbox: a screenful of requests. */
  readonly requestItems: number;
  readonly requestBytes: number;
  /** Of one network: what lies here, and what it left that was picked up today. */
  readonly networkBytes: number;
  /** Items begun, by network and in all; and their kibibytes. */
  readonly deposits: RateLimit;
  readonly depositsTotal: RateLimit;
  readonly depositKib: RateLimit;
  readonly depositKibTotal: RateLimit;
  /** Works to judge, at 16 ms of a core each. */
  readonly works: RateLimit;
  readonly worksTotal: RateLimit;
  /** Lists, reads and removals. */
  readonly visits: RateLimit;
  readonly visitsTotal: RateLimit;
  /** Items whose parts are on the way: 64 KiB of memory each at most. */
  readonly arriving: number;
  readonly arrivingPerNetwork: number;
}

export const defaultMailboxLimits: MailboxLimits = {
  maxBytes: 256 * mib,
  maxBoxes: 5_000,
  maxItems: 120_000,
  boxItems: 12_000,
  boxBytes: 16 * mib,
  boxRemembered: 24_000,
  requestItems: 32,
  requestBytes: 32 * kib,
  networkBytes: 32 * mib,
  // A home that was offline for a week leaves its hundreds of messages at once; 2 a second all day is more than anybody writes.
  deposits: { perSecond: 2, burst: 600 },
  depositsTotal: { perSecond: 50, burst: 2_000 },
  depositKib: { perSecond: 32, burst: 8 * kib },
  depositKibTotal: { perSecond: kib, burst: 64 * kib },
  works: { perSecond: 1, burst: 20 },
  worksTotal: { perSecond: 8, burst: 60 },
  // Ten thousand items of one return: 417 pages, 20,000 reads, 1,250 removals, spread over twenty keepers.
  visits: { perSecond: 50, burst: 6_000 },
  visitsTotal: { perSecond: 1_000, burst: 20_000 },
  arriving: 64,
  arrivingPerNetwork: 8,
};

/** Hand-overs come from neighbours only and bring what the quotas of somebody else have let in: so many times as much. */
export const neighbourFactor = 10;

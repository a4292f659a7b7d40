import { z } from 'zod';

/** Longer than any call: 11 days. */
const durationMs = z.number().min(0).max(1e9);
/** A delay that anybody could still talk with is far below a minute. */
const delayMs = z.number().min(0).max(60_000);
const count = z
  .number()
  .int()
  .min(0)
  .max(2 ** 40);
const rateBps = z.number().min(0).max(1e9);
const share = z.number().min(0).max(1);
/** As speech (SILK), as any sound (CELT), or both: RFC 6716 §2. */
const codecMode = z.enum(['silk', 'hybrid', 'celt']);
const bandwidthHz = z.number().int().min(0).max(24_000);
/** In each packet. */
const mostCopies = 16;

/**
 * 'host' (same network), 'direct', 'relay' (through a TURN server), or beside the overlay's own connection, which goes straight
 * ('overlay') or through somebody ('overlay-relay').
 */
export const mediaPathSchema = z.enum(['host', 'direct', 'relay', 'overlay', 'overlay-relay']);
export type MediaPath = z.infer<typeof mediaPathSchema>;

/**
 * What the media process measured of a call, once a second. Null: not known (yet). Counts, `…Ms` of sound and the like run from
 * the call's beginning; shares, rates and delays are of the last second or two. Flat, because the command line prints it so.
 */
export const callStatsSchema = z.object({
  path: mediaPathSchema.nullable(),
  roundTripMs: delayMs.nullable(),

  // ---- from here to there ------------------------------------------------------------------------------------------
  sentPackets: count,
  /** Share of the last second in which somebody spoke into our microphone, muted or not. */
  speakingFraction: share,
  /** Of the codec. */
  bitrateBps: rateBps,
  /** How the newest packet is coded, and up to which frequency. */
  codecMode: codecMode.nullable(),
  bandwidthHz: bandwidthHz.nullable(),
  /** All that goes to the network: RTP, SRTP, UDP and IP. */
  wireBps: rateBps,
  /** What our uplink is estimated to carry; null: no limit was found. */
  capacityBps: rateBps.nullable(),
  /** What is estimated to wait in a queue of our uplink. */
  queueMs: delayMs.nullable(),
  /** Share of our packets that did not get there, as they report. */
  sentLossFraction: share.nullable(),
  /** Mean length of a run of lost packets. */
  burstPackets: z.number().min(0).max(10_000).nullable(),
  /** Sound in one packet. */
  frameMs: z.number().min(2.5).max(120),
  /** Redundant copies in each packet (RFC 2198), and how far back the farthest goes. */
  copies: z.number().int().min(0).max(mostCopies),
  spreadMs: delayMs,
  /** Loss that the codec's in-band correction is prepared for, 0…100; 0: off. */
  fecPercent: z.number().min(0).max(100),
  /** Silence is not sent. */
  dtx: z.boolean(),
  /** Of the encoder, 0…10. */
  complexity: z.number().int().min(0).max(10),
  encodeMsPerFrame: delayMs.nullable(),

  // ---- from there to here ------------------------------------------------------------------------------------------
  receivedPackets: count,
  /** Expected minus received. */
  lostPackets: count,
  /** Share of their packets that did not come, before anything is mended. */
  lossFraction: share,
  /** Share of their sound of the last seconds that came in no copy at all. */
  missingFraction: share,
  receivedBps: rateBps,
  /** Interarrival jitter of RFC 3550 §6.4.1. */
  jitterMs: delayMs,
  /** How long sound waits here to be played evenly, and how long it shall. */
  playoutDelayMs: delayMs,
  targetDelayMs: delayMs,
  /** Sound that was made up, because nothing could bring it back. */
  concealedMs: durationMs,
  /** Sound brought back by in-band correction, and by redundant copies. */
  recoveredMs: durationMs,
  redundantMs: durationMs,
  /** Sound that was added or taken out to follow the network. */
  stretchedMs: durationMs,
  /** Sound that was left out to catch up. */
  skippedMs: durationMs,
  /** Comfort noise, where they sent nothing. */
  comfortMs: durationMs,
  latePackets: count,
  duplicatePackets: count,
  /** Their sound card against ours; above 0: theirs runs slower. */
  driftPpm: z.number().min(-10_000).max(10_000).nullable(),

  // ---- this computer -----------------------------------------------------------------------------------------------
  /** From the microphone to the encoder. */
  captureMs: delayMs.nullable(),
  /** What lies ready in the player, and what the operating system adds behind it. */
  ringMs: delayMs.nullable(),
  outputMs: delayMs.nullable(),
  /** How often the player ran dry. */
  playerGaps: count.nullable(),
  /** How late the media process came to what it had to do, at worst in the last second. */
  lateMs: delayMs,

  // ---- their computer, as it reports -------------------------------------------------------------------------------
  /** From their microphone to their encoder, and from there to a packet. */
  theirCaptureMs: delayMs.nullable(),
  theirPackingMs: delayMs.nullable(),
  /** How long our sound waits there to be played evenly, and from then to their ear. */
  theirSmoothingMs: delayMs.nullable(),
  theirPlayoutMs: delayMs.nullable(),
  /** Share of what we say that they have to make up. */
  theirConcealedFraction: share.nullable(),
  /** The same of theirs. */
  theirLateMs: delayMs.nullable(),
});
export type CallStats = z.infer<typeof callStatsSchema>;

// ---- in words ------------------------------------------------------------------------------------------------------

/** Words of the quality fan, best first: Clear 4, Good 3, Patchy 2, Struggling 1, Lost 0. */
export const callQualitySchema = z.enum(['clear', 'good', 'patchy', 'struggling', 'lost']);
export type CallQuality = z.infer<typeof callQualitySchema>;

/** What is most to blame for what is heard, here or there. */
export const callTroubleKinds = [
  /** Nothing comes. */
  'waiting',
  /** `amount` is the percentage of packets lost: ours on the way there, theirs on the way here, or both. */
  'your-loss',
  'their-loss',
  'both-loss',
  /** Our uplink carries less than we would like to send. */
  'slow-connection',
  /** Packets come too unevenly to be played in time. */
  'unsteady',
  /** `amount` is the delay from mouth to ear in ms. */
  'long-delay',
  'your-computer-busy',
  'their-computer-busy',
] as const;
export const callTroubleSchema = z.object({ kind: z.enum(callTroubleKinds), amount: z.number().int().min(0).max(60_000) });
export type CallTrouble = z.infer<typeof callTroubleSchema>;

/** What the history keeps of how a call was. */
export const callSummarySchema = z.object({
  /** Estimated, from their mouth to this ear; null: the round trip was never known. */
  mouthToEarMs: z.object({ mean: delayMs, p95: delayMs }).nullable(),
  /** Means of its parts as far as they were told (`delay-budget.ts`). Null here and below: kept by a version that did not. */
  delayPartsMs: z
    .object({
      capture: delayMs.nullable(),
      packing: delayMs.nullable(),
      network: delayMs.nullable(),
      smoothing: delayMs.nullable(),
      playout: delayMs.nullable(),
    })
    .nullable()
    .default(null),
  /** Mean interarrival jitter. */
  jitterMs: delayMs.nullable().default(null),
  /** Of all their packets, and of all of ours as they reported it. */
  lossFraction: share,
  sentLossFraction: share.nullable(),
  /** Of the talking time, in which sound had to be made up. */
  concealedFraction: share,
  /** Of the talking time, in which sound was brought back, by in-band correction or a copy. */
  repairedFraction: share.nullable().default(null),
  /** Mean of the codec. */
  bitrateBps: rateBps,
  /** Mean number of redundant copies in each of our packets. */
  copies: z.number().min(0).max(mostCopies).nullable().default(null),
  /** How our last packet was coded. */
  codec: z.object({ mode: codecMode, bandwidthHz }).nullable().default(null),
  path: mediaPathSchema.nullable(),
  /** The worst word that was shown. */
  worst: callQualitySchema,
  /** What was to blame for the longest time; null: nothing. */
  trouble: z.enum(callTroubleKinds).nullable(),
});
export type CallSummary = z.infer<typeof callSummarySchema>;

import {
  callQualitySchema,
  callTroubleKinds,
  delayParts,
  delayToUs,
  type CallQuality,
  type CallStats,
  type CallSummary,
  type CallTrouble,
  type DelayPart,
} from '../../preload/contract/index.ts';
import { mouthToEarEstimate } from './call-quality.ts';

type TroubleKind = CallTrouble['kind'];

/** Fine enough to read, coarse enough to keep for hours: 400 counters up to 4 s. */
const bucketMs = 10;
const buckets = 400;

/** What comes together for the history while a call goes on; it stays the same size however long that is. */
export class SummaryDraft {
  readonly #delays = new Uint32Array(buckets);
  /** Of each part of the delay, in their order: its sum, and how often it was known. */
  readonly #partSumsMs = new Float64Array(delayParts.length);
  readonly #partCounts = new Uint32Array(delayParts.length);
  readonly #troubles = new Map<TroubleKind, number>();
  #measurements = 0;
  #delaySumMs = 0;
  #delayCount = 0;
  #sentLossSum = 0;
  #sentLossCount = 0;
  #jitterSumMs = 0;
  #bitrateSum = 0;
  #copiesSum = 0;
  #codec: CallSummary['codec'] = null;
  #talkedMs = 0;
  #last: CallStats | null = null;
  #path: CallStats['path'] = null;
  #worst: CallQuality = 'clear';

  /** One measurement of a call that talks, and the word that is shown for it. */
  add(stats: CallStats, elapsedMs: number, quality: CallQuality, trouble: TroubleKind | null): void {
    this.#measurements += 1;
    this.#talkedMs += Math.max(0, elapsedMs);
    this.#last = stats;
    this.#path = stats.path ?? this.#path;
    this.#bitrateSum += stats.bitrateBps;
    this.#copiesSum += stats.copies;
    const { codecMode, bandwidthHz } = stats;
    if (codecMode !== null && bandwidthHz !== null) this.#codec = { mode: codecMode, bandwidthHz };
    this.#jitterSumMs += stats.jitterMs;
    this.#addParts(stats);
    if (stats.roundTripMs !== null) {
      const delayMs = mouthToEarEstimate(stats);
      const bucket = Math.min(buckets - 1, Math.floor(delayMs / bucketMs));
      this.#delays[bucket] = (this.#delays[bucket] ?? 0) + 1;
      this.#delaySumMs += delayMs;
      this.#delayCount += 1;
    }
    if (stats.sentLossFraction !== null) {
      this.#sentLossSum += stats.sentLossFraction;
      this.#sentLossCount += 1;
    }
    this.saw(quality);
    if (trouble !== null) this.#troubles.set(trouble, (this.#troubles.get(trouble) ?? 0) + 1);
  }

  #addParts(stats: CallStats): void {
    const { parts } = delayToUs(stats);
    for (const [index, part] of delayParts.entries()) {
      const delayMs = parts[part];
      if (delayMs === null) continue;
      this.#partSumsMs[index] = (this.#partSumsMs[index] ?? 0) + delayMs;
      this.#partCounts[index] = (this.#partCounts[index] ?? 0) + 1;
    }
  }

  saw(quality: CallQuality): void {
    const order = callQualitySchema.options;
    if (order.indexOf(quality) > order.indexOf(this.#worst)) this.#worst = quality;
  }

  /** Null: nothing was measured. */
  finish(): CallSummary | null {
    const last = this.#last;
    if (last === null) return null;
    const expected = last.receivedPackets + last.lostPackets;
    return {
      mouthToEarMs:
        this.#delayCount === 0 ? null : { mean: Math.round(this.#delaySumMs / this.#delayCount), p95: this.#percentileMs(0.95) },
      delayPartsMs: {
        capture: this.#meanPartMs('capture'),
        packing: this.#meanPartMs('packing'),
        network: this.#meanPartMs('network'),
        smoothing: this.#meanPartMs('smoothing'),
        playout: this.#meanPartMs('playout'),
      },
      jitterMs: Math.round(this.#jitterSumMs / this.#measurements),
      lossFraction: expected === 0 ? 0 : last.lostPackets / expected,
      sentLossFraction: this.#sentLossCount === 0 ? null : this.#sentLossSum / this.#sentLossCount,
      concealedFraction: this.#shareOfTalk(last.concealedMs),
      repairedFraction: this.#shareOfTalk(last.recoveredMs + last.redundantMs),
      bitrateBps: Math.round(this.#bitrateSum / this.#measurements),
      copies: Math.round((10 * this.#copiesSum) / this.#measurements) / 10,
      codec: this.#codec,
      path: this.#path,
      worst: this.#worst,
      trouble: this.#mostBlamed(),
    };
  }

  #shareOfTalk(soundMs: number): number {
    return this.#talkedMs === 0 ? 0 : Math.min(1, soundMs / this.#talkedMs);
  }

  #meanPartMs(part: DelayPart): number | null {
    const index = delayParts.indexOf(part);
    const count = this.#partCounts[index] ?? 0;
    return count === 0 ? null : Math.round((this.#partSumsMs[index] ?? 0) / count);
  }

  /** The upper edge of the bucket in which the share is reached. */
  #percentileMs(share: number): number {
    let left = this.#delayCount * share;
    const bucket = this.#delays.findIndex((count) => (left -= count) <= 0);
    return (bucket + 1) * bucketMs;
  }

  #mostBlamed(): TroubleKind | null {
    const counted = callTroubleKinds.map((kind) => ({ kind, count: this.#troubles.get(kind) ?? 0 }));
    const worst = counted.reduce((most, next) => (next.count > most.count ? next : most));
    return worst.count === 0 ? null : worst.kind;
  }
}

import type { PackingLimits } from '../../packing-limits.ts';
import { historyPackets, type FateHistory } from './fate-history.ts';
import { maxSpreadMs, offsetSets, spreadOf } from './offset-sets.ts';

/** How the voice is packed. */
export interface EncodingPlan {
  readonly frameMs: 10 | 20 | 40 | 60;
  /** Of the codec alone. */
  readonly bitrateBps: number;
  /** Distances of the copies, in packets, ascending. */
  readonly offsets: readonly number[];
}

export interface LineView {
  readonly history: FateHistory;
  /** What may be sent, all headers included; null: no limit is known. */
  readonly budgetBps: number | null;
  /** What a relay carries for us, headers of the transport not counted; nothing: no relay does. */
  readonly carriedBps?: number | null;
  /** What a packet weighs beside its payload, the cable's own header included. */
  readonly overheadBytes: number;
  /** The other side can read copies. */
  readonly redundancy: boolean;
  /** What the other side's buffer waits anyway, because packets come unevenly: copies within it cost no delay. */
  readonly unevenMs: number;
  /** How the other side wants its Opus packed. */
  readonly packing: PackingLimits;
  /** A limit is known, or was while the history's losses came. */
  readonly wasLimited: boolean;
  /** No limit was met and nothing was lost for some seconds. */
  readonly isProven: boolean;
}

/**
 * Everything is weighed in milliseconds of delay. The receiver's own rate of exchange: it takes 20 ms of delay for 1 % fewer
 * frames missing. Here it is nearly three times that, because without the copy the receiver has no choice to make at all; with more,
 * copies crowd a line that somebody else fills.
 */
const msPerResidualPercent = 55;
/** What a kilobit per second is worth where there is no limit: so little that any real gain buys it, so much that nothing idle is sent. */
const msPerKilobit = 0.6;
/** Each copy's header (RFC 2198: 4 bytes), and one byte for the newest. */
const copyHeaderBytes = 4;
const redHeaderBytes = 1;
/**
 * How much less is understood at a bitrate, in ms. Measured with this encoder at complexity 5 on VCTK speech: ESTOI .905 at 8
 * kbit/s, .936 at 12, .951 at 15, .962 at 20, .972 at 24, .980 at 32, .986 at 40, .989 at 48, .994 at 64. 1 % of frames costs
 * .0075, so .001 is 2.7 ms.
 */
const bitrateCosts: readonly (readonly [bps: number, ms: number])[] = [
  [6_000, 370],
  [8_000, 237],
  [12_000, 154],
  [15_000, 115],
  [20_000, 85],
  [24_000, 59],
  [32_000, 37],
  [40_000, 20],
  [48_000, 12],
  [64_000, 0],
];
/** What of a packet's headers a relay counts: RTP's 12 bytes, and 16 of SRTP's tag. */
const carriedHeaderBytes = 28;
const minBitrateBps = 6_000;
const noOffsets = offsetSets[0] ?? [];
export const maxBitrateBps = 64_000;
/** Until a line has shown for some seconds that it takes it and loses nothing; where packets get lost, copies are worth more. */
export const usualBitrateBps = 48_000;
/** More delay than this by longer frames and a slow line, and it is the packing that people would notice. */
const packingBudgetMs = 60;
const beyondBudgetFactor = 4;
/** Time windows, in packets: the shorter sees loss begin, the longer remembers it for 10 s. */
const newPackets = 50;
const usualPackets = 512;
/**
 * What is missing in long runs is made up worse than single frames, and weighs more, up to this: 1 % of frames costs .0075 of ESTOI
 * where they are lost singly, .02 where they are lost in bursts of two or three.
 */
const mostBurstWeight = 3;
/** Of a frame that in-band FEC brings back, this much is still missing: it is coded at about two thirds of the rate. */
const fecShortfall = 0.35;
/** 10 ms have nothing to do with the line's limits: see `short-frames.ts`. */
const frameLengths = [20, 40, 60] as const;

/** A change has to gain this much, so that near ties don't flap. */
const gainMs = 5;
/** Shorter frames, as long as a limit is known: each change is heard, and the next probe for more may fail. */
const shorterGainMs = 30;

/** The same, for the search: it tries thousands of plans a second, and a pair or an object for each would be garbage. */
const levelsBps = Float64Array.from(bitrateCosts, ([bps]) => bps);
const levelsMs = Float64Array.from(bitrateCosts, ([, ms]) => ms);

/** Of sending one bit rate only: between the measured points, linearly. */
function bitrateCostMs(bitrateBps: number): number {
  let low = 0;
  for (let high = 0; high < levelsBps.length; low = high, high += 1) {
    const highBps = levelsBps[high] ?? 0;
    if (bitrateBps > highBps) continue;
    const lowBps = levelsBps[low] ?? 0;
    const [lowMs, highMs] = [levelsMs[low] ?? 0, levelsMs[high] ?? 0];
    return high === low ? highMs : lowMs + ((highMs - lowMs) * (bitrateBps - lowBps)) / (highBps - lowBps);
  }
  return levelsMs[low] ?? 0;
}

/** All that goes over the cable, for a plan. */
export const wireBps = ({ frameMs, bitrateBps, offsets }: EncodingPlan, overheadBytes: number): number =>
  bitrateBps * (1 + offsets.length) + headersBps(frameMs, offsets.length, overheadBytes);

function headersBps(frameMs: number, copies: number, overheadBytes: number): number {
  const bytes = overheadBytes + (copies === 0 ? 0 : redHeaderBytes + copies * copyHeaderBytes);
  return (bytes * 8_000) / frameMs;
}

/** The codec's bitrate at which the plan fills the budget, or what a relay carries; what it would be without a limit, if that is less. */
function affordableBps(frameMs: EncodingPlan['frameMs'], offsets: readonly number[], line: LineView, most: number): number {
  const { budgetBps, carriedBps = null } = line;
  let affordable = most;
  if (budgetBps !== null) {
    affordable = (budgetBps - headersBps(frameMs, offsets.length, line.overheadBytes)) / (1 + offsets.length);
  }
  if (carriedBps !== null) {
    const carried = (carriedBps - headersBps(frameMs, offsets.length, carriedHeaderBytes)) / (1 + offsets.length);
    affordable = Math.min(affordable, carried);
  }
  return Math.min(most, affordable);
}

/**
 * In-band FEC (RFC 6716 §2.1.7) holds the frame before, as a copy at distance one would. Beside copies it costs more than it brings:
 * it takes its bits from the frame itself (ESTOI of this encoder at 40 kbit/s .985, with 13 % of FEC .969).
 */
export const fecHelps = (offsets: readonly number[]): boolean => offsets.length === 0;
const fecOffsets: readonly number[] = [1];

/**
 * Share of packets lost, as the worst of the windows sees it, weighed by the runs they are lost in. A burst fills the shortest
 * window and says nothing about the next second; that bursts come again is remembered longest. Where a limit was met runs weigh
 * no more: a queue that somebody else fills drops packets in runs, too, and more copies would only crowd it.
 */
function weightedLoss({ history, wasLimited }: LineView): number {
  const remembered = history.lossShare(historyPackets);
  // Lost at random, they come in runs of 1 / (1 - loss).
  const runs = wasLimited ? 1 : history.meanBurst * (1 - remembered);
  const weight = Math.max(1, Math.min(mostBurstWeight, runs));
  return Math.max(history.lossShare(newPackets), history.lossShare(usualPackets) * weight, remembered * (weight - 1));
}

/**
 * Of the frames lost, the share that these copies would not have brought back: all that is remembered tells, because few losses
 * say little of how long the next burst gets.
 */
function unmendedOf(offsets: readonly number[], history: FateHistory): number {
  const lost = history.lossShare(historyPackets);
  if (lost === 0) return 0;
  if (!fecHelps(offsets)) return history.residual(offsets, historyPackets) / lost;
  const unmended = history.residual(fecOffsets, historyPackets) / lost;
  return unmended + (1 - unmended) * fecShortfall;
}

/** What a plan costs on this line, in ms, beside what its bitrate costs, if so much stays missing (a share, weighted). */
function packingCostMs(
  frameMs: number,
  bitrateBps: number,
  offsets: readonly number[],
  line: LineView,
  residual: number,
): number {
  const spreadMs = spreadOf(offsets) * frameMs;
  const wire = bitrateBps * (1 + offsets.length) + headersBps(frameMs, offsets.length, line.overheadBytes);
  // On a slow line the packet itself takes its time: bits of one packet over bits per second.
  const serialMs = line.budgetBps === null ? 0 : (wire * frameMs) / line.budgetBps;
  const packingMs = frameMs - 20 + Math.min(frameMs, serialMs);
  return (
    residual * 100 * msPerResidualPercent +
    Math.max(0, spreadMs - line.unevenMs) +
    packingMs +
    Math.max(0, packingMs - packingBudgetMs) * beyondBudgetFactor +
    (wire / 1000) * msPerKilobit
  );
}

/** The cheapest plan; `current` stays unless another is clearly better. Pure. */
export function choosePlan(current: EncodingPlan, line: LineView): EncodingPlan {
  let bestFrameMs: EncodingPlan['frameMs'] = 60;
  let bestBps = minBitrateBps;
  let bestOffsets = noOffsets;
  let bestMs = Number.POSITIVE_INFINITY;
  let currentMs = Number.POSITIVE_INFINITY;
  let keptBps = current.bitrateBps;
  let isWhole = false;
  const most = Math.min(line.isProven ? maxBitrateBps : usualBitrateBps, line.packing.mostBps);
  const loss = weightedLoss(line);
  for (const offsets of offsetSets) {
    if (offsets.length > 0 && (!line.redundancy || isWhole)) continue;
    const residual = loss * unmendedOf(offsets, line.history);
    // Nothing is missing without copies, which come first: there is nothing to weigh them by.
    isWhole = residual === 0;
    for (const frameMs of frameLengths) {
      // Whoever wants less than 20 ms gets 20 all the same: it is what every reader must take.
      const isTooLong = frameMs > 20 && frameMs > line.packing.longestMs;
      if (isTooLong || spreadOf(offsets) * frameMs > maxSpreadMs) continue;
      const affordable = affordableBps(frameMs, offsets, line, most);
      const isCurrent = frameMs === current.frameMs && offsets === current.offsets;
      if (affordable < minBitrateBps) continue;
      for (let level = 0; level < levelsBps.length; level += 1) {
        // Where the budget is the limit, use all of it: the level is what is left, not the next lower step.
        const isLimit = affordable < (levelsBps[level] ?? 0);
        const bitrateBps = isLimit ? affordable : (levelsBps[level] ?? 0);
        const rateMs = isLimit ? bitrateCostMs(affordable) : (levelsMs[level] ?? 0);
        const ms = packingCostMs(frameMs, bitrateBps, offsets, line, residual) + rateMs;
        if (ms < bestMs) {
          bestMs = ms;
          bestFrameMs = frameMs;
          bestBps = bitrateBps;
          bestOffsets = offsets;
        }
        if (isCurrent && ms < currentMs) {
          currentMs = ms;
          keptBps = bitrateBps;
        }
        if (isLimit) break;
      }
    }
  }
  const leastGainMs = line.budgetBps !== null && bestFrameMs < current.frameMs ? shorterGainMs : gainMs;
  if (bestMs < currentMs - leastGainMs || bestMs === Number.POSITIVE_INFINITY) {
    return { frameMs: bestFrameMs, bitrateBps: bestBps, offsets: bestOffsets };
  }
  return keptBps === current.bitrateBps ? current : { frameMs: current.frameMs, bitrateBps: keptBps, offsets: current.offsets };
}

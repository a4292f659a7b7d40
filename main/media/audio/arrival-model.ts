/**
 * How late packets come, relative to the earliest of late: what the playout delay has to cover. Pure: time comes in as
 * numbers. After the histogram of WebRTC's NetEQ, with a floor that follows clock drift.
 */
export interface ArrivalModel {
  /** @param mediaMs the packet's timestamp in ms, unwrapped */
  packet(mediaMs: number, arrivalMs: number): void;
  /** A packet came after its turn: the target was too small. */
  tooLate(): void;
  /** The stream went on at another offset (its sender slept): forget what the fastest packets were. */
  rebase(): void;
  /** Arrival minus media time of the fastest packets; null before the first. */
  readonly floorMs: number | null;
  /** The delay after the fastest packets that most of them make. */
  readonly targetMs: number;
}

const bucketMs = 5;
const bucketCount = 80;
/**
 * One observation is the latest packet of this much time, as in newer NetEQ: a stall delivers forty late packets at once, and
 * is yet one event.
 */
const intervalMs = 200;
/** In 93 of 100 intervals everything is to be in time; in the others FEC and concealment mend. */
const quantile = 0.93;
/** Three bad intervals (0.6 s) outweigh the quantile; after the last one it takes 90 (18 s) to forget them. */
const forgetting = 0.97;
/** Less than a timer's own jitter is not worth aiming at. */
const minTargetMs = 10;
const maxTargetMs = 400;
/** Until arrivals are known (the first second): what a good network needs. */
const startTargetMs = 30;
const startIntervals = 5;
/** One late packet raises the target by this at once; it wears off by `boostDecayMs` per packet. */
const boostMs = 10;
const maxBoostMs = 100;
const boostDecayMs = 0.05;
/** The floor is the minimum of this window and the one before, so it can rise with a slow sender's clock. */
const floorWindowMs = 5_000;

export function createArrivalModel(): ArrivalModel {
  const histogram = new Float64Array(bucketCount);
  // A call begins as if the network were good: one stall early on, two intervals long, is no proof of the contrary.
  histogram[0] = 1;
  let intervals = 0;
  let intervalStartMs: number | null = null;
  let worstMs = 0;
  let boost = 0;
  let windowStartMs = 0;
  let windowMin = Number.POSITIVE_INFINITY;
  let previousMin = Number.POSITIVE_INFINITY;
  let target = startTargetMs;

  const floor = (): number => Math.min(windowMin, previousMin);

  function quantileMs(): number {
    let mass = 0;
    for (let bucket = 0; bucket < bucketCount; bucket += 1) {
      mass += histogram[bucket] ?? 0;
      if (mass >= quantile) return (bucket + 1) * bucketMs;
    }
    return bucketCount * bucketMs;
  }

  function closeInterval(): void {
    const bucket = Math.min(bucketCount - 1, Math.max(0, Math.floor(worstMs / bucketMs)));
    for (let i = 0; i < bucketCount; i += 1) histogram[i] = (histogram[i] ?? 0) * forgetting;
    histogram[bucket] = (histogram[bucket] ?? 0) + 1 - forgetting;
    intervals += 1;
  }

  return {
    packet(mediaMs, arrivalMs) {
      const relative = arrivalMs - mediaMs;
      if (intervalStartMs === null) {
        intervalStartMs = arrivalMs;
        windowStartMs = arrivalMs;
      }
      if (arrivalMs - windowStartMs > floorWindowMs) {
        previousMin = windowMin;
        windowMin = Number.POSITIVE_INFINITY;
        windowStartMs = arrivalMs;
      }
      windowMin = Math.min(windowMin, relative);
      worstMs = Math.max(worstMs, relative - floor());
      boost = Math.max(0, boost - boostDecayMs);
      if (arrivalMs - intervalStartMs < intervalMs) return;
      closeInterval();
      intervalStartMs = arrivalMs;
      worstMs = 0;
      const least = intervals < startIntervals ? startTargetMs : minTargetMs;
      target = Math.min(maxTargetMs, Math.max(least, quantileMs() + boost));
    },
    rebase() {
      windowMin = Number.POSITIVE_INFINITY;
      previousMin = Number.POSITIVE_INFINITY;
    },
    tooLate() {
      boost = Math.min(maxBoostMs, boost + boostMs);
      target = Math.min(maxTargetMs, target + boostMs);
    },
    get floorMs() {
      return Number.isFinite(floor()) ? floor() : null;
    },
    get targetMs() {
      return target;
    },
  };
}

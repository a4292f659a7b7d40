/**
 * How late packets come, relative to the earliest of late: what the playout delay has to cover. Pure: time comes in as
 * numbers. After the histogram of WebRTC's NetEQ, with a floor that follows clock drift.
 */
export interface ArrivalModel {
  /** @param mediaMs the packet's timestamp in ms, unwrapped */
  packet(mediaMs: number, arrivalMs: number): void;
  /** A packet came after its turn: the target was too small. */
  tooLate(): void;
  /** Arrival minus media time of the fastest packets; null before the first. */
  readonly floorMs: number | null;
  /** The delay after the fastest packets that most of them make. */
  readonly targetMs: number;
}

const bucketMs = 5;
const bucketCount = 80;
/** 97 of 100 packets are to be in time; the others are mended by FEC and concealment. */
const quantile = 0.97;
/** A packet's weight halves after about 140 packets (2.8 s): soon enough for a train, long enough not to forget a burst at once. */
const forgetting = 0.995;
/** Less than a timer's own jitter is not worth aiming at. */
const minTargetMs = 10;
const maxTargetMs = 400;
/** Until arrivals are known: what a good network needs. */
const startTargetMs = 30;
const startPackets = 40;
/** One late packet raises the target by this at once; it wears off by `boostDecayMs` per packet. */
const boostMs = 10;
const maxBoostMs = 100;
const boostDecayMs = 0.05;
/** The floor is the minimum of this window and the one before, so it can rise with a slow sender's clock. */
const floorWindowMs = 5_000;

export function createArrivalModel(): ArrivalModel {
  const histogram = new Float64Array(bucketCount);
  let packets = 0;
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

  return {
    packet(mediaMs, arrivalMs) {
      const relative = arrivalMs - mediaMs;
      if (packets === 0) windowStartMs = arrivalMs;
      if (arrivalMs - windowStartMs > floorWindowMs) {
        previousMin = windowMin;
        windowMin = Number.POSITIVE_INFINITY;
        windowStartMs = arrivalMs;
      }
      windowMin = Math.min(windowMin, relative);
      const bucket = Math.min(bucketCount - 1, Math.max(0, Math.floor((relative - floor()) / bucketMs)));
      // The first packets share the whole mass evenly, so the model is quick at first and steady later.
      const keep = Math.min(forgetting, packets / (packets + 1));
      for (let i = 0; i < bucketCount; i += 1) histogram[i] = (histogram[i] ?? 0) * keep;
      histogram[bucket] = (histogram[bucket] ?? 0) + 1 - keep;
      packets += 1;
      boost = Math.max(0, boost - boostDecayMs);
      const wanted = quantileMs() + boost;
      target = Math.min(maxTargetMs, Math.max(packets < startPackets ? startTargetMs : minTargetMs, wanted));
    },
    tooLate() {
      boost = Math.min(maxBoostMs, boost + boostMs);
      target = Math.min(maxTargetMs, target + boostMs);
    },
    get floorMs() {
      return packets === 0 ? null : floor();
    },
    get targetMs() {
      return target;
    },
  };
}

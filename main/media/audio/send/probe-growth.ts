/** What is known of the narrowest place while more and more is sent through it. */
export interface ProbeView {
  readonly budgetBps: number;
  /** What it is thought to carry of ours; null: unknown. */
  readonly capacityBps: number | null;
  /** That was measured in front of a queue where packets came evenly, or a try for more has ended in one. */
  readonly isSurveyed: boolean;
  /** How much packets wander without a queue. */
  readonly unevenMs: number;
  /** For so long it has been used, and no queue seen. */
  readonly freeMs: number;
}

/** Up to this share of the capacity nothing has to wait. */
export const holdShare = 0.88;
/** Where packets wander by less, what gets through tells at once what a place carries. */
export const evenMs = 25;
/** Where no narrow place is known. */
const quickGrowth = 1.2;
/** Up to what is known to fit, and then so carefully that the queue of a step too far is seen while it is short. */
const knownGrowth = 0.12;
const evenGrowth = 0.08;
const carefulGrowth = 0.05;
const knownShare = 0.98;
/** Far beyond without a queue, what was known is wrong. */
const refutedShare = 1.15;
const refutedGrowth = 0.3;
/** What was surveyed is believed: a step too far is hardly heard. But the longer no queue is seen, the less. */
const surveyedGrowth = 0.02;
const doubtedAfterMs = 3_000;

/** By how much the budget grows, per second. Pure. */
export function probeGrowth({ budgetBps, capacityBps, isSurveyed, unevenMs, freeMs }: ProbeView): number {
  if (capacityBps === null) return quickGrowth;
  const isEven = unevenMs <= evenMs;
  if (budgetBps < capacityBps * (isSurveyed && isEven ? holdShare : knownShare)) return knownGrowth;
  if (isEven) return isSurveyed ? surveyedGrowth * (1 + (freeMs / doubtedAfterMs) ** 2) : evenGrowth;
  return budgetBps < capacityBps * refutedShare ? carefulGrowth : refutedGrowth;
}

import { evenMs } from './probe-growth.ts';
import { goneShare, type QueueView } from './queue-delay.ts';

/** What the narrowest place on the way there carries of our voice, as far as it is known. */
export interface Capacity {
  /** All headers included; null: no narrow place was seen. */
  readonly bps: number | null;
  /** It was measured in front of a queue where packets came evenly, or a try for more has ended in one. */
  readonly isSurveyed: boolean;
  /** What else is there rides beside the voice: of everything it carries so much. */
  readonly lineBps: number | null;
  /** Packets had to wait: they came out as fast as the narrowest place lets them. */
  survey(view: QueueView, weight: number): void;
  /** No queue grew. It was learned while our own reports took more of it, or from too few packets. */
  prove(view: QueueView, weight: number): void;
  /** A try for more made a queue. */
  confirm(): void;
  forget(): void;
  /** Packets take the time that they take in the place that was surveyed: nothing more is to be tried. */
  isStillNarrow(view: QueueView): boolean;
  /** But less than they would if it carried no more than was measured. */
  mayBeMore(view: QueueView): boolean;
  /** They take none: the place has gone, or lets short bursts through at once. */
  seemsGone(view: QueueView): boolean;
}

/** 6 kbit/s in frames of 60 ms with all headers: nothing less is speech. */
export const minBudgetBps = 15_500;
/** Beside the voice a narrow place carries our feedback, five messages of 92 bytes a second, and a report of 172. */
const besideBps = 5_000;
/** With more than this of what a byte would take there, the place is as narrow as it was. */
const stillNarrowShare = 0.7;
/** And with more than this it is what was measured. */
const wellKnownShare = 0.9;

export function createCapacity(): Capacity {
  let bps: number | null = null;
  let isSurveyed = false;

  function learn(measuredBps: number, weight: number): void {
    bps = Math.max(minBudgetBps, bps === null ? measuredBps : bps + (measuredBps - bps) * weight);
  }

  /** Of what a byte must take there. NaN: one of both is not known. */
  const shareOf = (msPerByte: number): number => (bps === null ? Number.NaN : (msPerByte * (bps + besideBps)) / 8_000);

  return {
    get bps() {
      return bps;
    },
    get isSurveyed() {
      return isSurveyed;
    },
    get lineBps() {
      return bps === null ? null : bps + besideBps;
    },
    survey({ lineBps, deliveredBps, unevenMs }, weight) {
      const isEven = unevenMs <= evenMs;
      const measuredBps = isEven && lineBps !== null ? lineBps - besideBps : deliveredBps;
      if (measuredBps === null) return;
      learn(measuredBps, weight);
      isSurveyed ||= isEven;
    },
    prove({ deliveredBps, sentBps, unevenMs }, weight) {
      if (bps === null || deliveredBps === null || sentBps === null || unevenMs > evenMs) return;
      const provenBps = Math.min(deliveredBps, sentBps);
      if (provenBps > bps) learn(provenBps, weight);
    },
    confirm() {
      if (bps !== null) isSurveyed = true;
    },
    forget() {
      bps = null;
      isSurveyed = false;
    },
    isStillNarrow: ({ unevenMs, msPerByte }) => isSurveyed && unevenMs <= evenMs && shareOf(msPerByte) > stillNarrowShare,
    mayBeMore: ({ msPerByte }) => shareOf(msPerByte) < wellKnownShare,
    seemsGone: ({ msPerByte }) => shareOf(msPerByte) < goneShare,
  };
}

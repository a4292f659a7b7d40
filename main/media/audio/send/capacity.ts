import { evenMs } from './probe-growth.ts';
import { goneShare, type QueueView } from './queue-delay.ts';

/** What the narrowest place on the way there carries of our voice, as far as it is known. */
export interface Capacity {
  /** All headers included; null: no narrow place was seen. */
  readonly bps: number | null;
  /** It was measured in front of a queue where packets came evenly, or a try for more has ended in one. */
  readonly isSurveyed: boolean;
  /** And others beside it: of everything it carries so much. */
  readonly lineBps: number | null;
  /**
   * Packets had to wait: they came out as fast as the narrowest place lets them, and others' in between. In a queue all come out
   * in the shares in which they went in: where `sent` of ours came out as `delivered`, others sent `sent × (line / delivered − 1)`.
   */
  survey(view: QueueView, weight: number): void;
  /** No queue grew. It was learned while our own reports took more of it, or from too few packets. */
  prove(view: QueueView, weight: number): void;
  /** All that may be was used, and no queue came: others may send less than when they were measured. */
  ease(seconds: number): void;
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
/** Beside the voice a narrow place carries at least our feedback, five messages of 92 bytes a second, and a report of 172. */
const besideBps = 5_000;
/** Where less than this share of what was sent came out, our own packets stand one behind the other. */
const pressedShare = 0.85;
/** The first queue is believed as far as to tell others by it where packets wander by less. */
const clearMs = evenMs / 2;
/** Elsewhere others' may always stand between them: the place is not as slow as it looks. */
const unpressedShare = 0.1;
/** So much of what others took comes back each second: what many small packets of theirs took for two seconds is tried again soon. */
const easePerSecond = 0.14;
/** With more than this of what a byte would take there, the place is as narrow as it was. */
const stillNarrowShare = 0.7;
/** And with more than this it is what was measured. */
const wellKnownShare = 0.9;

export function createCapacity(): Capacity {
  let bps: number | null = null;
  let lineBps: number | null = null;
  let isSurveyed = false;

  function learn(measuredBps: number, weight: number): void {
    bps = Math.max(minBudgetBps, bps === null ? measuredBps : bps + (measuredBps - bps) * weight);
    if (lineBps !== null) lineBps = Math.max(lineBps, bps + besideBps);
  }

  function learnLine(spacingBps: number, isPressed: boolean, weight: number): number {
    const share = spacingBps > (lineBps ?? 0) || isPressed ? weight : weight * unpressedShare;
    lineBps = lineBps === null ? spacingBps : lineBps + (spacingBps - lineBps) * share;
    return lineBps;
  }

  const knownLineBps = (): number | null => (bps === null ? null : (lineBps ?? bps + besideBps));

  /** Of what a byte must take there. NaN: one of both is not known. */
  const shareOf = (msPerByte: number): number => (msPerByte * (knownLineBps() ?? Number.NaN)) / 8_000;

  return {
    get bps() {
      return bps;
    },
    get isSurveyed() {
      return isSurveyed;
    },
    get lineBps() {
      return knownLineBps();
    },
    survey({ lineBps: spacingBps, deliveredBps, sentBps, unevenMs }, weight) {
      if (deliveredBps === null || sentBps === null) return;
      const isEven = unevenMs <= evenMs;
      const isPressed = deliveredBps < sentBps * pressedShare;
      if (!isEven || spacingBps === null) {
        if (bps === null || isPressed || deliveredBps > bps) learn(deliveredBps, weight);
      } else {
        const knownBps = learnLine(spacingBps, isPressed, weight);
        // What wanders looks like others' packets at first, and a queue that it only seemed to be is to cost little.
        const isClear = bps !== null || unevenMs < clearMs;
        const besideUsBps = isClear ? sentBps * (knownBps / deliveredBps - 1) : 0;
        learn(knownBps - Math.max(besideBps, besideUsBps), weight);
      }
      isSurveyed ||= isEven;
    },
    prove({ deliveredBps, sentBps, unevenMs }, weight) {
      if (bps === null || deliveredBps === null || sentBps === null || unevenMs > evenMs) return;
      const provenBps = Math.min(deliveredBps, sentBps);
      if (provenBps > bps) learn(provenBps, weight);
    },
    ease(seconds) {
      if (bps === null || lineBps === null) return;
      bps += Math.max(0, lineBps - besideBps - bps) * easePerSecond * seconds;
    },
    confirm() {
      if (bps !== null) isSurveyed = true;
    },
    forget() {
      bps = null;
      lineBps = null;
      isSurveyed = false;
    },
    isStillNarrow: ({ unevenMs, msPerByte }) => isSurveyed && unevenMs <= evenMs && shareOf(msPerByte) > stillNarrowShare,
    mayBeMore: ({ msPerByte }) => shareOf(msPerByte) < wellKnownShare,
    seemsGone: ({ msPerByte }) => shareOf(msPerByte) < goneShare,
  };
}

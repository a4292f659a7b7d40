import type { Link } from './link.ts';

/** A TCP flow that always has more to send, as Linux's would: CUBIC (RFC 9438), losses known by later acknowledgements. */
export interface GreedyFlow {
  /** Every millisecond. */
  step(nowMs: number): void;
}

const segmentBytes = 1_500;
const acknowledgementBytes = 52;
/** RFC 9438 §4: after a loss this much of the window is left, and so quickly it comes back. */
const beta = 0.7;
const cubic = 0.4;
const initialWindow = 10;
const leastWindow = 2;

interface Segment {
  readonly sentAtMs: number;
  /** NaN: lost. */
  readonly arrivesAtMs: number;
  /** When its acknowledgement is back; NaN: it has not been sent. */
  acknowledgedAtMs: number;
}

/** @param there what the segments take @param back what their acknowledgements take */
export function createGreedyFlow(there: Link, back: Link): GreedyFlow {
  const flying: Segment[] = [];
  /** The first one that has not arrived. */
  let unarrived = 0;
  let window = initialWindow;
  let threshold = Number.POSITIVE_INFINITY;
  let most = 0;
  let reducedAtMs = Number.NEGATIVE_INFINITY;

  function acknowledge(nowMs: number): void {
    for (let next = flying[unarrived]; next !== undefined; next = flying[unarrived]) {
      if (next.arrivesAtMs > nowMs) return;
      if (!Number.isNaN(next.arrivesAtMs)) next.acknowledgedAtMs = back.take(acknowledgementBytes, nowMs);
      unarrived += 1;
    }
  }

  function reduce(nowMs: number, sentAtMs: number): void {
    if (sentAtMs < reducedAtMs) return;
    most = window;
    window = Math.max(leastWindow, window * beta);
    threshold = window;
    reducedAtMs = nowMs;
  }

  function grow(nowMs: number): void {
    if (window < threshold) {
      window += 1;
      return;
    }
    const k = Math.cbrt((most * (1 - beta)) / cubic);
    const target = cubic * ((nowMs - reducedAtMs) / 1000 - k) ** 3 + most;
    window += Math.max(0.01, Math.min(0.5, (target - window) / window));
  }

  /** Takes out what is known of, in order: by its acknowledgement or, if either was lost, by that of a later one. */
  function hear(nowMs: number): void {
    for (let first = flying[0]; first !== undefined; first = flying[0]) {
      const isLost = Number.isNaN(first.arrivesAtMs);
      const isOutOfReach = Number.isNaN(first.acknowledgedAtMs);
      const told = isOutOfReach ? flying.find(({ acknowledgedAtMs }) => acknowledgedAtMs <= nowMs) : first;
      if (told === undefined || !(told.acknowledgedAtMs <= nowMs)) return;
      flying.shift();
      unarrived -= 1;
      if (isLost) reduce(nowMs, first.sentAtMs);
      else grow(nowMs);
    }
  }

  return {
    step(nowMs) {
      acknowledge(nowMs);
      hear(nowMs);
      while (flying.length < window) {
        flying.push({ sentAtMs: nowMs, arrivesAtMs: there.take(segmentBytes, nowMs), acknowledgedAtMs: Number.NaN });
      }
    },
  };
}

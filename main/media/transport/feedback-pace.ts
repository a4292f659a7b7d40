/**
 * When the other side is to hear again what became of its packets. Seldom while they come evenly and whole: then each message
 * says the same. The first sign of something else is told at once, and for some seconds the pace is quick. Pure: time comes in
 * as numbers.
 */
export interface FeedbackPace {
  /** An authenticated packet, each once, in whatever order. @param timestamp 32 bit, 48 kHz */
  packet(sequence: number, timestamp: number, arrivalMs: number): void;
  /** @param unreported packets that came since the last message @param isNarrow each message is a wait for our own voice */
  isDue(nowMs: number, unreported: number, isNarrow: boolean): boolean;
  told(nowMs: number): void;
}

/** Whatever happens or does not. */
const slowMs = 200;
/** In trouble, if so many packets have come: of longer frames, half as often is enough. */
const quickMs = 100;
const quickPackets = 4;
/** Not even the first sign of trouble is told sooner after the last message. */
const soonMs = 40;
/** Timers and packet intervals are not exact: who comes this much early is not sent round again. */
const earlyMs = 5;
/** A packet this much later than the fastest of the last seconds: a queue, or a way that jitters. */
const lateMs = 15;
/** So quickly a way that has become longer is taken as it is, ms per second; clocks differ by a fiftieth of that. */
const forgetMsPerS = 5;
const troubleMs = 3_000;
const unitsPerMs = 48;
/** A jump of the sender's clock, or of ours, is no lateness. */
const leapMs = 5_000;

export function createFeedbackPace(): FeedbackPace {
  let newest = -1;
  /** Written in place: each write to a captured variable would put a number on the heap. */
  const state = {
    timestamp: 0,
    arrivalMs: 0,
    /** How much longer than the fastest packet the newest took. */
    behindMs: 0,
    toldMs: 0,
    troubledUntilMs: Number.NEGATIVE_INFINITY,
  };
  let isNews = false;

  function trouble(nowMs: number): void {
    if (nowMs >= state.troubledUntilMs) isNews = true;
    state.troubledUntilMs = nowMs + troubleMs;
  }

  return {
    packet(sequence, timestamp, arrivalMs) {
      const step = newest === -1 ? 1 : ((sequence - newest) << 16) >> 16;
      if (step !== 1) trouble(arrivalMs);
      if (step <= 0) return;
      const elapsedMs = newest === -1 ? 0 : arrivalMs - state.arrivalMs;
      const change = newest === -1 ? 0 : elapsedMs - ((timestamp - state.timestamp) | 0) / unitsPerMs;
      newest = sequence;
      state.timestamp = timestamp;
      state.arrivalMs = arrivalMs;
      if (Math.abs(change) > leapMs) state.behindMs = 0;
      else state.behindMs = Math.max(0, state.behindMs + change - (elapsedMs * forgetMsPerS) / 1_000);
      if (state.behindMs > lateMs) trouble(arrivalMs);
    },
    isDue(nowMs, unreported, isNarrow) {
      const sinceMs = nowMs - state.toldMs + earlyMs;
      if (sinceMs >= slowMs) return true;
      if (isNarrow) return false;
      if (isNews && sinceMs >= soonMs) return true;
      return nowMs < state.troubledUntilMs && sinceMs >= quickMs && unreported >= quickPackets;
    },
    told(nowMs) {
      state.toldMs = nowMs;
      isNews = false;
    },
  };
}

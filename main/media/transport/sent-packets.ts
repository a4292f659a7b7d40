import { isReceived, wordAgeMs, type FeedbackReport } from './congestion-feedback.ts';
import { extendSequence } from './sequence.ts';

/** Power of two; 10 s at 100 packets/s, longer than any report looks back. */
const slots = 1024;
/** Nobody waits longer for a packet that was overtaken before calling it lost. */
const maxReorderMs = 250;
/** The next late one may be a little later than the last. */
const reorderMargin = 1.25;
/** Per report; at ten a second a bout of reordering is half forgotten after 14 s. */
const reorderDecay = 0.995;
/** What the other side's clock can't mean: a hold longer than this says nothing about the round trip. */
const maxRoundTripMs = 60_000;
const reportUnitsPerMs = 65.536;

const pending = 0;
/** A report says it has not come; it may only be late. */
const missing = 1;
/** It came, but an earlier one's fate is open: fates are told in order. */
const arrived = 2;
const toldLost = 3;
const toldArrived = 4;

/** @param arrivedAtMs by the other side's clock: only differences mean anything. NaN: lost */
export type FateListener = (sequence: number, sentAtMs: number, wireBytes: number, arrivedAtMs: number) => void;

/**
 * What we sent, until its fate is known. Fates are told once, in sequence order. A hole counts as lost when packets sent so
 * much later have come as reordering was lately seen to reach (as RFC 8985 does for TCP): on a path that never reorders at
 * once. What comes even later is told again, as arrived. Packets that no report speaks of, because the reports got lost, are
 * told nothing about. A fixed ring; nothing is allocated per packet.
 */
export interface SentPackets {
  sent(sequence: number, sentAtMs: number, wireBytes: number): void;
  /** Tells what is new. Returns the round trip of the newest packet it speaks of, in ms; NaN if it tells none. */
  report(report: FeedbackReport, nowMs: number): number;
}

export function createSentPackets(onFate: FateListener): SentPackets {
  const sequences = new Float64Array(slots).fill(-1);
  const sentAt = new Float64Array(slots);
  const bytes = new Float64Array(slots);
  const arrivedAt = new Float64Array(slots);
  const states = new Uint8Array(slots);
  let newest = -1;
  /** The first one whose fate was not told. */
  let cursor = -1;
  /** The highest one known to have come, and the earliest that reports still speak of. */
  let highestArrived = -1;
  let earliest = -1;
  /** Written in place: each write to a captured variable would put a number on the heap. */
  const kept = { reorderMs: 0, reportTime: -1, reportTimeMs: 0 };

  const sentMs = (extended: number): number => sentAt[extended % slots] ?? 0;
  const tell = (extended: number, atMs: number): void =>
    onFate(extended & 0xff_ff, sentMs(extended), bytes[extended % slots] ?? 0, atMs);

  /** Report times wrap every 18 hours; only steps forward are believed, so that an old report can't turn the clock. */
  function unwrap(time: number): number {
    const step = kept.reportTime === -1 ? 0 : (time - kept.reportTime) | 0;
    if (kept.reportTime !== -1 && step < 0) return kept.reportTimeMs + step / reportUnitsPerMs;
    kept.reportTime = time;
    kept.reportTimeMs += step / reportUnitsPerMs;
    return kept.reportTimeMs;
  }

  function received(extended: number, atMs: number): void {
    const slot = extended % slots;
    const state = states[slot];
    // It was reported missing, and came: how late it was is what the next one may be.
    if (state !== pending) {
      const lateMs = sentMs(highestArrived) - sentMs(extended);
      kept.reorderMs = Math.min(maxReorderMs, Math.max(kept.reorderMs, lateMs * reorderMargin));
    }
    highestArrived = Math.max(highestArrived, extended);
    arrivedAt[slot] = atMs;
    states[slot] = arrived;
    if (extended >= cursor) return;
    states[slot] = toldArrived;
    tell(extended, atMs);
  }

  /** Goes on to the first hole that may still be filled. */
  function settle(): void {
    for (; cursor <= highestArrived; cursor += 1) {
      const slot = cursor % slots;
      const state = states[slot];
      if (state === arrived) {
        states[slot] = toldArrived;
        tell(cursor, arrivedAt[slot] ?? Number.NaN);
        continue;
      }
      const isOld = cursor < earliest || sentMs(highestArrived) - sentMs(cursor) >= kept.reorderMs;
      if (!isOld) return;
      if (state === pending) continue;
      states[slot] = toldLost;
      tell(cursor, Number.NaN);
    }
  }

  return {
    sent(sequence, sentAtMs, wireBytes) {
      newest = extendSequence(sequence, newest);
      if (cursor === -1) cursor = newest;
      // Nobody speaks of what is that old any more.
      cursor = Math.max(cursor, newest - slots + 1);
      const slot = newest % slots;
      sequences[slot] = newest;
      sentAt[slot] = sentAtMs;
      bytes[slot] = wireBytes;
      states[slot] = pending;
    },
    report(report, nowMs) {
      const timeMs = unwrap(report.reportTime);
      if (newest === -1) return Number.NaN;
      kept.reorderMs *= reorderDecay;
      const begin = extendSequence(report.firstSequence, newest);
      let roundTripMs = Number.NaN;
      for (let i = 0; i < report.count; i += 1) {
        const extended = begin + i;
        const slot = extended % slots;
        // A number that was never used, or long ago: somebody else's mistake.
        if (extended < 0 || sequences[slot] !== extended) continue;
        const word = report.words[i] ?? 0;
        if (!isReceived(word)) {
          if (states[slot] === pending) states[slot] = missing;
          continue;
        }
        const ageMs = wordAgeMs(word);
        if (Number.isNaN(ageMs)) continue;
        const tripMs = nowMs - sentMs(extended) - ageMs;
        if (tripMs >= 0 && tripMs < maxRoundTripMs) roundTripMs = tripMs;
        const isKnown = states[slot] === arrived || states[slot] === toldArrived;
        if (!isKnown) received(extended, timeMs - ageMs);
      }
      earliest = Math.max(earliest, begin);
      settle();
      return roundTripMs;
    },
  };
}

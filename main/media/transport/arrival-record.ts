import { lostWord, maxReportedPackets, receivedWord, type FeedbackReport } from './congestion-feedback.ts';
import { extendSequence } from './sequence.ts';

/** Power of two, twice what a report can hold: a packet that comes late must not take a newer one's place. */
const slots = 512;
/** Each packet is told in this many reports: all of three get lost once in a hundred at 20 % loss. */
const reportsPerPacket = 3;

/** When the packets of one source came, for the reports about it. A fixed ring; nothing is allocated per packet. */
export interface ArrivalRecord {
  /** An authenticated packet, each once. */
  packet(sequence: number, arrivalMs: number): void;
  /** How many came since the last report. */
  readonly unreported: number;
  /** Fills everything but `reportTime`; false if nothing came since the last report. */
  report(nowMs: number, into: FeedbackReport): boolean;
}

export function createArrivalRecord(): ArrivalRecord {
  const sequences = new Float64Array(slots).fill(-1);
  const arrivals = new Float64Array(slots);
  /** The highest packet of the reports before, newest last. */
  const reportedUpTo = new Float64Array(reportsPerPacket).fill(-1);
  let highest = -1;
  let first = -1;
  /** The lowest that came since the last report. */
  let lowestNew = Number.POSITIVE_INFINITY;
  let unreported = 0;

  return {
    packet(sequence, arrivalMs) {
      const extended = extendSequence(sequence, highest);
      if (highest === -1) first = extended;
      if (extended > highest) highest = extended;
      else if (highest - extended >= maxReportedPackets) return;
      const slot = extended % slots;
      sequences[slot] = extended;
      arrivals[slot] = arrivalMs;
      lowestNew = Math.min(lowestNew, extended);
      unreported += 1;
    },
    get unreported() {
      return unreported;
    },
    report(nowMs, into) {
      if (unreported === 0) return false;
      // What came late is told again with all that follows it: a report has no holes.
      const wanted = Math.min(lowestNew, (reportedUpTo[0] ?? -1) + 1);
      const begin = Math.max(first, wanted, highest - maxReportedPackets + 1);
      into.firstSequence = begin & 0xff_ff;
      into.count = highest - begin + 1;
      for (let i = 0; i < into.count; i += 1) {
        const slot = (begin + i) % slots;
        into.words[i] = sequences[slot] === begin + i ? receivedWord(nowMs - (arrivals[slot] ?? nowMs)) : lostWord;
      }
      reportedUpTo.copyWithin(0, 1);
      reportedUpTo[reportsPerPacket - 1] = highest;
      lowestNew = Number.POSITIVE_INFINITY;
      unreported = 0;
      return true;
    },
  };
}

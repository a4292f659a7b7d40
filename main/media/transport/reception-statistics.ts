import type { ReportBlock } from './rtcp.ts';

/** What RFC 3550 (§6.4.1, appendices A.3 and A.8) asks a receiver to know about one source. */
export interface ReceptionStatistics {
  packet(sequence: number, timestamp: number, arrivalMs: number): void;
  senderReport(compactNtpTime: number, arrivalMs: number): void;
  /** The block for the next report; starts a new interval for the fraction lost. */
  block(ssrc: number, nowMs: number): ReportBlock;
  readonly received: number;
  /** Expected minus received, never below 0. */
  readonly lost: number;
  readonly jitterMs: number;
}

const unitsPerMs = 48;

export function createReceptionStatistics(): ReceptionStatistics {
  let base = -1;
  let highest = -1;
  let received = 0;
  /** Written in place: each write to a captured variable would put a number on the heap. */
  const state = { jitterUnits: 0, lastTransit: Number.NaN };
  let expectedBefore = 0;
  let receivedBefore = 0;
  let lastReport = 0;
  let lastReportMs = 0;

  const expected = (): number => (highest < 0 ? 0 : highest - base + 1);

  return {
    packet(sequence, timestamp, arrivalMs) {
      received += 1;
      if (highest < 0) {
        base = sequence;
        highest = sequence;
      } else {
        const step = ((sequence - highest) << 16) >> 16;
        if (step > 0) highest += step;
      }
      const transit = (arrivalMs * unitsPerMs - timestamp) % 2 ** 32;
      const change = Math.abs(transit - state.lastTransit);
      // A wrap of the timestamp, or a jump of a minute, is no jitter; the first packet has no change.
      if (change < 60_000 * unitsPerMs) state.jitterUnits += (change - state.jitterUnits) / 16;
      state.lastTransit = transit;
    },
    senderReport(compactNtpTime, arrivalMs) {
      lastReport = compactNtpTime;
      lastReportMs = arrivalMs;
    },
    block(ssrc, nowMs) {
      const expectedNow = expected();
      const expectedInterval = expectedNow - expectedBefore;
      const lostInterval = expectedInterval - (received - receivedBefore);
      expectedBefore = expectedNow;
      receivedBefore = received;
      return {
        ssrc,
        fractionLost: expectedInterval <= 0 || lostInterval <= 0 ? 0 : (lostInterval / expectedInterval) * 256,
        cumulativeLost: expectedNow - received,
        highestSequence: Math.max(0, highest),
        jitter: state.jitterUnits,
        lastSenderReport: lastReport,
        delaySinceLastSenderReport: lastReport === 0 ? 0 : ((nowMs - lastReportMs) / 1000) * 65_536,
      };
    },
    get received() {
      return received;
    },
    get lost() {
      return Math.max(0, expected() - received);
    },
    get jitterMs() {
      return state.jitterUnits / unitsPerMs;
    },
  };
}

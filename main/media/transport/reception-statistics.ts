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
  let jitterUnits = 0;
  let lastTransit: number | null = null;
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
      if (lastTransit !== null) {
        const change = Math.abs(transit - lastTransit);
        // A wrap of the timestamp, or a jump of a minute, is no jitter.
        if (change < 60_000 * unitsPerMs) jitterUnits += (change - jitterUnits) / 16;
      }
      lastTransit = transit;
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
        jitter: jitterUnits,
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
      return jitterUnits / unitsPerMs;
    },
  };
}

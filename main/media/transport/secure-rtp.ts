import { RtpHeader } from 'werift';
import { createArrivalRecord } from './arrival-record.ts';
import { emptyFeedbackReport } from './congestion-feedback.ts';
import type { SecureChannel } from './dtls-channel.ts';
import type { IceAgent } from './ice-agent.ts';
import { createReceptionStatistics, type ReceptionStatistics } from './reception-statistics.ts';
import { createReplayWindow, type ReplayWindow } from './replay-window.ts';
import { compactNtp, emptyRtcpContent, maxRtcpBytes, readRtcp, writeRtcp } from './rtcp.ts';
import { emptyRtpFields, isMediaPacket, isRtcp, readRtp, type RtpFields } from './rtp-packet.ts';
import { createSentPackets, type FateListener } from './sent-packets.ts';

/** The numbers by which both directions name Opus and its redundancy (RFC 2198); null: not spoken. */
export interface PayloadTypes {
  readonly opus: number;
  readonly red: number | null;
}

export interface SecureRtpOptions {
  readonly channel: SecureChannel;
  readonly ice: IceAgent;
  readonly localSsrc: number;
  /** From the other side's description; null: the first authenticated source. */
  readonly remoteSsrc: number | null;
  /** What we said we read, and what the other side said. */
  readonly localTypes: PayloadTypes;
  readonly remoteTypes: PayloadTypes;
  /** Both sides read congestion feedback (RFC 8888). */
  readonly congestionFeedback: boolean;
  readonly firstSequence: number;
  readonly nowMs: () => number;
  /** Read once: reports go on from there by `nowMs`, so that a clock that is set in the middle of a call confuses nobody. */
  readonly wallClockMs: () => number;
  /** `payload` is valid until the call returns; `redundant`: it is RED. */
  onRtp(payload: Uint8Array, redundant: boolean, sequence: number, timestamp: number, arrivalMs: number): void;
  readonly onPacketFate: FateListener;
  /** After the fates of one feedback message. */
  onFeedback(nowMs: number, roundTripMs: number | null): void;
  onBye(): void;
}

export interface RtpCounters {
  sentPackets: number;
  sentBytes: number;
  receivedPackets: number;
  receivedBytes: number;
  /** Sent twice, forged, of another source or type: not played. */
  refusedPackets: number;
  roundTripMs: number | null;
  /** What the other side's last report says it misses, 0…1; null: it has not reported. */
  remoteLossFraction: number | null;
}

/** Feedback after so long, if that many packets have come (40/s or more) and the line is not narrow; else half as often. */
const feedbackIntervalMs = 100;
const feedbackMinPackets = 4;
const slowFeedbackIntervalMs = 200;
/** Feedback rides in a report that goes out anyway, unless it has just been told. */
const rideIntervalMs = 50;
/** Below this, ten reports a second (about 9 kbit/s) are more than voice can spare. */
const narrowBps = 64_000;
/** Timers and packet intervals are not exact: who comes this much early is not sent round again. */
const earlyMs = 5;

export interface SecureRtp {
  /** Returns the sequence number used. `redundant`: the payload is RED, which `remoteTypes` must name. */
  send(payload: Uint8Array, timestamp: number, marker: boolean, redundant: boolean): number;
  readonly redundancy: boolean;
  /** A report of both directions; also the keepalive (RFC 6263 §4.6). */
  sendReport(bye: boolean): void;
  /** Sends feedback that is due. Packets that arrive do the same: this is for the last ones before a pause. */
  sendDueFeedback(): void;
  /** What our uplink is thought to carry; null: unknown. Feedback takes its share of it. */
  setCapacity(bitsPerSecond: number | null): void;
  /** The other side has reported at least once, which it does only when it is satisfied with the handshake. */
  readonly hasReport: boolean;
  /** When something authentic came last, by `nowMs`. */
  readonly lastHeardMs: number;
  readonly counters: Readonly<RtpCounters>;
  readonly reception: ReceptionStatistics;
}

/**
 * RTP and RTCP over a secure channel. Per packet werift allocates the serialized header, cipher objects and the packet; we
 * add one `Buffer` view on the encoder's memory when sending, and one on the decrypted packet when receiving.
 */
export function createSecureRtp(options: SecureRtpOptions): SecureRtp {
  const { channel, ice, localSsrc, nowMs, localTypes, remoteTypes } = options;
  const header = new RtpHeader({
    payloadType: options.remoteTypes.opus,
    ssrc: localSsrc,
    sequenceNumber: options.firstSequence,
  });
  const content = emptyRtcpContent();
  const ownReport = emptyFeedbackReport();
  const rtcpBuffer = Buffer.alloc(maxRtcpBytes);
  const arrivals = createArrivalRecord();
  const sentPackets = createSentPackets(options.onPacketFate);
  const wallClockOffsetMs = options.wallClockMs() - nowMs();
  const wallClockMs = (): number => wallClockOffsetMs + nowMs();
  const fields: RtpFields = emptyRtpFields();
  const window: ReplayWindow = createReplayWindow();
  const reception = createReceptionStatistics();
  const counters: RtpCounters = {
    sentPackets: 0,
    sentBytes: 0,
    receivedPackets: 0,
    receivedBytes: 0,
    refusedPackets: 0,
    roundTripMs: null,
    remoteLossFraction: null,
  };
  let remoteSsrc = options.remoteSsrc;
  let lastHeardMs = nowMs();
  let hasReport = false;
  let sentOctets = 0;
  let lastSentAtMs = 0;
  let mayReport = false;
  let lastFeedbackMs = 0;
  let isNarrow = false;

  ice.onData((data) => {
    if (!isMediaPacket(data)) return;
    try {
      if (isRtcp(data)) receiveRtcp(channel.srtcp.decrypt(data));
      else receiveRtp(data);
    } catch {
      // Forged or broken: whoever can send us a datagram can cause this, so it is counted and not logged.
      counters.refusedPackets += 1;
    }
  });

  function receiveRtp(data: Buffer): void {
    const isOurs =
      readRtp(data, fields) &&
      (remoteSsrc === null || fields.ssrc === remoteSsrc) &&
      (fields.payloadType === localTypes.opus || fields.payloadType === localTypes.red) &&
      window.judge(fields.sequence) === 'fresh';
    if (!isOurs) {
      counters.refusedPackets += 1;
      return;
    }
    if (remoteSsrc !== null) {
      // werift loses count if more than 100 packets around a wrap are missing, and is deaf from then on: count for it.
      const state = channel.srtp.remoteContext.getSrtpSsrcState(remoteSsrc);
      state.rolloverCounter = window.rollover(fields.sequence);
      state.lastSequenceNumber = fields.sequence;
      state.rolloverHasProcessed = true;
    }
    const packet = channel.srtp.decrypt(data);
    if (!readRtp(packet, fields)) return;
    remoteSsrc ??= fields.ssrc;
    window.accept(fields.sequence);
    lastHeardMs = nowMs();
    counters.receivedPackets += 1;
    counters.receivedBytes += data.length;
    reception.packet(fields.sequence, fields.timestamp, lastHeardMs);
    arrivals.packet(fields.sequence, lastHeardMs);
    const payload = packet.subarray(fields.payloadOffset, fields.payloadEnd);
    options.onRtp(payload, fields.payloadType !== localTypes.opus, fields.sequence, fields.timestamp, lastHeardMs);
    sendDueFeedback();
  }

  function receiveRtcp(packet: Buffer): void {
    readRtcp(packet, localSsrc, content);
    hasReport = true;
    lastHeardMs = nowMs();
    if (content.senderReportNtp !== null) reception.senderReport(content.senderReportNtp, lastHeardMs);
    if (content.report !== null) {
      counters.remoteLossFraction = content.report.fractionLost / 256;
      const { lastSenderReport, delaySinceLastSenderReport } = content.report;
      if (lastSenderReport !== 0) {
        const units = (compactNtp(wallClockMs()) - lastSenderReport - delaySinceLastSenderReport) >>> 0;
        const roundTripMs = (units / 65_536) * 1000;
        // Whatever the other side echoes: a minute is nonsense.
        if (roundTripMs < 60_000) counters.roundTripMs = roundTripMs;
      }
    }
    if (content.hasFeedback) {
      const roundTripMs = sentPackets.report(content.feedback, lastHeardMs);
      if (!Number.isNaN(roundTripMs)) counters.roundTripMs = roundTripMs;
      options.onFeedback(lastHeardMs, Number.isNaN(roundTripMs) ? null : roundTripMs);
    }
    if (content.bye) options.onBye();
  }

  function sendDueFeedback(): void {
    const sinceMs = nowMs() - lastFeedbackMs + earlyMs;
    const isQuick = sinceMs >= feedbackIntervalMs && arrivals.unreported >= feedbackMinPackets && !isNarrow;
    if (isQuick || sinceMs >= slowFeedbackIntervalMs) sendRtcp(false, false);
  }

  /** True if there is something to tell, which `ownReport` then holds. */
  function fillFeedback(now: number): boolean {
    if (!options.congestionFeedback || !mayReport || remoteSsrc === null || !arrivals.report(now, ownReport)) return false;
    ownReport.reportTime = compactNtp(wallClockMs());
    lastFeedbackMs = now;
    return true;
  }

  function sendRtcp(withReports: boolean, bye: boolean): void {
    const now = nowMs();
    const hasFeedback = (!withReports || now - lastFeedbackMs >= rideIntervalMs) && fillFeedback(now);
    if (!withReports && !hasFeedback) return;
    const sender =
      counters.sentPackets === 0
        ? null
        : {
            wallClockMs: wallClockMs(),
            rtpTimestamp: header.timestamp + Math.round((now - lastSentAtMs) * 48),
            packets: counters.sentPackets,
            octets: sentOctets,
          };
    const block = remoteSsrc === null || reception.received === 0 ? null : reception.block(remoteSsrc, now);
    const length = writeRtcp(rtcpBuffer, localSsrc, {
      reports: withReports ? { sender, block } : null,
      feedback: hasFeedback ? ownReport : null,
      mediaSsrc: remoteSsrc ?? 0,
      bye,
    });
    ice.send(channel.srtcp.encrypt(rtcpBuffer.subarray(0, length)));
  }

  return {
    send(payload, timestamp, marker, redundant) {
      const sequence = header.sequenceNumber;
      header.payloadType = redundant ? (remoteTypes.red ?? remoteTypes.opus) : remoteTypes.opus;
      header.timestamp = timestamp >>> 0;
      header.marker = marker;
      const packet = channel.srtp.encrypt(Buffer.from(payload.buffer, payload.byteOffset, payload.byteLength), header);
      header.sequenceNumber = (sequence + 1) & 0xff_ff;
      lastSentAtMs = nowMs();
      counters.sentPackets += 1;
      counters.sentBytes += packet.length;
      sentOctets += payload.length;
      if (options.congestionFeedback) sentPackets.sent(sequence, lastSentAtMs, packet.length + ice.overheadBytes);
      ice.send(packet);
      return sequence;
    },
    sendReport(bye) {
      mayReport = true;
      sendRtcp(true, bye);
    },
    redundancy: remoteTypes.red !== null,
    sendDueFeedback,
    setCapacity(bitsPerSecond) {
      isNarrow = bitsPerSecond !== null && bitsPerSecond < narrowBps;
    },
    get hasReport() {
      return hasReport;
    },
    get lastHeardMs() {
      return lastHeardMs;
    },
    counters,
    reception,
  };
}

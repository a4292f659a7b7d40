import { createArrivalRecord } from './arrival-record.ts';
import { emptyFeedbackReport } from './congestion-feedback.ts';
import type { SecureChannel } from './dtls-channel.ts';
import { createFeedbackPace } from './feedback-pace.ts';
import type { HearingReport } from './hearing-report.ts';
import type { IceAgent } from '../ice/ice-agent.ts';
import { createReceptionStatistics, type ReceptionStatistics } from './reception-statistics.ts';
import { createReplayWindow, type ReplayWindow } from './replay-window.ts';
import { compactNtp, emptyRtcpContent, maxRtcpBytes, readRtcp, writeRtcp } from './rtcp.ts';
import {
  emptyRtpHeader,
  fixedHeaderBytes,
  isMediaPacket,
  isRtcp,
  readRtpHeader,
  withoutPadding,
  writeRtpHeader,
} from './rtp-packet.ts';
import { createSentPackets, type FateListener } from './sent-packets.ts';
import { sealedBytes } from './srtp.ts';

/** The numbers by which both directions name Opus and its redundancy (RFC 2198); null: not spoken. */
export interface PayloadTypes {
  readonly opus: number;
  readonly red: number | null;
}

/** Of ICE, what packets need. */
export type DatagramPath = Pick<IceAgent, 'send' | 'onData' | 'overheadBytes'>;

export interface SecureRtpOptions {
  readonly channel: SecureChannel;
  readonly ice: DatagramPath;
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

/** Feedback rides in a report that goes out anyway, unless it has just been told. */
const rideIntervalMs = 50;
/** Below this, ten feedback messages and two reports a second (about 11 kbit/s), as in trouble, are more than voice can spare. */
const narrowBps = 64_000;
/** A voice that sends at least so often takes reports and feedback in tow: see `isInTow`. */
const towMs = 100;

export interface SecureRtp {
  /** Returns the sequence number used; -1: the payload is too long. `redundant`: the payload is RED, which `remoteTypes` must name. */
  send(payload: Uint8Array, timestamp: number, marker: boolean, redundant: boolean): number;
  readonly redundancy: boolean;
  /** A report of both directions; also the keepalive (RFC 6263 §4.6). */
  sendReport(bye: boolean): void;
  /** Sends feedback that is due. Packets that arrive do the same: this is for the last ones before a pause. */
  sendDueFeedback(): void;
  /** What the path is thought to carry; null: unknown. Feedback takes its share of it. */
  setCapacity(bitsPerSecond: number | null): void;
  /** That is little: reports are to be few. */
  readonly isNarrow: boolean;
  /** Goes out with the next reports. */
  tellHearing(report: HearingReport): void;
  /** What the other side told of itself last; null: it never did. */
  readonly theirHearing: HearingReport | null;
  /** The other side has reported at least once, which it does only when it is satisfied with the handshake. */
  readonly hasReport: boolean;
  /** When something authentic came last, by `nowMs`. */
  readonly lastHeardMs: number;
  readonly counters: Readonly<RtpCounters>;
  readonly reception: ReceptionStatistics;
}

/** Opus never gives more for a packet (RFC 6716 §3.4); four redundant ones of a few milliseconds fit as well. */
const maxPayloadBytes = 1400;
/** Datagrams are handed to the system after the call that sends them: the next ones must not write over them. */
const packetsInFlight = 64;

function createPacketRing(): () => Buffer {
  const bytes = sealedBytes(Math.max(fixedHeaderBytes + maxPayloadBytes, maxRtcpBytes));
  const packets = Array.from({ length: packetsInFlight }, () => Buffer.alloc(bytes));
  let next = 0;
  return () => {
    next = (next + 1) % packetsInFlight;
    return packets[next] ?? Buffer.alloc(bytes);
  };
}

/**
 * RTP and RTCP over a secure channel. Per packet nothing is allocated here; `node:crypto` makes a cipher object and its
 * result, `node:dgram` the datagram it received and a request to send.
 */
export function createSecureRtp(options: SecureRtpOptions): SecureRtp {
  const { channel, ice, localSsrc, nowMs, localTypes, remoteTypes } = options;
  const { srtp } = channel;
  const header = emptyRtpHeader();
  const nextPacket = createPacketRing();
  const content = emptyRtcpContent();
  const ownReport = emptyFeedbackReport();
  const arrivals = createArrivalRecord();
  const pace = createFeedbackPace();
  const sentPackets = createSentPackets(options.onPacketFate);
  const wallClockOffsetMs = options.wallClockMs() - nowMs();
  const wallClockMs = (): number => wallClockOffsetMs + nowMs();
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
  /** Written in place: each write to a captured variable would put a number on the heap. */
  const state = { lastHeardMs: nowMs(), lastSentAtMs: 0, lastTimestamp: 0, lastFeedbackMs: 0 };
  let hasReport = false;
  let sentOctets = 0;
  /** Rollover counter and sequence number of the next packet. */
  let nextIndex = options.firstSequence;
  let mayReport = false;
  /** For the next packet of ours, to be sent behind it. */
  let reportWaits = false;
  let isNarrow = false;
  let ownHearing: HearingReport | null = null;
  let theirHearing: HearingReport | null = null;

  ice.onData((data) => {
    if (!isMediaPacket(data)) return;
    // Whoever can send us a datagram can cause a refusal, so they are counted and not logged.
    const isTaken = isRtcp(data) ? receiveRtcp(srtp.openRtcp(data)) : receiveRtp(data);
    if (!isTaken) counters.refusedPackets += 1;
  });

  function receiveRtp(data: Buffer): boolean {
    const isOurs =
      readRtpHeader(data, header) &&
      (remoteSsrc === null || header.ssrc === remoteSsrc) &&
      (header.payloadType === localTypes.opus || header.payloadType === localTypes.red) &&
      window.judge(header.sequence) === 'fresh';
    if (!isOurs) return false;
    const opened = srtp.openRtp(data, header.bytes, header.ssrc, window.indexOf(header.sequence));
    if (opened === null) return false;
    remoteSsrc ??= header.ssrc;
    window.accept(header.sequence);
    const arrivalMs = nowMs();
    state.lastHeardMs = arrivalMs;
    counters.receivedPackets += 1;
    counters.receivedBytes += data.length;
    reception.packet(header.sequence, header.timestamp, arrivalMs);
    arrivals.packet(header.sequence, arrivalMs);
    pace.packet(header.sequence, header.timestamp, arrivalMs);
    const payload = header.padded ? withoutPadding(opened) : opened;
    if (payload !== null) {
      options.onRtp(payload, header.payloadType !== localTypes.opus, header.sequence, header.timestamp, arrivalMs);
    }
    sendDueFeedback();
    return true;
  }

  function receiveRtcp(packet: Buffer | null): boolean {
    if (packet === null) return false;
    readRtcp(packet, localSsrc, content);
    hasReport = true;
    const arrivalMs = nowMs();
    state.lastHeardMs = arrivalMs;
    if (content.senderReportNtp !== null) reception.senderReport(content.senderReportNtp, arrivalMs);
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
    theirHearing = content.hearing ?? theirHearing;
    if (content.hasFeedback) {
      const roundTripMs = sentPackets.report(content.feedback, arrivalMs);
      if (!Number.isNaN(roundTripMs)) counters.roundTripMs = roundTripMs;
      options.onFeedback(arrivalMs, Number.isNaN(roundTripMs) ? null : roundTripMs);
    }
    if (content.bye) options.onBye();
    return true;
  }

  /**
   * On a narrow line what we have to tell is sent right behind a packet of ours: it is through when the next one comes. In front
   * of one it would be a wait of 30 ms and more for the voice.
   */
  const isInTow = (): boolean => isNarrow && nowMs() - state.lastSentAtMs < towMs;

  function sendDueFeedback(): void {
    if (!isInTow()) tellWhatIsDue();
  }

  function tellWhatIsDue(): void {
    if (reportWaits) sendReport(false);
    else if (pace.isDue(nowMs(), arrivals.unreported, isNarrow)) sendRtcp(false, false);
  }

  function sendReport(bye: boolean): void {
    mayReport = true;
    reportWaits = false;
    sendRtcp(true, bye);
  }

  /** True if there is something to tell, which `ownReport` then holds. */
  function fillFeedback(now: number): boolean {
    if (!options.congestionFeedback || !mayReport || remoteSsrc === null || !arrivals.report(now, ownReport)) return false;
    ownReport.reportTime = compactNtp(wallClockMs());
    state.lastFeedbackMs = now;
    pace.told(now);
    return true;
  }

  function sendRtcp(withReports: boolean, bye: boolean): void {
    const now = nowMs();
    const hasFeedback = (!withReports || now - state.lastFeedbackMs >= rideIntervalMs) && fillFeedback(now);
    if (!withReports && !hasFeedback) return;
    const sender =
      !withReports || counters.sentPackets === 0
        ? null
        : {
            wallClockMs: wallClockMs(),
            rtpTimestamp: state.lastTimestamp + Math.round((now - state.lastSentAtMs) * 48),
            packets: counters.sentPackets,
            octets: sentOctets,
          };
    const block = remoteSsrc === null || reception.received === 0 ? null : reception.block(remoteSsrc, now);
    const packet = nextPacket();
    const length = writeRtcp(packet, localSsrc, {
      reports: withReports ? { sender, block, hearing: ownHearing } : null,
      feedback: hasFeedback ? ownReport : null,
      mediaSsrc: remoteSsrc ?? 0,
      bye,
    });
    ice.send(packet, srtp.sealRtcp(packet, length));
  }

  return {
    send(payload, timestamp, marker, redundant) {
      if (payload.length > maxPayloadBytes) return -1;
      const packet = nextPacket();
      const index = nextIndex;
      const sequence = index % 0x1_00_00;
      nextIndex += 1;
      state.lastTimestamp = timestamp >>> 0;
      writeRtpHeader(
        packet,
        redundant ? (remoteTypes.red ?? remoteTypes.opus) : remoteTypes.opus,
        marker,
        sequence,
        state.lastTimestamp,
        localSsrc,
      );
      const bytes = srtp.sealRtp(packet, payload, localSsrc, index);
      const sentAtMs = nowMs();
      state.lastSentAtMs = sentAtMs;
      counters.sentPackets += 1;
      counters.sentBytes += bytes;
      sentOctets += payload.length;
      if (options.congestionFeedback) sentPackets.sent(sequence, sentAtMs, bytes + ice.overheadBytes);
      ice.send(packet, bytes);
      if (isNarrow) tellWhatIsDue();
      return sequence;
    },
    sendReport(bye) {
      if (bye || reportWaits || !isInTow()) sendReport(bye);
      else reportWaits = true;
    },
    redundancy: remoteTypes.red !== null,
    sendDueFeedback,
    setCapacity(bitsPerSecond) {
      isNarrow = bitsPerSecond !== null && bitsPerSecond < narrowBps;
    },
    get isNarrow() {
      return isNarrow;
    },
    tellHearing(report) {
      ownHearing = report;
    },
    get theirHearing() {
      return theirHearing;
    },
    get hasReport() {
      return hasReport;
    },
    get lastHeardMs() {
      return state.lastHeardMs;
    },
    counters,
    reception,
  };
}

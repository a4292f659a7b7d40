import { RtpHeader } from 'werift';
import type { SecureChannel } from './dtls-channel.ts';
import type { IceAgent } from './ice-agent.ts';
import { createReceptionStatistics, type ReceptionStatistics } from './reception-statistics.ts';
import { createReplayWindow, type ReplayWindow } from './replay-window.ts';
import { compactNtp, readRtcp, writeRtcp } from './rtcp.ts';
import { emptyRtpFields, isMediaPacket, isRtcp, readRtp, type RtpFields } from './rtp-packet.ts';

export interface SecureRtpOptions {
  readonly channel: SecureChannel;
  readonly ice: IceAgent;
  readonly localSsrc: number;
  /** From the other side's description; null: the first authenticated source. */
  readonly remoteSsrc: number | null;
  readonly localPayloadType: number;
  readonly remotePayloadType: number;
  readonly firstSequence: number;
  readonly nowMs: () => number;
  readonly wallClockMs: () => number;
  /** `payload` is valid until the call returns. */
  onRtp(payload: Uint8Array, sequence: number, timestamp: number, arrivalMs: number): void;
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

export interface SecureRtp {
  send(payload: Uint8Array, timestamp: number, marker: boolean): void;
  /** A report of both directions; also the keepalive (RFC 6263 §4.6). */
  sendReport(bye: boolean): void;
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
  const { channel, ice, localSsrc, nowMs, wallClockMs } = options;
  const header = new RtpHeader({
    payloadType: options.remotePayloadType,
    ssrc: localSsrc,
    sequenceNumber: options.firstSequence,
  });
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
      fields.payloadType === options.localPayloadType &&
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
    options.onRtp(packet.subarray(fields.payloadOffset, fields.payloadEnd), fields.sequence, fields.timestamp, lastHeardMs);
  }

  function receiveRtcp(packet: Buffer): void {
    const content = readRtcp(packet, localSsrc);
    hasReport = true;
    lastHeardMs = nowMs();
    if (content.senderReportNtp !== null) reception.senderReport(content.senderReportNtp, lastHeardMs);
    if (content.report !== null) {
      counters.remoteLossFraction = content.report.fractionLost / 256;
      const { lastSenderReport, delaySinceLastSenderReport } = content.report;
      if (lastSenderReport !== 0) {
        const units = (compactNtp(wallClockMs()) - lastSenderReport - delaySinceLastSenderReport) >>> 0;
        const roundTripMs = (units / 65_536) * 1000;
        // A clock that was set between report and answer gives nonsense; a minute is nonsense.
        if (roundTripMs < 60_000) counters.roundTripMs = roundTripMs;
      }
    }
    if (content.bye) options.onBye();
  }

  return {
    send(payload, timestamp, marker) {
      header.timestamp = timestamp >>> 0;
      header.marker = marker;
      const packet = channel.srtp.encrypt(Buffer.from(payload.buffer, payload.byteOffset, payload.byteLength), header);
      header.sequenceNumber = (header.sequenceNumber + 1) & 0xff_ff;
      lastSentAtMs = nowMs();
      counters.sentPackets += 1;
      counters.sentBytes += packet.length;
      sentOctets += payload.length;
      ice.send(packet);
    },
    sendReport(bye) {
      const now = nowMs();
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
      ice.send(channel.srtcp.encrypt(writeRtcp(localSsrc, sender, block, bye)));
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

import {
  emptyFeedbackReport,
  feedbackBytes,
  maxReportedPackets,
  readFeedback,
  rtcpFeedbackType,
  writeFeedback,
  type FeedbackReport,
} from './congestion-feedback.ts';
import { hearingBytes, readHearing, rtcpApplicationType, writeHearing, type HearingReport } from './hearing-report.ts';

/** The reports of RFC 3550 §6.4 and its BYE (§6.6): what werift can't build (BYE) or reads loosely, written out. */
const senderReportType = 200;
const receiverReportType = 201;
const sdesType = 202;
const byeType = 203;
const ntpEpochOffsetSeconds = 2_208_988_800;

export interface ReportBlock {
  readonly ssrc: number;
  /** 0…255: share lost since the last report, times 256. */
  readonly fractionLost: number;
  readonly cumulativeLost: number;
  readonly highestSequence: number;
  /** In timestamp units (1/48000 s). */
  readonly jitter: number;
  /** Middle 32 bits of the last sender report's NTP time; 0 if none came. */
  readonly lastSenderReport: number;
  /** 1/65536 s since that report came. */
  readonly delaySinceLastSenderReport: number;
}

export interface SenderInfo {
  readonly wallClockMs: number;
  readonly rtpTimestamp: number;
  readonly packets: number;
  readonly octets: number;
}

/** What a packet said to us; one object is filled again and again. */
export interface RtcpContent {
  bye: boolean;
  /** Middle 32 bits of a sender report's NTP time, if one was in the packet. */
  senderReportNtp: number | null;
  /** The block about our own stream, if any. */
  report: ReportBlock | null;
  /** What the other side says of itself, if it does. */
  hearing: HearingReport | null;
  hasFeedback: boolean;
  /** Valid if `hasFeedback`. */
  readonly feedback: FeedbackReport;
}

export const emptyRtcpContent = (): RtcpContent => ({
  bye: false,
  senderReportNtp: null,
  report: null,
  hearing: null,
  hasFeedback: false,
  feedback: emptyFeedbackReport(),
});

/** What a packet of ours is made of. Without `reports` it is of reduced size (RFC 5506): feedback alone. */
export interface RtcpParts {
  readonly reports: {
    readonly sender: SenderInfo | null;
    readonly block: ReportBlock | null;
    readonly hearing: HearingReport | null;
  } | null;
  /** Congestion feedback, and about whom. */
  readonly feedback: FeedbackReport | null;
  readonly mediaSsrc: number;
  readonly bye: boolean;
}

/** The longest packet that `writeRtcp` makes. */
export const maxRtcpBytes = 52 + 20 + hearingBytes + 8 + feedbackBytes(maxReportedPackets);

const clampUnsigned = (value: number): number => Math.max(0, Math.min(0xff_ff_ff_ff, Math.floor(value)));

function writeNtp(buffer: Buffer, offset: number, wallClockMs: number): void {
  const seconds = wallClockMs / 1000 + ntpEpochOffsetSeconds;
  buffer.writeUInt32BE(Math.floor(seconds) >>> 0, offset);
  buffer.writeUInt32BE(clampUnsigned((seconds % 1) * 2 ** 32), offset + 4);
}

/** The middle 32 bits of an NTP time: what reports quote back (RFC 3550 §4). */
export const compactNtp = (wallClockMs: number): number =>
  Math.floor((wallClockMs / 1000 + ntpEpochOffsetSeconds) * 65_536) % 2 ** 32;

const cname = Buffer.from('lilliput', 'ascii');
// Chunk: SSRC, item type, length, text, then 1…4 zero bytes to a word.
const sdesBytes = 4 + Math.ceil((4 + 2 + cname.length + 1) / 4) * 4;

/**
 * Writes one RTCP packet at the start of `buffer`, which has `maxRtcpBytes`, and returns its length: reports with the CNAME
 * that RFC 3550 §6.1 asks for, feedback, and a BYE if we leave.
 */
export function writeRtcp(buffer: Buffer, ssrc: number, { reports, feedback, mediaSsrc, bye }: RtcpParts): number {
  let at = 0;
  if (reports !== null) {
    at = writeReport(buffer, ssrc, reports.sender, reports.block);
    at = writeSdes(buffer, at, ssrc);
    if (reports.hearing !== null) at = writeHearing(buffer, at, ssrc, reports.hearing);
  }
  if (feedback !== null) at = writeFeedback(buffer, at, ssrc, mediaSsrc, feedback);
  if (!bye) return at;
  header(buffer, at, 1, byeType, 8);
  return buffer.writeUInt32BE(ssrc, at + 4);
}

function writeReport(buffer: Buffer, ssrc: number, sender: SenderInfo | null, block: ReportBlock | null): number {
  const senderBytes = sender === null ? 0 : 20;
  const blockBytes = block === null ? 0 : 24;
  const bytes = 8 + senderBytes + blockBytes;
  header(buffer, 0, block === null ? 0 : 1, sender === null ? receiverReportType : senderReportType, bytes);
  buffer.writeUInt32BE(ssrc, 4);
  if (sender !== null) {
    writeNtp(buffer, 8, sender.wallClockMs);
    buffer.writeUInt32BE(sender.rtpTimestamp >>> 0, 16);
    buffer.writeUInt32BE(sender.packets >>> 0, 20);
    buffer.writeUInt32BE(sender.octets >>> 0, 24);
  }
  if (block !== null) {
    const at = 8 + senderBytes;
    buffer.writeUInt32BE(block.ssrc, at);
    buffer.writeUInt8(Math.max(0, Math.min(255, Math.round(block.fractionLost))), at + 4);
    buffer.writeIntBE(Math.max(-0x80_00_00, Math.min(0x7f_ff_ff, block.cumulativeLost)), at + 5, 3);
    buffer.writeUInt32BE(clampUnsigned(block.highestSequence), at + 8);
    buffer.writeUInt32BE(clampUnsigned(block.jitter), at + 12);
    buffer.writeUInt32BE(block.lastSenderReport >>> 0, at + 16);
    buffer.writeUInt32BE(clampUnsigned(block.delaySinceLastSenderReport), at + 20);
  }
  return bytes;
}

function writeSdes(buffer: Buffer, at: number, ssrc: number): number {
  header(buffer, at, 1, sdesType, sdesBytes);
  buffer.writeUInt32BE(ssrc, at + 4);
  buffer.writeUInt8(1, at + 8);
  buffer.writeUInt8(cname.length, at + 9);
  cname.copy(buffer, at + 10);
  buffer.fill(0, at + 10 + cname.length, at + sdesBytes);
  return at + sdesBytes;
}

function header(buffer: Buffer, at: number, count: number, type: number, bytes: number): void {
  buffer.writeUInt8(0x80 | count, at);
  buffer.writeUInt8(type, at + 1);
  buffer.writeUInt16BE(bytes / 4 - 1, at + 2);
}

/**
 * Reads an authenticated packet, compound or of reduced size, into `into`; parts that are not ours to know are skipped, a
 * broken rest is ignored.
 */
export function readRtcp(packet: Buffer, ownSsrc: number, into: RtcpContent): void {
  into.bye = false;
  into.senderReportNtp = null;
  into.report = null;
  into.hearing = null;
  into.hasFeedback = false;
  for (let at = 0; at + 4 <= packet.length;) {
    const end = at + (packet.readUInt16BE(at + 2) + 1) * 4;
    if (packet.readUInt8(at) >> 6 !== 2 || end > packet.length) return;
    readPart(packet, at, end, ownSsrc, into);
    at = end;
  }
}

function readPart(packet: Buffer, at: number, end: number, ownSsrc: number, into: RtcpContent): void {
  const blocks = packet.readUInt8(at) & 0x1f;
  switch (packet.readUInt8(at + 1)) {
    case byeType:
      into.bye = true;
      return;
    case senderReportType:
      if (end - at < 28) return;
      into.senderReportNtp = (packet.readUInt16BE(at + 10) * 65_536 + packet.readUInt16BE(at + 12)) >>> 0;
      into.report = findBlock(packet, at + 28, end, blocks, ownSsrc) ?? into.report;
      return;
    case receiverReportType:
      into.report = findBlock(packet, at + 8, end, blocks, ownSsrc) ?? into.report;
      return;
    case rtcpApplicationType:
      into.hearing = readHearing(packet, at, end) ?? into.hearing;
      return;
    case rtcpFeedbackType:
      if (readFeedback(packet, at, end, ownSsrc, into.feedback)) into.hasFeedback = true;
      return;
    default:
  }
}

function findBlock(packet: Buffer, from: number, end: number, blocks: number, ownSsrc: number): ReportBlock | null {
  for (let i = 0, at = from; i < blocks && at + 24 <= end; i += 1, at += 24) {
    if (packet.readUInt32BE(at) === ownSsrc) return readBlock(packet, at);
  }
  return null;
}

const readBlock = (packet: Buffer, at: number): ReportBlock => ({
  ssrc: packet.readUInt32BE(at),
  fractionLost: packet.readUInt8(at + 4),
  cumulativeLost: packet.readIntBE(at + 5, 3),
  highestSequence: packet.readUInt32BE(at + 8),
  jitter: packet.readUInt32BE(at + 12),
  lastSenderReport: packet.readUInt32BE(at + 16),
  delaySinceLastSenderReport: packet.readUInt32BE(at + 20),
});

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

export interface RtcpContent {
  readonly bye: boolean;
  /** Middle 32 bits of a sender report's NTP time, if one was in the packet. */
  readonly senderReportNtp: number | null;
  /** The block about our own stream, if any. */
  readonly report: ReportBlock | null;
}

const clampUnsigned = (value: number): number => Math.max(0, Math.min(0xff_ff_ff_ff, Math.floor(value)));

function writeNtp(buffer: Buffer, offset: number, wallClockMs: number): void {
  const seconds = wallClockMs / 1000 + ntpEpochOffsetSeconds;
  buffer.writeUInt32BE(Math.floor(seconds) >>> 0, offset);
  buffer.writeUInt32BE(clampUnsigned((seconds % 1) * 2 ** 32), offset + 4);
}

/** The middle 32 bits of an NTP time: what reports quote back (RFC 3550 §4). */
export const compactNtp = (wallClockMs: number): number =>
  Math.floor((wallClockMs / 1000 + ntpEpochOffsetSeconds) * 65_536) % 2 ** 32;

/** A compound packet: report, CNAME (RFC 3550 §6.1 asks for it), and a BYE if we leave. */
export function writeRtcp(ssrc: number, sender: SenderInfo | null, block: ReportBlock | null, bye: boolean): Buffer {
  const senderBytes = sender === null ? 0 : 20;
  const blockBytes = block === null ? 0 : 24;
  const reportBytes = 8 + senderBytes + blockBytes;
  const cname = Buffer.from('lilliput', 'ascii');
  // Chunk: SSRC, item type, length, text, then 1…4 zero bytes to a word.
  const sdesBytes = 4 + Math.ceil((4 + 2 + cname.length + 1) / 4) * 4;
  const buffer = Buffer.alloc(reportBytes + sdesBytes + (bye ? 8 : 0));

  header(buffer, 0, block === null ? 0 : 1, sender === null ? receiverReportType : senderReportType, reportBytes);
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
  header(buffer, reportBytes, 1, sdesType, sdesBytes);
  buffer.writeUInt32BE(ssrc, reportBytes + 4);
  buffer.writeUInt8(1, reportBytes + 8);
  buffer.writeUInt8(cname.length, reportBytes + 9);
  cname.copy(buffer, reportBytes + 10);
  if (bye) {
    header(buffer, reportBytes + sdesBytes, 1, byeType, 8);
    buffer.writeUInt32BE(ssrc, reportBytes + sdesBytes + 4);
  }
  return buffer;
}

function header(buffer: Buffer, at: number, count: number, type: number, bytes: number): void {
  buffer.writeUInt8(0x80 | count, at);
  buffer.writeUInt8(type, at + 1);
  buffer.writeUInt16BE(bytes / 4 - 1, at + 2);
}

/** Reads an authenticated compound packet; parts that are not ours to know are skipped, a broken rest is ignored. */
export function readRtcp(packet: Buffer, ownSsrc: number): RtcpContent {
  let bye = false;
  let senderReportNtp: number | null = null;
  let report: ReportBlock | null = null;
  for (let at = 0; at + 4 <= packet.length;) {
    const first = packet.readUInt8(at);
    const end = at + (packet.readUInt16BE(at + 2) + 1) * 4;
    if (first >> 6 !== 2 || end > packet.length) break;
    const type = packet.readUInt8(at + 1);
    if (type === byeType) bye = true;
    if ((type === senderReportType && end - at >= 28) || (type === receiverReportType && end - at >= 8)) {
      if (type === senderReportType)
        senderReportNtp = (packet.readUInt16BE(at + 10) * 65_536 + packet.readUInt16BE(at + 12)) >>> 0;
      let blockAt = at + (type === senderReportType ? 28 : 8);
      for (let i = 0; i < (first & 0x1f) && blockAt + 24 <= end; i += 1, blockAt += 24) {
        if (packet.readUInt32BE(blockAt) === ownSsrc) report = readBlock(packet, blockAt);
      }
    }
    at = end;
  }
  return { bye, senderReportNtp, report };
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

/**
 * RFC 8888 congestion control feedback about one RTP stream: which packets came, and when. One object is filled again and
 * again, both by who writes and by who reads; nothing is allocated per report.
 *
 * ```
 *  0                   1                   2                   3
 * |V=2|P| FMT=11  |   PT = 205    |          length               |
 * |                 SSRC of RTCP packet sender                    |
 * |                   SSRC of the RTP stream                      |
 * |          begin_seq            |          num_reports          |
 * |R|ECN|  arrival time offset    | …    (padded to 32 bits)      |
 * |                 Report Timestamp (32 bits)                    |
 * ```
 */
export interface FeedbackReport {
  /** Of the packet that the first word is about. */
  firstSequence: number;
  /** How many words are used; each is about the next packet. */
  count: number;
  /** One word a packet: `lostWord`, or `receivedBit` and how long before the report it came, in 1/1024 s. */
  readonly words: Uint16Array;
  /** When the report was made, by its writer's clock: middle 32 bits of an NTP time, 1/65536 s. */
  reportTime: number;
}

export const rtcpFeedbackType = 205;
const congestionFormat = 11;
/**
 * Packets per report. The RFC allows 16,384; an outage of five seconds at 50 packets/s is well inside this, and an answer
 * to who sends nonsense stays under 300 bytes.
 */
export const maxReportedPackets = 256;

export const lostWord = 0;
const receivedBit = 0x80_00;
const offsetMask = 0x1f_ff;
/** §3.1: 8189/1024 s or longer ago. */
const offsetOverRange = 0x1f_fe;
/** §3.1: no time is known, or the packet came after the report's time. */
const offsetUnknown = 0x1f_ff;
const offsetUnitsPerSecond = 1024;

export const emptyFeedbackReport = (): FeedbackReport => ({
  firstSequence: 0,
  count: 0,
  words: new Uint16Array(maxReportedPackets),
  reportTime: 0,
});

/** @param ageMs how long before the report's time the packet came; below 0: after it */
export function receivedWord(ageMs: number): number {
  if (!(ageMs >= 0)) return receivedBit | offsetUnknown;
  return receivedBit | Math.min(offsetOverRange, Math.round((ageMs / 1000) * offsetUnitsPerSecond));
}

export const isReceived = (word: number): boolean => (word & receivedBit) !== 0;

/** How long before the report's time the packet came; NaN if that is not told. */
export function wordAgeMs(word: number): number {
  const offset = word & offsetMask;
  return offset >= offsetOverRange ? Number.NaN : (offset / offsetUnitsPerSecond) * 1000;
}

export const feedbackBytes = (count: number): number => 20 + (count + (count % 2)) * 2;

/** Writes `report` about `mediaSsrc` at `at`; `buffer` has room for `feedbackBytes(count)`. Returns where it ends. */
export function writeFeedback(buffer: Buffer, at: number, ssrc: number, mediaSsrc: number, report: FeedbackReport): number {
  const bytes = feedbackBytes(report.count);
  buffer.writeUInt8(0x80 | congestionFormat, at);
  buffer.writeUInt8(rtcpFeedbackType, at + 1);
  buffer.writeUInt16BE(bytes / 4 - 1, at + 2);
  buffer.writeUInt32BE(ssrc, at + 4);
  buffer.writeUInt32BE(mediaSsrc, at + 8);
  buffer.writeUInt16BE(report.firstSequence, at + 12);
  buffer.writeUInt16BE(report.count, at + 14);
  let end = at + 16;
  for (let i = 0; i < report.count; i += 1, end += 2) buffer.writeUInt16BE(report.words[i] ?? lostWord, end);
  if (report.count % 2 === 1) end = buffer.writeUInt16BE(0, end);
  return buffer.writeUInt32BE(report.reportTime >>> 0, end);
}

/**
 * Fills `into` from the RTCP packet at `at`…`end`, whose header was checked for version and length. False if it is no
 * congestion feedback, is malformed, or says nothing about our stream. Blocks about other streams are skipped.
 */
export function readFeedback(packet: Buffer, at: number, end: number, ownSsrc: number, into: FeedbackReport): boolean {
  if ((packet.readUInt8(at) & 0x1f) !== congestionFormat || end - at < 12) return false;
  const timeAt = end - 4;
  let found = false;
  for (let block = at + 8; block < timeAt;) {
    if (block + 8 > timeAt) return false;
    const count = packet.readUInt16BE(block + 6);
    const next = block + 8 + (count + (count % 2)) * 2;
    if (next > timeAt) return false;
    if (packet.readUInt32BE(block) === ownSsrc && count > 0) {
      if (count > maxReportedPackets) return false;
      into.firstSequence = packet.readUInt16BE(block + 4);
      into.count = count;
      for (let i = 0; i < count; i += 1) into.words[i] = packet.readUInt16BE(block + 8 + i * 2);
      found = true;
    }
    block = next;
  }
  into.reportTime = packet.readUInt32BE(timeAt);
  return found;
}

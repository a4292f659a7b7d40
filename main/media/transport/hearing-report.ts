/**
 * What each side tells the other of its own part in the delay and of how it hears, so that both can show the whole way from a
 * mouth to an ear and say who is to blame: an application-defined RTCP packet (RFC 3550 §6.7), authenticated like all RTCP.
 * Who does not know it skips it.
 *
 *   bytes 0–3    header, subtype 1, type 204
 *   bytes 4–7    SSRC of the sender
 *   bytes 8–11   "LLPT"
 *   bytes 12–19  four uint16, tenths of a millisecond: capture, packing, smoothing, playout
 *   bytes 20–21  uint16, 1/65534 of the time in which sound was made up or left out
 *   bytes 22–23  uint16, tenths of a millisecond: how late its media process was at worst
 *
 * 0xffff stands for what is not known. Later versions may add words at the end.
 */
export interface HearingReport {
  /** From the microphone to the encoder, and from there to a packet. */
  readonly captureMs: number | null;
  readonly packingMs: number | null;
  /** How long the other side's sound waits to be played evenly, and from then to the ear. */
  readonly smoothingMs: number | null;
  readonly playoutMs: number | null;
  readonly concealedFraction: number | null;
  readonly lateMs: number | null;
}

export const rtcpApplicationType = 204;
export const hearingBytes = 24;
const subtype = 1;
/** "LLPT" */
const name = 0x4c_4c_50_54;
const unknown = 0xff_ff;
const most = 0xff_fe;

const pack = (value: number | null, scale: number): number =>
  value === null || Number.isNaN(value) ? unknown : Math.min(most, Math.max(0, Math.round(value * scale)));

const unpack = (word: number, scale: number): number | null => (word === unknown ? null : word / scale);

/** Writes `hearingBytes` bytes at `at`; returns where they end. */
export function writeHearing(buffer: Buffer, at: number, ssrc: number, report: HearingReport): number {
  buffer.writeUInt8(0x80 | subtype, at);
  buffer.writeUInt8(rtcpApplicationType, at + 1);
  buffer.writeUInt16BE(hearingBytes / 4 - 1, at + 2);
  buffer.writeUInt32BE(ssrc, at + 4);
  buffer.writeUInt32BE(name, at + 8);
  buffer.writeUInt16BE(pack(report.captureMs, 10), at + 12);
  buffer.writeUInt16BE(pack(report.packingMs, 10), at + 14);
  buffer.writeUInt16BE(pack(report.smoothingMs, 10), at + 16);
  buffer.writeUInt16BE(pack(report.playoutMs, 10), at + 18);
  buffer.writeUInt16BE(pack(report.concealedFraction, most), at + 20);
  buffer.writeUInt16BE(pack(report.lateMs, 10), at + 22);
  return at + hearingBytes;
}

/** The report in a packet of type 204, or null if it is another application's. */
export function readHearing(packet: Buffer, at: number, end: number): HearingReport | null {
  if (end - at < hearingBytes || (packet.readUInt8(at) & 0x1f) !== subtype || packet.readUInt32BE(at + 8) !== name) return null;
  return {
    captureMs: unpack(packet.readUInt16BE(at + 12), 10),
    packingMs: unpack(packet.readUInt16BE(at + 14), 10),
    smoothingMs: unpack(packet.readUInt16BE(at + 16), 10),
    playoutMs: unpack(packet.readUInt16BE(at + 18), 10),
    concealedFraction: unpack(packet.readUInt16BE(at + 20), most),
    lateMs: unpack(packet.readUInt16BE(at + 22), 10),
  };
}

/** The header of an RTP packet (RFC 3550 §5.1). One object is filled again and again: nothing is allocated per packet. */
export interface RtpHeader {
  payloadType: number;
  marker: boolean;
  sequence: number;
  timestamp: number;
  ssrc: number;
  /** With contributing sources and extension: where the payload begins. */
  bytes: number;
  /** The payload ends with padding, and its last byte says how much. */
  padded: boolean;
}

export const emptyRtpHeader = (): RtpHeader => ({
  payloadType: 0,
  marker: false,
  sequence: 0,
  timestamp: 0,
  ssrc: 0,
  bytes: 0,
  padded: false,
});

export const fixedHeaderBytes = 12;

/** Fills `into` from a packet, sealed or not: the header is readable in both. False if it is not whole. */
export function readRtpHeader(packet: Buffer, into: RtpHeader): boolean {
  if (packet.length < fixedHeaderBytes) return false;
  const first = packet.readUInt8(0);
  if (first >> 6 !== 2) return false;
  const second = packet.readUInt8(1);
  let bytes = fixedHeaderBytes + (first & 0x0f) * 4;
  if ((first & 0x10) !== 0) {
    if (packet.length < bytes + 4) return false;
    bytes += 4 + packet.readUInt16BE(bytes + 2) * 4;
  }
  if (bytes > packet.length) return false;
  into.payloadType = second & 0x7f;
  into.marker = (second & 0x80) !== 0;
  into.sequence = packet.readUInt16BE(2);
  into.timestamp = packet.readUInt32BE(4);
  into.ssrc = packet.readUInt32BE(8);
  into.bytes = bytes;
  into.padded = (first & 0x20) !== 0;
  return true;
}

/** The payload without its padding; null if that is longer than the payload. */
export function withoutPadding(payload: Buffer): Buffer | null {
  const padding = payload.length === 0 ? 0 : payload.readUInt8(payload.length - 1);
  return padding === 0 || padding > payload.length ? null : payload.subarray(0, payload.length - padding);
}

/** Writes a header of 12 bytes to the start of `packet`. */
export function writeRtpHeader(
  packet: Buffer,
  payloadType: number,
  marker: boolean,
  sequence: number,
  timestamp: number,
  ssrc: number,
): void {
  packet.writeUInt8(0x80, 0);
  packet.writeUInt8((marker ? 0x80 : 0) | payloadType, 1);
  packet.writeUInt16BE(sequence, 2);
  packet.writeUInt32BE(timestamp, 4);
  packet.writeUInt32BE(ssrc, 8);
}

/** RFC 5761 §4: with RTP and RTCP on one port, second bytes 192…223 are RTCP. */
export const isRtcp = (packet: Buffer): boolean => {
  const second = packet.length > 1 ? packet.readUInt8(1) : 0;
  return second >= 192 && second <= 223;
};

/** RFC 7983: what is RTP or RTCP, and not STUN, DTLS or TURN. */
export const isMediaPacket = (packet: Buffer): boolean => {
  const first = packet.length > 0 ? packet.readUInt8(0) : 0;
  return first >= 128 && first <= 191;
};

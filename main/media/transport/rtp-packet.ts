/** Where the parts of an RTP packet lie (RFC 3550 §5.1). One object is filled again and again: nothing is allocated per packet. */
export interface RtpFields {
  payloadType: number;
  marker: boolean;
  sequence: number;
  timestamp: number;
  ssrc: number;
  payloadOffset: number;
  payloadEnd: number;
}

export const emptyRtpFields = (): RtpFields => ({
  payloadType: 0,
  marker: false,
  sequence: 0,
  timestamp: 0,
  ssrc: 0,
  payloadOffset: 0,
  payloadEnd: 0,
});

const fixedHeaderBytes = 12;

/** Fills `into` from a decrypted packet; false if it is not a whole RTP packet. */
export function readRtp(packet: Buffer, into: RtpFields): boolean {
  if (packet.length < fixedHeaderBytes) return false;
  const first = packet.readUInt8(0);
  if (first >> 6 !== 2) return false;
  const second = packet.readUInt8(1);
  let offset = fixedHeaderBytes + (first & 0x0f) * 4;
  if ((first & 0x10) !== 0) {
    if (packet.length < offset + 4) return false;
    offset += 4 + packet.readUInt16BE(offset + 2) * 4;
  }
  let end = packet.length;
  if ((first & 0x20) !== 0) {
    const padding = packet.readUInt8(end - 1);
    if (padding === 0) return false;
    end -= padding;
  }
  if (offset > end) return false;
  into.payloadType = second & 0x7f;
  into.marker = (second & 0x80) !== 0;
  into.sequence = packet.readUInt16BE(2);
  into.timestamp = packet.readUInt32BE(4);
  into.ssrc = packet.readUInt32BE(8);
  into.payloadOffset = offset;
  into.payloadEnd = end;
  return true;
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

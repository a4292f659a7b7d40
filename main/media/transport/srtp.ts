import { createPacketCipher, type PacketCipher } from './packet-cipher.ts';
import { createIndexWindow } from './replay-window.ts';
import { createScratch } from './scratch.ts';
import { deriveSessionKeys, type SrtpProfile } from './srtp-keys.ts';

export interface SrtpKeys {
  readonly profile: SrtpProfile;
  readonly local: { readonly key: Buffer; readonly salt: Buffer };
  readonly remote: { readonly key: Buffer; readonly salt: Buffer };
}

/** SRTP and SRTCP (RFC 3711, RFC 7714) of one call, both ways, without allocating anything beyond what `node:crypto` does. */
export interface Srtp {
  /**
   * Seals `payload` behind the 12-byte header at the start of `packet`, which has room for `sealedBytes`.
   * @param index rollover counter and sequence number, 48 bits
   * @returns the length of the packet
   */
  sealRtp(packet: Buffer, payload: Uint8Array, ssrc: number, index: number): number;
  /** The payload; null: forged. Does not look for replays. */
  openRtp(packet: Buffer, headerBytes: number, ssrc: number, index: number): Buffer | null;
  /** Seals the RTCP packet of `length` bytes at the start of `packet`, which has room for `sealedBytes`. Returns its length. */
  sealRtcp(packet: Buffer, length: number): number;
  /** The RTCP packet, valid until the next call; null: forged, replayed, not encrypted, or too long. */
  openRtcp(packet: Buffer): Buffer | null;
}

const rtpHeaderBytes = 12;
/** Everything but header and SSRC is encrypted (RFC 3711 §3.4). */
const rtcpHeaderBytes = 8;
const trailerBytes = 4;
const encryptedFlag = 0x80_00_00_00;
/** A datagram that fits an Ethernet frame; nobody sends longer ones over the Internet, and we read none. */
const maxDatagramBytes = 1500;
/** RFC 3711 §3.3.2 asks for at least 64. */
const rtcpWindow = 128;

/** How much longer than its plain form a packet may get. */
export const sealedBytes = (plainBytes: number): number => plainBytes + 16 + trailerBytes;

export function createSrtp({ profile, local, remote }: SrtpKeys): Srtp {
  const cipher = (from: SrtpKeys['local'], kind: 'rtp' | 'rtcp'): PacketCipher =>
    createPacketCipher(profile, deriveSessionKeys(profile, from.key, from.salt, kind), kind);
  const [rtpOut, rtpIn] = [cipher(local, 'rtp'), cipher(remote, 'rtp')];
  const [rtcpOut, rtcpIn] = [cipher(local, 'rtcp'), cipher(remote, 'rtcp')];
  const { tagBytes } = rtpOut;
  const tag = Buffer.alloc(tagBytes);
  const trailer = Buffer.alloc(trailerBytes);
  const header = createScratch(maxDatagramBytes);
  const body = createScratch(maxDatagramBytes);
  /** GCM puts the tag before the RTCP index (RFC 7714 §9), counter mode behind it (RFC 3711 §3.4). */
  const tagIsLast = profile === 'AES128_CM_HMAC_SHA1_80';
  const seen = createIndexWindow(rtcpWindow);
  let rtcpIndex = 0;

  /** Copies `from`…`to` of a datagram to where a view of that length is at hand. */
  function take(into: typeof header, packet: Buffer, from: number, to: number): Buffer {
    packet.copy(into.view(into.bytes), 0, from, to);
    return into.view(to - from);
  }

  return {
    sealRtp(packet, payload, ssrc, index) {
      trailer.writeUInt32BE(Math.floor(index / 0x1_00_00), 0);
      const sealed = rtpOut.seal(ssrc, index, take(header, packet, 0, rtpHeaderBytes), trailer, payload, tag);
      sealed.copy(packet, rtpHeaderBytes);
      tag.copy(packet, rtpHeaderBytes + sealed.length);
      return rtpHeaderBytes + sealed.length + tagBytes;
    },
    openRtp(packet, headerBytes, ssrc, index) {
      const end = packet.length - tagBytes;
      if (end < headerBytes || packet.length > maxDatagramBytes) return null;
      packet.copy(tag, 0, end);
      trailer.writeUInt32BE(Math.floor(index / 0x1_00_00), 0);
      return rtpIn.open(ssrc, index, take(header, packet, 0, headerBytes), trailer, take(body, packet, headerBytes, end), tag);
    },
    sealRtcp(packet, length) {
      // 31 bits: at ten a second used up after seven years.
      const index = rtcpIndex;
      rtcpIndex += 1;
      trailer.writeUInt32BE((encryptedFlag | index) >>> 0, 0);
      const ssrc = packet.readUInt32BE(4);
      const plain = take(body, packet, rtcpHeaderBytes, length);
      const sealed = rtcpOut.seal(ssrc, index, take(header, packet, 0, rtcpHeaderBytes), trailer, plain, tag);
      sealed.copy(packet, rtcpHeaderBytes);
      tag.copy(packet, tagIsLast ? length + trailerBytes : length);
      trailer.copy(packet, tagIsLast ? length : length + tagBytes);
      return length + tagBytes + trailerBytes;
    },
    openRtcp(packet) {
      const end = packet.length - tagBytes - trailerBytes;
      if (end < rtcpHeaderBytes || packet.length > maxDatagramBytes) return null;
      packet.copy(trailer, 0, tagIsLast ? end : end + tagBytes);
      packet.copy(tag, 0, tagIsLast ? end + trailerBytes : end);
      const word = trailer.readUInt32BE(0);
      const index = word & 0x7f_ff_ff_ff;
      if (word < encryptedFlag || seen.judge(index) !== 'fresh') return null;
      const head = take(header, packet, 0, rtcpHeaderBytes);
      const plain = rtcpIn.open(packet.readUInt32BE(4), index, head, trailer, take(body, packet, rtcpHeaderBytes, end), tag);
      if (plain === null) return null;
      seen.accept(index);
      plain.copy(header.view(header.bytes), rtcpHeaderBytes);
      return header.view(end);
    },
  };
}

import { oggFlags } from './ogg-page.ts';
import { opusPacketSamples } from './opus-packet.ts';
import { readOggPages, type ReadOggPage } from './read-ogg-pages.ts';

/** Why a file is no voice message. */
export type VoiceFileFault =
  /** No pages of Ogg, or pages that are not whole. */
  | 'not-ogg'
  /** Pages of several streams, or not in their order, or without an end. */
  | 'not-one-stream'
  /** Another codec, more than one channel, louder than it was recorded, or headers that are not those of RFC 7845. */
  | 'bad-header'
  /** A packet that is built wrongly, or a count of samples that is not that of the packets. */
  | 'bad-packet'
  | 'empty'
  | 'too-long';

export type VoiceFileVerdict = { readonly durationMs: number } | { readonly fault: VoiceFileFault };

const samplesPerMs = 48;
const headBytes = 19;
/** Nothing is shown of the comments; a little more than any encoder writes. */
const tagsMaxBytes = 1_024;
/** RFC 7845 §5.1: players drop so much at the beginning. An encoder looks ahead for some ms; a second is no look-ahead. */
const maxPreSkip = 48_000;

/**
 * Whether a file is one mono stream of Opus in Ogg (RFC 7845), from beginning to end and nothing else: what a player is given
 * of somebody else's has been looked at packet by packet. Packets don't go on from page to page, there is no gain.
 */
export function judgeVoiceFile(file: Uint8Array, maxMs: number): VoiceFileVerdict {
  const pages = readOggPages(file);
  if (pages === null) return { fault: 'not-ogg' };
  const [head, tags, ...sound] = pages;
  if (head === undefined || tags === undefined || !isOneStream(pages)) return { fault: 'not-one-stream' };
  const preSkip = readHead(head);
  if (preSkip === null || !isTags(tags)) return { fault: 'bad-header' };
  const samples = countSamples(sound);
  if (samples === null) return { fault: 'bad-packet' };
  const durationMs = Math.floor((samples - preSkip) / samplesPerMs);
  if (durationMs <= 0) return { fault: 'empty' };
  return durationMs > maxMs ? { fault: 'too-long' } : { durationMs };
}

/** RFC 3533 §6: one serial number, counted pages, a first and a last one. */
function isOneStream(pages: readonly ReadOggPage[]): boolean {
  const last = pages.length - 1;
  return pages.every(
    ({ flags, serial, sequence }, index) =>
      serial === pages[0]?.serial &&
      sequence === index &&
      flags === (index === 0 ? oggFlags.beginOfStream : index === last ? oggFlags.endOfStream : oggFlags.none),
  );
}

const onlyPacket = ({ granule, packets }: ReadOggPage): Uint8Array | null =>
  granule === 0 && packets.length === 1 ? (packets[0] ?? null) : null;

const startsWith = (packet: Uint8Array, text: string): boolean =>
  packet.byteLength >= text.length && text.split('').every((letter, index) => packet[index] === letter.codePointAt(0));

/** §5.1. @returns the pre-skip */
function readHead(page: ReadOggPage): number | null {
  const packet = onlyPacket(page);
  if (packet === null || packet.byteLength !== headBytes || !startsWith(packet, 'OpusHead')) return null;
  const view = new DataView(packet.buffer, packet.byteOffset, headBytes);
  const [version, channels, preSkip, gain, family] = [
    view.getUint8(8),
    view.getUint8(9),
    view.getUint16(10, true),
    view.getInt16(16, true),
    view.getUint8(18),
  ];
  return version === 1 && channels === 1 && gain === 0 && family === 0 && preSkip <= maxPreSkip ? preSkip : null;
}

/** §5.2: lengths that lie within the packet. */
function isTags(page: ReadOggPage): boolean {
  const packet = onlyPacket(page);
  if (packet === null || packet.byteLength > tagsMaxBytes || !startsWith(packet, 'OpusTags')) return false;
  const view = new DataView(packet.buffer, packet.byteOffset, packet.byteLength);
  let at = 8;
  const skip = (): boolean => {
    if (at + 4 > packet.byteLength) return false;
    at += 4 + view.getUint32(at, true);
    return at <= packet.byteLength;
  };
  if (!skip() || at + 4 > packet.byteLength) return false;
  let comments = view.getUint32(at, true);
  at += 4;
  for (; comments > 0 && skip(); comments -= 1);
  return comments === 0;
}

/** §4: each page says how many samples have been by its end; only the last may say fewer, which are then left out. */
function countSamples(pages: readonly ReadOggPage[]): number | null {
  let sum = 0;
  let said = 0;
  for (const [index, { granule, packets }] of pages.entries()) {
    for (const packet of packets) {
      const samples = opusPacketSamples(packet);
      if (samples === null) return null;
      sum += samples;
    }
    if (packets.length === 0) {
      if (granule !== null && granule !== said) return null;
      continue;
    }
    const isLast = index === pages.length - 1;
    if (granule === null || granule < said || (isLast ? granule > sum : granule !== sum)) return null;
    said = granule;
  }
  return said;
}

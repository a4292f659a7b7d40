/** RFC 6716 §3.1: no packet holds more than 120 ms. */
export const opusMaxPacketSamples = 5760;

/** Samples of one frame at 48 kHz, by `config & 3`, for each coding mode of table 2 (RFC 6716 §3.1). */
const silkFrame = [480, 960, 1920, 2880] as const;
const hybridFrame = [480, 960, 480, 960] as const;
const celtFrame = [120, 240, 480, 960] as const;

/**
 * How many samples (48 kHz) the packet at `bytes[start…start+length)` holds, read from its first two bytes; 0 if it is no
 * Opus packet. Decodes nothing, allocates nothing.
 */
export function opusPacketSamples(bytes: Uint8Array, start = 0, length = bytes.length - start): number {
  if (length < 1) return 0;
  const toc = bytes[start] ?? 0;
  const config = toc >> 3;
  const frame = (config < 12 ? silkFrame : config < 16 ? hybridFrame : celtFrame)[config & 3] ?? 0;
  const samples = frame * frameCount(toc & 3, bytes, start, length);
  return samples > opusMaxPacketSamples ? 0 : samples;
}

/** How a packet is coded: speech modelled (SILK), the sound's spectrum (CELT), or the one below 8 kHz and the other above. */
export type OpusMode = 'silk' | 'hybrid' | 'celt';

/** Of the packet that begins with this byte (RFC 6716 §3.1, table 2). */
export function opusPacketMode(toc: number): OpusMode {
  const config = toc >> 3;
  return config < 12 ? 'silk' : config < 16 ? 'hybrid' : 'celt';
}

/** The highest frequencies, in Hz, that a packet can hold which begins with this byte (RFC 6716 §2, table 1, and §3.1, table 2). */
export function opusPacketBandwidthHz(toc: number): number {
  const config = toc >> 3;
  if (config < 12) return [4_000, 6_000, 8_000][config >> 2] ?? 0;
  if (config < 16) return config < 14 ? 12_000 : 20_000;
  return [4_000, 8_000, 12_000, 20_000][(config >> 2) & 3] ?? 0;
}

/** RFC 6716 §3.2: the frame count code. */
function frameCount(code: number, bytes: Uint8Array, start: number, length: number): number {
  if (code === 0) return 1;
  if (code < 3) return 2;
  return length < 2 ? 0 : (bytes[start + 1] ?? 0) & 0x3f;
}

/**
 * Whether a packet carries in-band FEC for the frame before it: the LBRR flag, which follows the voice activity flags at the
 * very beginning of the SILK data (RFC 6716 §4.2.3–4.2.4). Only packets of one frame are looked at: what is ours.
 */
export function opusPacketHasFec(bytes: Uint8Array, start = 0, length = bytes.length - start): boolean {
  if (length < 2) return false;
  const toc = bytes[start] ?? 0;
  const config = toc >> 3;
  const isCelt = config >= 16;
  if (isCelt || (toc & 3) !== 0) return false;
  // SILK codes frames of 20 ms at most: one of 40 or 60 ms has two or three activity flags.
  const silkFrames = config < 12 ? Math.max(1, config & 3) : 1;
  return (((bytes[start + 1] ?? 0) >> (7 - silkFrames)) & 1) === 1;
}

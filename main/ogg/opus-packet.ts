/** RFC 6716 §3.1, table 2: length of a frame, in samples at 48 kHz, by the configuration in the packet's first five bits. */
const silkFrames = [480, 960, 1920, 2880] as const;
const hybridFrames = [480, 960] as const;
const celtFrames = [120, 240, 480, 960] as const;

/** §3.4, R5: a packet holds at most 120 ms. */
const maxPacketSamples = 5_760;
/** R2: bytes of one frame. */
const maxFrameBytes = 1_275;

function frameSamples(configuration: number): number {
  if (configuration < 12) return silkFrames[configuration % 4] ?? 0;
  if (configuration < 16) return hybridFrames[configuration % 2] ?? 0;
  return celtFrames[configuration % 4] ?? 0;
}

interface Length {
  /** Of the frame. */
  readonly bytes: number;
  /** Where what comes after the length begins. */
  readonly next: number;
}

/** §3.2.1: one byte up to 251, two above. Null: cut off. */
function readLength(packet: Uint8Array, at: number): Length | null {
  const first = packet[at];
  if (first === undefined) return null;
  if (first < 252) return { bytes: first, next: at + 1 };
  const second = packet[at + 1];
  return second === undefined ? null : { bytes: second * 4 + first, next: at + 2 };
}

/**
 * How much sound one packet holds, in samples at 48 kHz, if it is built as RFC 6716 §3.4 demands (R1 to R7); else null.
 * Whether the frames decode to anything is the decoder's business: it must take any bytes.
 */
export function opusPacketSamples(packet: Uint8Array): number | null {
  const toc = packet[0];
  if (toc === undefined) return null;
  const samples = frameSamples(toc >> 3);
  const rest = packet.byteLength - 1;
  switch (toc & 3) {
    case 0:
      return rest <= maxFrameBytes ? samples : null;
    case 1:
      return rest % 2 === 0 && rest / 2 <= maxFrameBytes ? 2 * samples : null;
    case 2: {
      const first = readLength(packet, 1);
      if (first === null) return null;
      const second = packet.byteLength - first.next - first.bytes;
      return second >= 0 && second <= maxFrameBytes ? 2 * samples : null;
    }
    default:
      return severalFrames(packet, samples);
  }
}

/** §3.2.5: a count, padding, and frames of one length or of several. */
function severalFrames(packet: Uint8Array, samples: number): number | null {
  const head = packet[1];
  if (head === undefined) return null;
  const count = head & 0x3f;
  if (count === 0 || count * samples > maxPacketSamples) return null;
  let at = 2;
  let end = packet.byteLength;
  if ((head & 0x40) !== 0) {
    for (let more = 255; more === 255; at += 1) {
      more = packet[at] ?? -1;
      if (more < 0) return null;
      end -= more === 255 ? 254 : more;
    }
  }
  if ((head & 0x80) === 0) {
    const bytes = end - at;
    return bytes >= 0 && bytes % count === 0 && bytes / count <= maxFrameBytes ? count * samples : null;
  }
  let framesBytes = 0;
  for (let frame = 1; frame < count; frame += 1) {
    const length = readLength(packet, at);
    if (length === null) return null;
    framesBytes += length.bytes;
    at = length.next;
  }
  const last = end - at - framesBytes;
  return last >= 0 && last <= maxFrameBytes ? count * samples : null;
}

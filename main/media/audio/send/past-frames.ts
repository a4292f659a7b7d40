/** The encoded frames sent last, in one piece of memory: what copies are made of. */
export interface PastFrames {
  push(timestamp: number, packet: Uint8Array): void;
  /** Position of the frame `back` packets ago (1: the newest pushed) for `start`, `length` and `timestamp`; -1 if there is none. */
  find(back: number): number;
  start(position: number): number;
  length(position: number): number;
  timestamp(position: number): number;
  readonly bytes: Uint8Array;
}

/** The farthest distance of any set of copies. */
export const pastFrames = 16;
/** RFC 2198 has 10 bits for a copy's length; longer frames (far above what a voice needs) are not copied. */
const maxFrameBytes = 1023;

export function createPastFrames(): PastFrames {
  const bytes = new Uint8Array(pastFrames * maxFrameBytes);
  const lengths = new Uint16Array(pastFrames);
  const timestamps = new Float64Array(pastFrames);
  let count = 0;
  return {
    bytes,
    push(timestamp, packet) {
      const at = count % pastFrames;
      const fits = packet.length <= maxFrameBytes;
      lengths[at] = fits ? packet.length : 0;
      timestamps[at] = timestamp;
      if (fits) bytes.set(packet, at * maxFrameBytes);
      count += 1;
    },
    find(back) {
      if (back < 1 || back > Math.min(count, pastFrames)) return -1;
      const at = (count - back) % pastFrames;
      return (lengths[at] ?? 0) > 0 ? at : -1;
    },
    start: (position) => position * maxFrameBytes,
    length: (position) => lengths[position] ?? 0,
    timestamp: (position) => timestamps[position] ?? 0,
  };
}

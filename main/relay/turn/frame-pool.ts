/** Room for a header before the data: that of channel data, at least. */
export const headroomBytes = 64;

/** Room for one packet: headroom, and an Ethernet packet. */
export const frameBytes = 2_048;

/**
 * One packet on its way through. Whoever is handed it passes it on, or releases it, once. Bytes before `start` and after `end`
 * are nobody's: a header is written in place.
 */
export interface Frame {
  readonly bytes: Buffer;
  /** Where in the pool's memory its bytes begin. */
  readonly offset: number;
  start: number;
  end: number;
  /** Made once with the frame, so that handing it to a socket as the callback allocates nothing. */
  readonly release: () => void;
}

/** All packets that are here at a time. When no frame is left, packets are lost as on any full line. */
export class FramePool {
  /** That of all frames, in one piece. */
  readonly memory: ArrayBuffer;
  readonly #free: Frame[] = [];

  constructor(size: number) {
    this.memory = new ArrayBuffer(size * frameBytes);
    for (let offset = 0; offset < this.memory.byteLength; offset += frameBytes) {
      const frame: Frame = {
        bytes: Buffer.from(this.memory, offset, frameBytes),
        offset,
        start: headroomBytes,
        end: headroomBytes,
        release: () => void this.#free.push(frame),
      };
      this.#free.push(frame);
    }
  }

  get free(): number {
    return this.#free.length;
  }

  /** An empty one, with headroom. */
  take(): Frame | null {
    const frame = this.#free.pop();
    if (frame === undefined) return null;
    frame.start = headroomBytes;
    frame.end = headroomBytes;
    return frame;
  }

  /** One with a copy of `bytes`; null for more than fit, too. */
  hold(bytes: Uint8Array): Frame | null {
    if (headroomBytes + bytes.byteLength > frameBytes) return null;
    const frame = this.take();
    if (frame === null) return null;
    frame.bytes.set(bytes, headroomBytes);
    frame.end = headroomBytes + bytes.byteLength;
    return frame;
  }
}

/** Room for one packet to a client. Whoever holds it gives it back exactly once. */
export interface Frame {
  readonly bytes: Buffer;
  /** Made once with the frame, so that handing it to a socket as the callback allocates nothing. */
  readonly release: () => void;
}

/** 4 bytes before the data, as channel data wants it, and an Ethernet packet beside it. */
export const frameBytes = 2_048;

/** Every packet to clients that the operating system has not taken yet; when none is left, packets are lost as on any full line. */
export class FramePool {
  readonly #free: Frame[] = [];

  constructor(size: number) {
    for (let made = 0; made < size; made += 1) {
      const frame: Frame = { bytes: Buffer.alloc(frameBytes), release: () => void this.#free.push(frame) };
      this.#free.push(frame);
    }
  }

  get free(): number {
    return this.#free.length;
  }

  take(): Frame | null {
    return this.#free.pop() ?? null;
  }
}

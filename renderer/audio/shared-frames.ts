import { pcmFrameSamples } from '../../preload/contract/pcm.ts';

/** More than a media process may be asked for ahead (`pcmMaxCredit`); a power of two, so that counters may turn over. */
const slots = 32;
const counterBytes = 8;
const frameBytes = pcmFrameSamples * 2;

export const sharedFramesBytes = counterBytes + slots * frameBytes;

/**
 * Frames of 10 ms from one thread to another through memory that both share: one writes, one reads, nobody waits, and nothing is
 * made for a frame, where a message would be two objects and an event.
 */
export class SharedFrames {
  /** How many were written and taken so far, modulo 2³². */
  readonly #counters: Int32Array;
  readonly #frames: readonly Int16Array[];

  /** @param memory of `sharedFramesBytes`, zeros at first */
  constructor(memory: SharedArrayBuffer) {
    this.#counters = new Int32Array(memory, 0, 2);
    this.#frames = Array.from(
      { length: slots },
      (_, slot) => new Int16Array(memory, counterBytes + slot * frameBytes, pcmFrameSamples),
    );
  }

  /** False if there is no room: the frame is dropped. */
  write(frame: Int16Array): boolean {
    const written = Atomics.load(this.#counters, 0);
    if (((written - Atomics.load(this.#counters, 1)) | 0) >= slots) return false;
    this.#frames[written & (slots - 1)]?.set(frame);
    Atomics.store(this.#counters, 0, (written + 1) | 0);
    return true;
  }

  /** The next frame, or null. It is the reader's until `taken`. */
  next(): Int16Array | null {
    const taken = Atomics.load(this.#counters, 1);
    if (taken === Atomics.load(this.#counters, 0)) return null;
    return this.#frames[taken & (slots - 1)] ?? null;
  }

  /** The frame that `next` gave was used. */
  taken(): void {
    Atomics.add(this.#counters, 1, 1);
  }
}

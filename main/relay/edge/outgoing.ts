import { addressWords, type MessageBatch } from '../../../native-shims/linux-udp/index.ts';
import type { Frame } from '../turn/frame-pool.ts';

/** Packets that wait to be sent together. Those of one socket that follow each other go in one call. */
export class Outgoing {
  readonly #batch: MessageBatch;
  readonly #fds: Int32Array;
  readonly #frames: (Frame | null)[];
  #count = 0;
  #isHeld = false;

  constructor(batch: MessageBatch) {
    this.#batch = batch;
    this.#fds = new Int32Array(batch.size);
    this.#frames = Array.from({ length: batch.size }, () => null);
  }

  /** What is added from here on waits for `flush`. */
  hold(): void {
    this.#isHeld = true;
  }

  /** Takes the frame over. @param to a socket address of `nameBytes` */
  add(fd: number, frame: Frame, to: Uint32Array, nameBytes: number): void {
    const index = this.#count;
    this.#fds[index] = fd;
    this.#frames[index] = frame;
    this.#batch.place(index, frame.offset + frame.start, frame.end - frame.start);
    this.#batch.setNameLength(index, nameBytes);
    const { names } = this.#batch;
    for (let word = 0; word < addressWords; word += 1) names[index * addressWords + word] = to[word] ?? 0;
    this.#count += 1;
    if (!this.#isHeld || this.#count === this.#batch.size) this.send();
  }

  /** Sends what waits. */
  send(): void {
    let from = 0;
    while (from < this.#count) {
      const fd = this.#fds[from] ?? -1;
      let to = from + 1;
      while (to < this.#count && this.#fds[to] === fd) to += 1;
      this.#batch.send(fd, from, to);
      from = to;
    }
    for (let index = 0; index < this.#count; index += 1) {
      this.#frames[index]?.release();
      this.#frames[index] = null;
    }
    this.#count = 0;
  }

  /** Sends what waits, and holds no more. */
  flush(): void {
    this.send();
    this.#isHeld = false;
  }
}

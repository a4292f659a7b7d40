import { checkMaxBytes } from './check-message.ts';

/** Checks and answers that the operating system may not have taken yet. */
const inFlight = 32;

/** Room for checks and answers, used in turn. */
export class CheckBuffers {
  readonly #buffers = Array.from({ length: inFlight }, () => Buffer.alloc(checkMaxBytes));
  #next = 0;

  next(): Buffer {
    this.#next = (this.#next + 1) % inFlight;
    return this.#buffers[this.#next] ?? Buffer.alloc(checkMaxBytes);
  }
}

import type { Clock } from '../../ports/clock.ts';

/** Half of it is added to a packet on average; the shorter, the fewer packets a wake-up is for. */
const napMs = 1;

/** Below so many packets in one turn a nap gathers nothing; from so many on the next turn finds enough without one. */
const worthwhile = { from: 2, below: 28 } as const;

/** A nap is for what is carried all the time: so many packets in a window of so long. */
const busy = { packets: 100, windowMs: 100 } as const;

/**
 * Sleeps a moment after a wake-up while much is relayed: a thread that wakes for each packet spends more on waking than on
 * relaying (CPU seconds per packet fall by a third). Blocks the thread, which is the relay's own.
 */
export class Nap {
  readonly #never = new Int32Array(new SharedArrayBuffer(4));
  #isAwake = false;
  #inTurn = 0;
  #inTurnBefore: number = worthwhile.from;
  #windowMs = 0;
  #inWindow = 0;
  #isBusy = false;
  readonly #turnEnds = (): void => {
    this.#isAwake = false;
    this.#inTurnBefore = this.#inTurn;
    this.#inTurn = 0;
  };

  /** To be called for each packet, before anything is done with it. */
  packet(clock: Clock): void {
    this.#inTurn += 1;
    if (this.#isAwake) return;
    this.#isAwake = true;
    setImmediate(this.#turnEnds);
    this.#count(clock.monotonicMs());
    if (this.#isBusy && this.#inTurnBefore >= worthwhile.from && this.#inTurnBefore < worthwhile.below)
      Atomics.wait(this.#never, 0, 0, napMs);
  }

  #count(nowMs: number): void {
    this.#inWindow += this.#inTurnBefore;
    if (nowMs - this.#windowMs < busy.windowMs) return;
    this.#isBusy = this.#inWindow >= busy.packets;
    this.#inWindow = 0;
    this.#windowMs = nowMs;
  }
}

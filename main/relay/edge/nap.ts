import type { Clock } from '../../ports/clock.ts';

/** A turn and the nap after it: half of it is added to a packet on average, and some tenths until the thread is awake. */
const length = { periodMs: 1.45, shortestMs: 0.5 } as const;

/** Node reads 32 packets of a socket in one turn. Of one that has as many the next turn must come at once, or it is never empty. */
const fullTurn = 28;

/** A nap is for what is carried all the time: so many packets in a window of so long. */
const busy = { packets: 100, windowMs: 100 } as const;

/**
 * Sleeps a moment after each turn while much is relayed, so that the next finds many packets: a thread that wakes for each
 * spends more on waking than on relaying. Blocks the thread, which is the relay's own.
 */
export class Nap {
  readonly #never = new Int32Array(new SharedArrayBuffer(4));
  readonly #clock: Clock;
  #turn = 0;
  #inTurn = 0;
  #isFull = false;
  #windowMs = 0;
  #inWindow = 0;
  #isBusy = false;
  #awakeMs = 0;
  readonly #turnEnds = (): void => {
    const nowMs = this.#clock.monotonicMs();
    this.#count(nowMs);
    // After the turn, not in it: all that came meanwhile is found by the next, and none waits for a second nap.
    if (this.#isBusy && !this.#isFull) this.#sleep(nowMs);
    this.#turn += 1;
    this.#inTurn = 0;
    this.#isFull = false;
  };

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /** The turn that this is. */
  get turn(): number {
    return this.#turn;
  }

  /** @param ofSocket how many packets its socket had in this turn so far */
  packet(ofSocket: number): void {
    this.#inTurn += 1;
    if (this.#inTurn === 1) setImmediate(this.#turnEnds);
    if (ofSocket >= fullTurn) this.#isFull = true;
  }

  #sleep(nowMs: number): void {
    const turnMs = nowMs - this.#awakeMs;
    Atomics.wait(this.#never, 0, 0, Math.max(length.periodMs - turnMs, length.shortestMs));
    this.#awakeMs = this.#clock.monotonicMs();
  }

  #count(nowMs: number): void {
    this.#inWindow += this.#inTurn;
    if (nowMs - this.#windowMs < busy.windowMs) return;
    this.#isBusy = this.#inWindow >= busy.packets;
    this.#inWindow = 0;
    this.#windowMs = nowMs;
  }
}

/** What one socket tells a nap. */
export class NapShare {
  readonly #nap: Nap;
  #turn = -1;
  #inTurn = 0;

  constructor(nap: Nap) {
    this.#nap = nap;
  }

  /** To be called for each packet. */
  packet(): void {
    if (this.#turn !== this.#nap.turn) {
      this.#turn = this.#nap.turn;
      this.#inTurn = 0;
    }
    this.#inTurn += 1;
    this.#nap.packet(this.#inTurn);
  }
}

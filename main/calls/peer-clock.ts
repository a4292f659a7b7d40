/**
 * How old a peer's message is, although its clock may be wrong: the last `hello`, sent as a session connected or resumed
 * and so hardly delayed, tells the offset between the two wall clocks.
 */
class PeerClock {
  #offsetMs: number | null = null;

  hello(sentMs: number, nowMs: number): void {
    this.#offsetMs = nowMs - sentMs;
  }

  /** Age of a message stamped `sentMs`, at least 0; 0 while no hello was heard. */
  ageMs(sentMs: number, nowMs: number): number {
    return this.#offsetMs === null ? 0 : Math.max(0, nowMs - sentMs - this.#offsetMs);
  }
}

/** One for each device that we have a session with. */
export class PeerClocks {
  readonly #all = new Map<string, PeerClock>();

  of(device: string): PeerClock {
    const clock = this.#all.get(device) ?? new PeerClock();
    this.#all.set(device, clock);
    return clock;
  }

  forget(device: string): void {
    this.#all.delete(device);
  }
}

/** What the poorest voice needs of a relay in a second (6 kbit/s in packets of 60 ms is 1.2 kB); checks and refreshes stay below. */
export const voiceBytesPerSweep = 1_000;
/** Heard in so many sweeps, it was a call and no test of a way. */
const sweepsOfACall = 5;
/** Silent for so long, it is not carried now: it goes another way, or is over. */
const nowMs = 5_000;
/** Remembered, so that a call that comes back after a change of its way is not counted twice. */
const remembered = 1_024;

interface Call {
  sweeps: number;
  lastMs: number;
}

/** Which calls have their sound go through here: a call has several allocations, at several relays, and uses one. */
export class CarriedCalls {
  readonly #calls = new Map<string, Call>();
  #ever = 0;

  /** Calls that were ever carried here. */
  get ever(): number {
    return this.#ever;
  }

  now(atMs: number): number {
    let calls = 0;
    for (const { lastMs } of this.#calls.values()) if (atMs - lastMs <= nowMs) calls += 1;
    return calls;
  }

  /** An allocation of this call carried as much as a voice since the last sweep. */
  heard(id: string, atMs: number): void {
    const call = this.#calls.get(id) ?? this.#open(id, atMs);
    // Both ends may have theirs here.
    if (call.sweeps > 0 && call.lastMs === atMs) return;
    call.sweeps += 1;
    call.lastMs = atMs;
    if (call.sweeps === sweepsOfACall) this.#ever += 1;
  }

  #open(id: string, atMs: number): Call {
    if (this.#calls.size >= remembered) {
      let oldest: string | null = null;
      let oldestMs = Number.POSITIVE_INFINITY;
      for (const [other, { lastMs }] of this.#calls) {
        if (lastMs >= oldestMs) continue;
        oldest = other;
        oldestMs = lastMs;
      }
      if (oldest !== null) this.#calls.delete(oldest);
    }
    const call: Call = { sweeps: 0, lastMs: atMs };
    this.#calls.set(id, call);
    return call;
  }
}

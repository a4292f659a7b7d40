/** Nothing for so long, while media flowed, is no jitter but a path that may be dead; a conversation survives it unnoticed. */
const doubtAfterMs = 150;
/** Or for so many packets' time, where packets are long. */
const doubtAfterPackets = 4;
/** Packets further apart than this are pauses or reports, not a flow whose end means anything. */
const flowIntervalMs = 70;
/**
 * What was doubted and then came had only waited, in front of a narrow place that 1,300 bytes of something else keep busy for a third
 * of a second. There each doubt is for nothing, and what it sends makes the wait longer: so it waits twice as long before the next,
 * up to this many times; half as long again after so long without one.
 */
const mostPatience = 4;
const calmMs = 20_000;
/** An interval's weight in their mean. */
const smoothing = 1 / 8;

/** Whether what arrives of a call has stopped arriving. `note` runs for each packet. */
export class Liveness {
  #lastMs = -Infinity;
  #intervalMs = flowIntervalMs * 4;
  #isResting = true;
  #patience = 1;
  #lateAtMs = -Infinity;

  note(nowMs: number): void {
    // A long pause is not to count as many short intervals did.
    const interval = Math.min(nowMs - this.#lastMs, flowIntervalMs * 4);
    this.#intervalMs += (interval - this.#intervalMs) * smoothing;
    this.#lastMs = nowMs;
    this.#isResting = false;
    if (this.#patience === 1 || nowMs - this.#lateAtMs < calmMs) return;
    this.#patience /= 2;
    this.#lateAtMs = nowMs;
  }

  /** What was missed came after all, the way it was to come. */
  wasLate(nowMs: number): void {
    this.#patience = Math.min(mostPatience, this.#patience * 2);
    this.#lateAtMs = nowMs;
  }

  /** From when on, without another packet, it must be doubted; infinite: nothing is expected. */
  get doubtAtMs(): number {
    if (this.#isResting || this.#intervalMs > flowIntervalMs) return Infinity;
    return this.#lastMs + Math.max(doubtAfterMs, this.#intervalMs * doubtAfterPackets) * this.#patience;
  }

  /** The path was found alive: they are silent, so nothing is expected before they speak again. */
  rest(): void {
    this.#isResting = true;
  }
}

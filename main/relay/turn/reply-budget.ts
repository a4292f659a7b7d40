/** Sources remembered at once; more are not remembered, and hear nothing until they ask with more bytes. */
const maxSources = 4_096;

/** As long as a client asks again for an answer that did not come (RFC 8489 §6.2.1: 500 ms, doubled each time). */
const generationMs = 10_000;

/**
 * What a source that has proven nothing may be answered: no more bytes than it sent. Whoever forges a source has to send at
 * least what its victim gets. A request too short for its answer counts when it is repeated, as every client repeats it.
 */
export class ReplyBudget {
  #young = new Map<string, number>();
  #old = new Map<string, number>();
  #turnedMs: number;

  constructor(nowMs: number) {
    this.#turnedMs = nowMs;
  }

  /** Bytes that may go to `source` now, those of this request counted. */
  available(source: string, received: number, nowMs: number): number {
    this.#turn(nowMs);
    return received + (this.#young.get(source) ?? this.#old.get(source) ?? 0);
  }

  /** @param left of what was available: none, if it was answered */
  keep(source: string, left: number): void {
    this.#old.delete(source);
    if (left > 0 && (this.#young.has(source) || this.#young.size < maxSources)) this.#young.set(source, left);
    else this.#young.delete(source);
  }

  #turn(nowMs: number): void {
    if (nowMs - this.#turnedMs < generationMs) return;
    const isStale = nowMs - this.#turnedMs >= 2 * generationMs;
    this.#old = isStale ? new Map() : this.#young;
    this.#young = new Map();
    this.#turnedMs = nowMs;
  }
}

/** What a cable does to packets; the words and the meaning are those of the laboratory's real cable. */
export interface LinkConditions {
  readonly delayMs: number;
  /** Uniform ± this much, added to the delay; never below 0. */
  readonly jitterMs: number;
  /** Share of packets lost at random, 0…1. */
  readonly loss: number;
  /** Gilbert–Elliott: chance to enter and to leave the bad state with each packet, and the loss while in it, all 0…1. */
  readonly burst: { readonly enter: number; readonly leave: number; readonly lossInBad: number } | null;
  /** Null: no limit. */
  readonly rateBps: number | null;
  /** So much of what was not used passes at once (a token bucket). 0: a line, which takes its time for each byte. */
  readonly bucketBytes: number;
  /** What would have to wait longer than this is dropped. */
  readonly queueMs: number;
}

export const cleanLink: LinkConditions = {
  delayMs: 50,
  jitterMs: 0,
  loss: 0,
  burst: null,
  rateBps: null,
  bucketBytes: 0,
  queueMs: 200,
};
/** As slow as a line of that rate, but a token bucket: a provider's limit. */
export const shapedLink: LinkConditions = { ...cleanLink, rateBps: 64_000, bucketBytes: 4_000, queueMs: 300 };

/** One direction of a cable. Keeps order, as a queue does: a packet never overtakes the one before. */
export interface Link {
  /**
   * @param bytes of the IP packet: what the laboratory's cable counts
   * @returns when it comes out (ms, the clock of `nowMs`); NaN if it is lost
   */
  take(bytes: number, nowMs: number): number;
  set(conditions: LinkConditions): void;
  /** What waits for the rate limit now. */
  queuedMs(nowMs: number): number;
}

/** @param random 0…1, seeded by the caller: the same seed loses the same packets */
export function createLink(first: LinkConditions, random: () => number): Link {
  let conditions = first;
  let isBad = false;
  let busyUntilMs = 0;
  let lastOutMs = 0;

  function isLost(): boolean {
    const { burst, loss } = conditions;
    if (burst !== null) {
      isBad = isBad ? random() >= burst.leave : random() < burst.enter;
      if (isBad && random() < burst.lossInBad) return true;
    }
    return loss > 0 && random() < loss;
  }

  return {
    take(bytes, nowMs) {
      if (isLost()) return Number.NaN;
      let outMs = nowMs;
      if (conditions.rateBps !== null) {
        const msPerByte = 8_000 / conditions.rateBps;
        busyUntilMs = Math.max(busyUntilMs, nowMs - conditions.bucketBytes * msPerByte);
        if (busyUntilMs - nowMs > conditions.queueMs) return Number.NaN;
        busyUntilMs += bytes * msPerByte;
        outMs = Math.max(nowMs, busyUntilMs);
      }
      const jitterMs = conditions.jitterMs === 0 ? 0 : conditions.jitterMs * (2 * random() - 1);
      outMs = Math.max(lastOutMs, outMs + Math.max(0, conditions.delayMs + jitterMs));
      lastOutMs = outMs;
      return outMs;
    },
    set(next) {
      conditions = next;
    },
    queuedMs: (nowMs) => Math.max(0, busyUntilMs - nowMs),
  };
}

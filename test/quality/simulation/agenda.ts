/** Virtual time: what is to happen when, in order, and nothing between. */
export interface Agenda {
  readonly nowMs: number;
  /** What is due at the same time happens in the order in which it was put down. Never before now. */
  at(ms: number, happen: () => void): void;
  /** Until nothing is left that is due before `ms`. */
  runUntil(ms: number): void;
}

interface Entry {
  readonly atMs: number;
  readonly happen: () => void;
}

export function createAgenda(): Agenda {
  /** Latest first, so that the next one is at the cheap end. */
  const entries: Entry[] = [];
  let nowMs = 0;
  return {
    get nowMs() {
      return nowMs;
    },
    at(ms, happen) {
      const entry = { atMs: Math.max(nowMs, ms), happen };
      let place = entries.length;
      while (place > 0 && (entries[place - 1]?.atMs ?? 0) <= entry.atMs) place -= 1;
      entries.splice(place, 0, entry);
    },
    runUntil(ms) {
      for (let next = entries.at(-1); next !== undefined && next.atMs < ms; next = entries.at(-1)) {
        entries.pop();
        nowMs = next.atMs;
        next.happen();
      }
      nowMs = ms;
    },
  };
}

/** What is known of a slot. */
export const unknown = 0;
export const own = 1;
export const copied = 2;
export const silent = 3;
/** Copied, but of an outage. */
export const bygone = 4;
export type Came = typeof own | typeof copied;

/** Of slots looked at, ms; infinite where nothing came. `earliestMs` and `latestMs` are packets', `leastMs` is copies', too. */
export interface SlotsView {
  readonly earliestMs: number;
  readonly latestMs: number;
  readonly leastMs: number;
}

/**
 * Of each 10 ms of the sound of the last seven seconds: how long after its own time it could first be decoded, and what by.
 * Slots are numbered by media time.
 */
export interface SlotHistory {
  /** @returns whether it was so much newer than all that is known, that nothing of that is left */
  put(first: number, last: number, delayMs: number, came: Came): boolean;
  /** @returns as `put` */
  silence(first: number, last: number): boolean;
  forgetBefore(slot: number): void;
  /** Takes the copies of an outage out of what is weighed. */
  passOver(): void;
  /** Fills `into` with what came one way since the slot `from`; returns how many, and leaves how many came at all in `known`. */
  gather(from: number, came: Came, into: Float64Array): number;
  /** Valid until the next look. */
  look(from: number): SlotsView;
  /**
   * The first slot after the losses since `from`, if none came for as long as `leastCalm`, and for `calmFactor` times as long as ever
   * between them; else −1.
   */
  lossesEnd(from: number, leastCalm: number, calmFactor: number): number;
  /** −1: none is known. */
  readonly newest: number;
  readonly oldest: number;
  readonly known: number;
  /** Of the slots that are old enough for copies to have come, the share that never came. */
  missingShare(): number;
}

export const historySlots = 700;
/** The longest distance of a copy (341 ms) plus jitter: what has not come by then will not. */
const overdueSlots = 60;
/**
 * Nothing of its own for so long was an outage: copies bring back no more than its end, and to wait for those would be a delay
 * that is there only when the outage is over.
 */
const outageSlots = 80;

export function createSlotHistory(): SlotHistory {
  const size = historySlots + overdueSlots;
  const delays = new Float64Array(size).fill(Number.NaN);
  const kinds = new Uint8Array(size);
  /** Written in place: each write of a fraction to a captured variable would put a number on the heap. */
  const view = { earliestMs: Number.NaN, latestMs: Number.NaN, leastMs: Number.NaN };
  let known = 0;
  let newest = -1;
  let oldest = 0;

  const kindOf = (slot: number): number => kinds[slot % size] ?? unknown;

  function advanceTo(slot: number): boolean {
    const isAnew = newest === -1 || slot - newest >= size;
    for (let at = isAnew ? slot - size + 1 : newest + 1; at <= slot; at += 1) {
      delays[at % size] = Number.NaN;
      kinds[at % size] = unknown;
    }
    newest = slot;
    oldest = isAnew ? slot : Math.max(oldest, newest - historySlots + 1);
    return isAnew;
  }

  return {
    put(first, last, delayMs, came) {
      const isAnew = last > newest && advanceTo(last);
      for (let at = Math.max(first, oldest); at <= last; at += 1) {
        const kind = kindOf(at);
        if (kind === own || kind === copied || kind === bygone) continue;
        delays[at % size] = delayMs;
        kinds[at % size] = came;
      }
      return isAnew;
    },
    silence(first, last) {
      const isAnew = last > newest && advanceTo(last);
      for (let at = Math.max(first, oldest); at <= last; at += 1) kinds[at % size] = silent;
      return isAnew;
    },
    forgetBefore(slot) {
      oldest = Math.max(oldest, slot);
    },
    passOver() {
      let run = 0;
      for (let at = oldest; at <= newest; at += 1) {
        const kind = kindOf(at);
        if (kind !== own && kind !== silent) {
          run += 1;
          continue;
        }
        for (let back = run > outageSlots ? at - run : at; back < at; back += 1) {
          if (kindOf(back) !== copied) continue;
          kinds[back % size] = bygone;
          delays[back % size] = Number.NaN;
        }
        run = 0;
      }
    },
    gather(from, came, into) {
      let count = 0;
      known = 0;
      for (let at = Math.max(oldest, from); at <= newest; at += 1) {
        const delayMs = delays[at % size] ?? Number.NaN;
        if (Number.isNaN(delayMs)) continue;
        known += 1;
        if (kindOf(at) !== came) continue;
        into[count] = delayMs;
        count += 1;
      }
      return count;
    },
    look(from) {
      view.earliestMs = Number.POSITIVE_INFINITY;
      view.latestMs = Number.NEGATIVE_INFINITY;
      view.leastMs = Number.POSITIVE_INFINITY;
      for (let at = Math.max(oldest, from); at <= newest; at += 1) {
        const delayMs = delays[at % size] ?? Number.NaN;
        if (delayMs < view.leastMs) view.leastMs = delayMs;
        if (kindOf(at) !== own) continue;
        if (delayMs < view.earliestMs) view.earliestMs = delayMs;
        if (delayMs > view.latestMs) view.latestMs = delayMs;
      }
      return view;
    },
    lossesEnd(from, leastCalm, calmFactor) {
      let lastLost = -1;
      let calm = 0;
      let longestCalm = 0;
      for (let at = Math.max(oldest, from); at <= newest; at += 1) {
        const kind = kindOf(at);
        if (kind === own) calm += 1;
        else if (kind !== silent) {
          longestCalm = Math.max(longestCalm, calm);
          calm = 0;
          lastLost = at;
        }
      }
      return lastLost === -1 || calm < Math.max(leastCalm, calmFactor * longestCalm) ? -1 : lastLost + 1;
    },
    missingShare() {
      let sent = 0;
      let missing = 0;
      for (let at = Math.max(oldest, newest - historySlots + 1); at <= newest - overdueSlots; at += 1) {
        const kind = kindOf(at);
        if (kind === silent) continue;
        sent += 1;
        if (kind === unknown) missing += 1;
      }
      return sent === 0 ? 0 : missing / sent;
    },
    get newest() {
      return newest;
    },
    get oldest() {
      return oldest;
    },
    get known() {
      return known;
    },
  };
}

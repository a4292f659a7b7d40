import { opusPacketHasFec } from '../../../../native-shims/opus/index.ts';
import { createDelayTarget } from './delay-target.ts';
import { createFrameStore, slotUnits, storeSlots } from './frame-store.ts';
import { createPlayoutPace, type Pace } from './playout-pace.ts';

/** What to play next. One object, filled again and again; valid until the next call. */
export interface Decision {
  /**
   * frame: decode it; fec: the end of a gap, from the redundancy inside the frame that follows; conceal: invent, something is
   * missing; comfort: go on with background noise, nothing is missing; silence: nothing is known.
   */
  kind: 'frame' | 'fec' | 'conceal' | 'comfort' | 'silence';
  /** frame, fec: the packet lies in `bytes[start…start+length)`. */
  bytes: Uint8Array;
  start: number;
  length: number;
  /** How much sound this stands for (48 kHz). */
  samples: number;
  /** frame: so many samples at its beginning have been replaced already. */
  skip: number;
  /** frame: it came as a copy in a later packet. */
  redundant: boolean;
  pace: Pace;
  /** So many samples too much or too little, for `pace`: where nothing is heard, no more than that is taken out or put in. */
  offTarget: number;
  /** What was heard before does not lead up to this: cross-fade into it. */
  cut: boolean;
}

export type PushResult = 'stored' | 'duplicate' | 'late' | 'refused';

export interface JitterStatistics {
  /** Packets that never came, by their sequence numbers. */
  readonly lost: number;
  readonly duplicates: number;
  readonly late: number;
  /** Sound left out to catch up, ms. */
  readonly skippedMs: number;
  /** Of the newest frame played: how long after the fastest possible arrival, ms. */
  readonly delayMs: number;
  readonly targetMs: number;
  /** Of the sound sent lately, the share that came in no copy, 0…1. */
  readonly missingShare: number;
}

/**
 * Decides, and does nothing else: Opus frames and time in, decisions out. Deterministic, clockless, and without allocation per
 * packet. The timeline is media time (samples at 48 kHz), because frames have 10 to 120 ms and copies of them come out of order.
 *
 * ```
 *            first frame due                nothing for 200 ms, or a pause of the sender
 *  waiting ───────────────────► playing ──────────────────────────────────────────────────► waiting
 * ```
 *
 * A frame's *delay* is now minus its media time when it is decoded. While playing:
 *  - what is missing while later sound is there is mended (FEC from the frame after, else concealment), and time goes on;
 *  - nothing there at all: conceal in place. What was merely late is then played, if the delay stays near the target; else
 *    what was concealed counts as said, and is left out;
 *  - delay above the target is drained by playing faster or, far above, by leaving sound out; below it, played slower.
 */
export interface JitterBuffer {
  /**
   * One frame, from its own packet or a copy in a later one.
   * @param timestamp 32 bit, 48 kHz, of this frame @param samples how much sound it holds
   * @param sequence of the packet, 16 bit
   */
  push(
    sequence: number,
    timestamp: number,
    samples: number,
    redundant: boolean,
    bytes: Uint8Array,
    start: number,
    length: number,
    arrivalMs: number,
  ): PushResult;
  /**
   * The next decision; call when the player needs more.
   * @param ready samples that the player still has from before: less than it takes at once
   */
  pull(nowMs: number, ready?: number): Decision;
  /** The last frame was made longer (or, below 0, shorter) by so many samples. */
  stretched(samples: number): void;
  readonly statistics: JitterStatistics;
}

const unitsPerMs = 48;
/** Further behind than this, stretching would take seconds: leave sound out. */
const skipAboveMs = 220;
/** What came late is worth this much delay above the target; more, and the listener had better hear what is said state. */
const lateSlackMs = 160;
/** Speech is guessed for so long; then there is nothing to guess from. */
const maxInventedUnits = 200 * unitsPerMs;
/** Invented in place in pieces of 10 ms: what comes meanwhile is played so much sooner. */
const heldPieceUnits = slotUnits;
/** Concealment of a known gap goes in frames, as the decoder does it best. */
const gapPieceUnits = 960;
/** RFC 6716 §3.4 and RFC 7587 §3.1.3: a frame of a byte or two is the encoder saying that there is nothing to send. */
const dtxBytes = 2;
/** So many late packets in a row mean that the sender started anew; but none that are so little older than the newest, 20 s of packets. */
const restartAfterLate = 50;
const straggling = 1_024;
const updateEveryMs = 100;

export function createJitterBuffer(): JitterBuffer {
  const store = createFrameStore();
  let target = createDelayTarget();
  const pace = createPlayoutPace();
  const decision: Decision = {
    kind: 'silence',
    bytes: store.bytes,
    start: 0,
    length: 0,
    samples: 0,
    skip: 0,
    redundant: false,
    pace: 'keep',
    offTarget: 0,
    cut: false,
  };
  /** Long numbers and fractions, written in place: each write to a captured variable would put a number on the heap. */
  const state = {
    /** Unwrapped end of the newest frame; −1 before the first. */
    newestEnd: -1,
    newestTimestamp: 0,
    /** Of the first packet: copies of what was before were not missed by anybody. */
    began: 0,
    /** Media time to play next; −1 before the first. */
    next: -1,
    updatedAtMs: Number.NEGATIVE_INFINITY,
    delayMs: 0,
    skippedMs: 0,
    /** What the player has from before. */
    ready: 0,
  };
  let newestSequence = -1;
  /** Sound invented since the last frame, and what of it is not counted as said: nothing was there at all, and time stood still. */
  let invented = 0;
  let held = 0;
  let isPlaying = false;
  let isPause = false;
  let lateRun = 0;
  let lost = 0;
  let duplicates = 0;
  let late = 0;

  const delayOf = (timestamp: number, nowMs: number): number => nowMs - timestamp / unitsPerMs;
  function offsetMs(): number {
    const wanted = target.offsetMs;
    return Number.isNaN(wanted) ? 0 : wanted;
  }

  function decide(kind: Decision['kind'], samples: number): Decision {
    decision.kind = kind;
    decision.samples = samples;
    decision.start = 0;
    decision.length = 0;
    decision.skip = 0;
    decision.redundant = false;
    decision.pace = 'keep';
    decision.cut = false;
    return decision;
  }

  function restart(sequence: number, timestamp: number): void {
    store.clear();
    target = createDelayTarget();
    pace.begin();
    // Unwrapped times begin a whole turn up, so that what is older than the first packet is not below 0.
    state.newestTimestamp = 2 ** 32 + timestamp;
    state.began = state.newestTimestamp;
    state.newestEnd = state.newestTimestamp;
    newestSequence = sequence - 1;
    state.next = -1;
    invented = held = 0;
    isPlaying = false;
    lateRun = 0;
  }

  /** Counts packets that are missing before `sequence`, and knows a pause of the sender from a loss. */
  function follow(sequence: number, timestamp: number, end: number): void {
    const step = ((sequence - newestSequence) << 16) >> 16;
    if (step <= 0) {
      // It had been counted as lost, and is only late.
      lost = Math.max(0, lost - 1);
      return;
    }
    if (step === 1 && timestamp > state.newestEnd) target.silent(state.newestEnd, timestamp - state.newestEnd);
    lost += step - 1;
    newestSequence = sequence;
    state.newestTimestamp = Math.max(state.newestTimestamp, timestamp);
    state.newestEnd = Math.max(state.newestEnd, end);
  }

  function play(slot: number, nowMs: number, cut: boolean): Decision {
    const timestamp = store.timestamp(slot);
    const samples = store.samples(slot);
    decide('frame', samples);
    decision.start = store.start(slot);
    decision.length = store.length(slot);
    decision.redundant = store.isRedundant(slot);
    decision.skip = Math.max(0, state.next - timestamp);
    decision.cut = cut;
    const least = pace.decoded(delayOf(timestamp + decision.skip, nowMs));
    const { floorMs } = target;
    state.delayMs = Number.isNaN(floorMs) ? 0 : Math.max(0, least - floorMs);
    if (held > 0) pace.stalled(nowMs);
    decision.pace = pace.choose(target, nowMs, state.ready);
    decision.offTarget = pace.offTarget;
    state.next = timestamp + samples;
    invented = held = 0;
    isPause = store.length(slot) <= dtxBytes;
    store.remove(slot);
    return decision;
  }

  function conceal(samples: number): Decision {
    held += samples;
    invented += samples;
    return decide('conceal', samples);
  }

  /** Leaves out what lies before `position`, and plays what is there; null if nothing is. */
  function jumpTo(position: number, nowMs: number): Decision | null {
    const slot = store.firstAfter(position, state.newestEnd);
    if (slot === -1) return null;
    const from = Math.max(position, store.timestamp(slot));
    state.skippedMs += (from - state.next - held) / unitsPerMs;
    store.dropBefore(from);
    state.next = from;
    pace.begin();
    return play(slot, nowMs, true);
  }

  /** Goes on where the delay is right again; what would be older than that is given up, even if there is nothing newer. */
  function catchUp(nowMs: number): Decision {
    const due = Math.floor((nowMs - offsetMs()) * unitsPerMs);
    const jumped = jumpTo(due, nowMs);
    if (jumped !== null) return jumped;
    store.dropBefore(due);
    state.next = due;
    return isPlaying && invented < maxInventedUnits ? conceal(heldPieceUnits) : wait();
  }

  function wait(): Decision {
    isPlaying = false;
    return isPause ? decide('comfort', gapPieceUnits) : decide('silence', 0);
  }

  function mend(slot: number, nowMs: number): Decision {
    const gap = store.timestamp(slot) - state.next;
    const remaining = gap - held;
    if (remaining <= 0) {
      state.next += gap;
      return play(slot, nowMs, false);
    }
    if (remaining === store.samples(slot) && opusPacketHasFec(store.bytes, store.start(slot), store.length(slot))) {
      decide('fec', remaining);
      decision.start = store.start(slot);
      decision.length = store.length(slot);
      state.next += gap;
      held = 0;
      return decision;
    }
    if (invented >= maxInventedUnits) return wait();
    conceal(Math.min(gapPieceUnits, remaining));
    // Later sound is there: a copy that comes now is too late, and playing it would make later all that follows.
    state.next += held;
    held = 0;
    return decision;
  }

  /** The sound at `next` is there. */
  function playDue(slot: number, nowMs: number): Decision {
    const delay = delayOf(state.next, nowMs);
    if (held > 0 && delay > offsetMs() + lateSlackMs) {
      late += 1;
      return jumpTo(state.next + held, nowMs) ?? play(slot, nowMs, false);
    }
    if (delay > offsetMs() + skipAboveMs) return catchUp(nowMs);
    // What begins in the middle of a frame, or after a guess in whose place nothing was, is faded into.
    return play(slot, nowMs, held > 0 || store.timestamp(slot) < state.next);
  }

  return {
    push(sequence, timestamp, samples, redundant, bytes, start, length, arrivalMs) {
      if (samples <= 0 || length <= 0) return 'refused';
      if (state.newestEnd === -1) {
        // A stream begins with a packet, not with a copy of what was before we listened.
        if (redundant) return 'late';
        restart(sequence, timestamp);
      }
      let at = state.newestTimestamp + ((timestamp - state.newestTimestamp) | 0);
      const ahead = at - (state.next === -1 ? state.newestTimestamp : state.next);
      if (redundant && (ahead < 0 || ahead >= storeSlots * slotUnits)) {
        // Most copies are of what was played long ago; they still tell when it could have been had.
        if (ahead < 0 && ahead > -storeSlots * slotUnits && at >= state.began)
          target.available(at, samples, arrivalMs, redundant);
        return 'late';
      }
      const isLate = state.next !== -1 && at + samples <= state.next;
      const behind = (newestSequence - sequence) & 0xff_ff;
      if (isLate && (behind < straggling || (lateRun += 1) < restartAfterLate)) {
        follow(sequence, at, at + samples);
        target.available(at, samples, arrivalMs, redundant);
        late += 1;
        return 'late';
      }
      if (isLate || Math.abs(ahead) >= storeSlots * slotUnits - samples) {
        restart(sequence, timestamp);
        at = state.newestTimestamp;
        // What is older than the new beginning may have been played before it.
        state.next = at;
      }
      if (!redundant) lateRun = 0;
      const stored = store.put(at, samples, redundant, bytes, start, length);
      if (redundant) state.newestEnd = Math.max(state.newestEnd, at + samples);
      else if (stored || state.newestEnd < at + samples) follow(sequence, at, at + samples);
      if (!stored) {
        if (!redundant) duplicates += 1;
        return 'duplicate';
      }
      if (at >= state.began) target.available(at, samples, arrivalMs, redundant);
      // In-band FEC is a copy of the frame before, if a poorer one.
      if (at > state.began && opusPacketHasFec(bytes, start, length)) target.available(at - samples, samples, arrivalMs, true);
      return 'stored';
    },
    pull(nowMs, ready = 0) {
      state.ready = ready;
      if (state.newestEnd === -1) return decide('silence', 0);
      if (nowMs - state.updatedAtMs >= updateEveryMs) {
        state.updatedAtMs = nowMs;
        target.update();
      }
      const slot = store.firstAfter(state.next, state.newestEnd);
      if (!isPlaying) {
        if (slot === -1 || delayOf(store.timestamp(slot), nowMs) < offsetMs()) return wait();
        isPlaying = true;
        // Whatever was waited for is over: begin where sound is, in time.
        state.next = Math.max(state.next, store.timestamp(slot));
        invented = held = 0;
        pace.begin();
        return delayOf(state.next, nowMs) > offsetMs() + lateSlackMs ? catchUp(nowMs) : play(slot, nowMs, false);
      }
      if (slot === -1) return isPause || invented >= maxInventedUnits ? wait() : conceal(heldPieceUnits);
      if (store.timestamp(slot) <= state.next) return playDue(slot, nowMs);
      return isPause ? wait() : mend(slot, nowMs);
    },
    stretched(samples) {
      pace.stretched(samples);
    },
    get statistics() {
      const { skippedMs, delayMs } = state;
      const floorMs = Number.isNaN(target.floorMs) ? 0 : target.floorMs;
      const targetMs = Math.max(0, offsetMs() - floorMs);
      return { lost, duplicates, late, skippedMs, delayMs, targetMs, missingShare: target.missingShare };
    },
  };
}

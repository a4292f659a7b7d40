import { createArrivalModel } from './arrival-model.ts';
import { createPacketStore, maxPayloadBytes, storePackets } from './packet-store.ts';

/** What to play next. One object, filled again and again; `packet` is valid until the next call. */
export interface Decision {
  /**
   * frame: decode `packet`; fec: the frame before `packet`, from the redundancy in it; conceal: invent one frame;
   * silence: nothing to say, and nothing is missing either.
   */
  kind: 'frame' | 'fec' | 'conceal' | 'silence';
  packet: Uint8Array | null;
  /** faster, slower: take a pitch period out of, or put one into, this frame. */
  pace: 'keep' | 'faster' | 'slower';
  /** Frames were left out before this one: cross-fade into it. */
  cut: boolean;
}

export type PushResult = 'stored' | 'duplicate' | 'late' | 'refused';

export interface JitterStatistics {
  readonly lost: number;
  readonly duplicates: number;
  readonly late: number;
  readonly skipped: number;
  /** Of the newest frame played: how long after the fastest possible arrival. */
  readonly delayMs: number;
  readonly targetMs: number;
}

/**
 * Decides, and does nothing else: packets and time in, decisions out. Deterministic, clockless, and without allocation per
 * packet. A frame's *delay* is the time from the moment the fastest packet of its age would have come until it is played.
 *
 *  - a packet missing while later ones are there is mended (FEC from the next one, else concealment) and the timeline goes on;
 *  - nothing there at all: conceal in place, so the delay grows and nothing that is merely late is thrown away;
 *  - delay above the target is drained by playing faster, or, if it is far above, by leaving frames out;
 *  - delay below the target is built up by playing slower.
 */
export interface JitterBuffer {
  /** @param sequence 16 bit @param timestamp 32 bit, 48 kHz */
  push(sequence: number, timestamp: number, payload: Uint8Array, arrivalMs: number): PushResult;
  /** The next decision; call when the player needs more. */
  pull(nowMs: number): Decision;
  readonly statistics: JitterStatistics;
}

const frameMs = 20;
const unitsPerMs = 48;
/** Draining starts at a large pitch period and a half above the target and ends near it. */
const drainAboveMs = 15;
const drainUntilMs = 4;
/** Filling up starts this far below the target. */
const fillBelowMs = 8;
/** Further behind than this, stretching would take seconds: leave frames out. */
const skipAboveMs = 150;
/**
 * A lost frame can be brought back from the packet after it, if that is there in time: one frame later. So while packets are
 * being lost (above one in a hundred, until below one in 250) the target is a frame longer.
 */
const redundancyWaitMs = 20;
const waitAboveLoss = 0.01;
const waitUntilLoss = 0.004;
/** Loss is remembered for about 200 frames (4 s). */
const lossMemory = 0.005;
/** After an outage, lateness above this starts the measure of lateness anew. */
const rebaseAboveMs = 200;
/** After this many invented frames there is nothing to invent from. */
const maxConcealedRun = 10;
/** So many late packets in a row mean that the sender started anew. */
const restartAfterLate = 50;

export function createJitterBuffer(): JitterBuffer {
  const store = createPacketStore();
  let arrivals = createArrivalModel();
  const decision: Decision = { kind: 'silence', packet: null, pace: 'keep', cut: false };
  let highest = -1;
  let highestMs = 0;
  let lastTimestamp = 0;
  /** The sequence number to play next; -1 before the first. */
  let next = -1;
  let concealedRun = 0;
  let draining = false;
  let filling = false;
  let lateRun = 0;
  let delayMs = 0;
  let lossShare = 0;
  let waitsForRedundancy = false;
  let [lost, duplicates, late, skipped] = [0, 0, 0, 0];

  const decide = (kind: Decision['kind'], packet: Uint8Array | null, pace: Decision['pace'] = 'keep', cut = false): Decision => {
    decision.kind = kind;
    decision.packet = packet;
    decision.pace = pace;
    decision.cut = cut;
    return decision;
  };
  const delayOf = (sequence: number, nowMs: number): number => nowMs - store.mediaMs(sequence) - (arrivals.floorMs ?? 0);

  const targetMs = (): number => arrivals.targetMs + (waitsForRedundancy ? redundancyWaitMs : 0);

  function countLoss(missing: number): void {
    lossShare += lossMemory * missing;
    lost += missing;
  }

  function restart(sequence: number, timestamp: number): void {
    store.clear();
    arrivals = createArrivalModel();
    highest = sequence + 0x1_00_00;
    highestMs = 0;
    lastTimestamp = timestamp;
    next = -1;
    concealedRun = 0;
    lateRun = 0;
  }

  function paceAt(delay: number): Decision['pace'] {
    const above = delay - targetMs();
    draining = draining ? above > drainUntilMs : above > drainAboveMs;
    filling = filling ? above < 0 : above < -fillBelowMs;
    if (draining) return 'faster';
    return filling ? 'slower' : 'keep';
  }

  function playNext(nowMs: number): Decision {
    let cut = false;
    while (delayOf(next, nowMs) > targetMs() + skipAboveMs && store.has(next + 1)) {
      store.remove(next);
      next += 1;
      skipped += 1;
      cut = true;
    }
    delayMs = Math.max(0, delayOf(next, nowMs));
    const packet = store.payload(next);
    store.remove(next);
    next += 1;
    concealedRun = 0;
    lossShare *= 1 - lossMemory;
    waitsForRedundancy = lossShare > (waitsForRedundancy ? waitUntilLoss : waitAboveLoss);
    return decide('frame', packet, paceAt(delayMs), cut);
  }

  /** The first stored packet after the gap at `next`; only called if there is one. */
  function afterGap(): number {
    let sequence = next + 1;
    while (!store.has(sequence) && sequence < highest) sequence += 1;
    return sequence;
  }

  function mend(nowMs: number): Decision {
    const following = afterGap();
    const missing = following - next;
    if (concealedRun >= missing) {
      countLoss(missing);
      next = following;
      return playNext(nowMs);
    }
    if (missing - concealedRun === 1) {
      countLoss(missing);
      next = following;
      concealedRun = 0;
      return decide('fec', store.payload(following));
    }
    concealedRun += 1;
    return decide('conceal', null);
  }

  return {
    push(sequence, timestamp, payload, arrivalMs) {
      if (payload.length === 0 || payload.length > maxPayloadBytes) return 'refused';
      if (highest === -1) restart(sequence, timestamp);
      const step = ((sequence - highest) << 16) >> 16;
      const elapsedMs = ((timestamp - lastTimestamp) | 0) / unitsPerMs;
      const unwrapped = highest + step;
      if (next !== -1 && unwrapped < next) {
        lateRun += 1;
        if (lateRun < restartAfterLate) {
          late += 1;
          arrivals.packet(highestMs + elapsedMs, arrivalMs);
          arrivals.tooLate();
          return 'late';
        }
      }
      const oldest = next === -1 ? highest : next;
      if (lateRun >= restartAfterLate || Math.abs(step) > storePackets * 8 || unwrapped - oldest >= storePackets) {
        restart(sequence, timestamp);
        store.put(highest, 0, payload);
        arrivals.packet(0, arrivalMs);
        return 'stored';
      }
      lateRun = 0;
      if (unwrapped <= highest - storePackets) return 'refused';
      if (store.has(unwrapped)) {
        duplicates += 1;
        return 'duplicate';
      }
      const mediaMs = highestMs + elapsedMs;
      // Long silent and now this late: either the sender slept, or a stall is over. In both cases the floor shows again soon.
      if (concealedRun >= maxConcealedRun && arrivalMs - mediaMs - (arrivals.floorMs ?? 0) > rebaseAboveMs) arrivals.rebase();
      store.put(unwrapped, mediaMs, payload);
      arrivals.packet(mediaMs, arrivalMs);
      if (step > 0) {
        highest = unwrapped;
        highestMs = mediaMs;
        lastTimestamp = timestamp;
      }
      return 'stored';
    },
    pull(nowMs) {
      if (next === -1) {
        if (highest === -1) return decide('silence', null);
        let first = highest;
        for (let back = 1; back < storePackets; back += 1) if (store.has(highest - back)) first = highest - back;
        if (!store.has(first) || delayOf(first, nowMs) < targetMs()) return decide('silence', null);
        next = first;
        concealedRun = 0;
      }
      const idle = concealedRun >= maxConcealedRun;
      if (store.has(next)) {
        // After a pause of the sender nothing is lost by waiting for the right moment.
        if (idle && delayOf(next, nowMs) < targetMs()) return decide('silence', null);
        return playNext(nowMs);
      }
      if (highest > next) return mend(nowMs);
      if (idle) return decide('silence', null);
      concealedRun += 1;
      return decide('conceal', null);
    },
    get statistics() {
      return { lost, duplicates, late, skipped, delayMs, targetMs: targetMs() };
    },
  };
}

/** The nominal length of one frame; decoders say the real one. */
export const jitterFrameMs = frameMs;

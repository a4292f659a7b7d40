import { sortFirst } from '../sort-first.ts';
import { wideRate } from './wide-place.ts';

/** What the packets of the last moments say about the way there. All in ms, but for the rate. */
export interface QueueView {
  /**
   * How much longer the newest packets took than the fastest of the last 10–20 s: what stands in a queue. What a packet itself
   * takes in a narrow place that is known (`setLine`) is no wait, as far as larger ones are seen to take longer there.
   */
  readonly queueMs: number;
  /** By how much that grows in a second; robust against single late packets. */
  readonly growthMsPerS: number;
  /** How much packets wander without any queue: below this a queue can't be told from unevenness. */
  readonly unevenMs: number;
  /** At which rate packets came out of the other end, headers included; null: too few. */
  readonly deliveredBps: number | null;
  /** At which rate the same packets went in. */
  readonly sentBps: number | null;
  /** At which rate the narrowest place lets out packets that stood one behind the other; null: too few did. */
  readonly lineBps: number | null;
  /** What it carries of everything, where that is many times what we send, so that its queue is others'; null: it was not seen. */
  readonly wideBps: number | null;
  /** Of what was taken for the way at the last `rebase`, so much has stood ever since. */
  readonly takenMs: number;
  /**
   * How much longer a byte more takes, ms, by the quickest packets since a narrow place is known. NaN if they are too few, or
   * about of one size.
   */
  readonly msPerByte: number;
  /** When the newest packet of known fate was sent: nothing later has an effect yet that could be seen. NaN before the first. */
  readonly newestSentAtMs: number;
}

/**
 * One-way delay without synchronised clocks: only its changes mean anything. The shortest is the way itself; it is looked for
 * in a window, so that it follows clocks that drift (200 ppm: 4 ms in 20 s) and routes that change.
 */
export interface QueueDelay {
  /** @param arrivedAtMs by the other side's clock; packets in the order they were sent */
  packet(sentAtMs: number, arrivedAtMs: number, bytes: number): void;
  /** Computes the view anew; call after a batch. */
  look(): QueueView;
  /** What the narrowest place carries of everything, headers included; null: unknown. */
  setLine(bps: number | null): void;
  /** What is there now is the way itself: a queue that is not ours to empty. */
  rebase(): void;
  /** It is ours after all. */
  restore(): void;
}

const ringPackets = 128;
/** Two windows of this length, the newer of them growing: the shortest delay of 10–20 s. */
const baseWindowMs = 10_000;
/** The shortest delay of this much is the queue now: what merely wanders comes back within it, so it is longer where packets do. */
const nowWindowMs = 150;
const nowPackets = 3;
const nowWindowPerUneven = 4;
/** Growth and rates are those of this much time; longer, too, where packets wander. */
const trendWindowMs = 300;
const trendPackets = 6;
const trendWindowPerUneven = 6;
/** How far packets wander is measured over this much, and remembered as long as five of it. */
const unevenWindowMs = 1_000;
const unevenMemory = 0.05;
/** The first second is judged by what there is of it: a call that begins on such a way must not take it for a queue. */
const leastUnevenMs = 200;
/**
 * Delay that comes back, ms per second, times this is about the width of its wandering: measured with uniform jitter of ±30 and
 * ±80 ms in a queue that keeps order (400 → 60 ms, 650 → 110 ms), packets of 20 ms. Nearer
 * ones turn back more often.
 */
const widthPerWander = 0.16;
const usualApartMs = 20;
/**
 * Fewer packets wander as far, but change their mind less often: where they are so far apart that none meets the one in front, a
 * step is a third of the width, and half of the steps lead back.
 */
const widthPerStep = 6;
const mostApartMs = 120;
/** In a narrow place packets far apart wander as well, by what else goes through it: so much of it says nothing. */
const leastApartMs = 25;

/** By so many packets, and by two of which one is so much larger, is told what a byte takes. */
const slopePackets = 12;
const slopeBytes = 16;
/**
 * A byte more takes less than this share of what it would take in the narrow place: nothing there takes its time for each byte.
 * It has gone, or it lets short bursts through at once (a token bucket, what a cell grants).
 */
export const goneShare = 0.35;
/** A look's weight in what a byte is seen to take, and the most a look counts: packets that stood behind others tell anything. */
const seenWeight = 0.1;
const mostOfLine = 2;
/** Of packets that had to wait for one in front. */
const waitedPackets = 4;
/** A wide place is looked for over so much. */
const wideWindowMs = 3_000;
/** Those in whose way nothing else stood, such as our own reports. */
const quickShare = 0.25;
/**
 * A queue of ours grows from packet to packet. Where packets came evenly for some time, one took so much longer than the one
 * before, and those after it as long, the way itself has become longer.
 */
const leastLeapMs = 60;
const evenStepMs = 15;
const evenBefore = 25;
const evenAfter = 8;

export function createQueueDelay(): QueueDelay {
  const sent = new Float64Array(ringPackets);
  const delays = new Float64Array(ringPackets);
  const sizes = new Float64Array(ringPackets);
  const steps = new Float64Array(ringPackets);
  let count = 0;
  /** Written in place: each write to a captured variable would put a number on the heap. */
  const state = {
    windowStartMs: Number.NaN,
    /** The packets that waited least in the two windows: their delays, and of their sizes what takes its time in the line. */
    windowDelay: Number.POSITIVE_INFINITY,
    windowBytes: 0,
    previousDelay: Number.POSITIVE_INFINITY,
    previousBytes: 0,
    looks: 0,
    /** By which the way may just have become longer: not yet taken for a queue. */
    leapMs: 0,
    /** The shortest before the last `rebase`. */
    wayDelay: Number.POSITIVE_INFINITY,
    /** What a byte takes in the narrowest place if that is a line; 0: none is known. */
    lineMsPerByte: 0,
    /** What it is seen to take, smoothed. */
    seenMsPerByte: 0,
    /** What it is believed to take. */
    msPerByte: 0,
  };
  /** So many packets came before the narrowest place was known. */
  let before = 0;
  /** For so many packets nothing leapt. */
  let even = 0;
  const view: { -readonly [Key in keyof QueueView]: QueueView[Key] } = {
    queueMs: 0,
    growthMsPerS: 0,
    unevenMs: 0,
    deliveredBps: null,
    sentBps: null,
    lineBps: null,
    wideBps: null,
    takenMs: 0,
    msPerByte: Number.NaN,
    newestSentAtMs: Number.NaN,
  };

  /** The `back`-th newest packet, 0 the newest. */
  const slot = (back: number): number => (count - 1 - back) & (ringPackets - 1);
  const sentAt = (back: number): number => sent[slot(back)] ?? 0;
  const bytesOf = (back: number): number => sizes[slot(back)] ?? 0;
  const delayOf = (back: number): number => delays[slot(back)] ?? 0;
  /** Delay without what the packet takes by itself. */
  const waitOf = (back: number): number => delayOf(back) - bytesOf(back) * state.msPerByte;
  const held = (): number => Math.min(count, ringPackets);

  /** How many of the newest packets were sent within the last `ms` before the newest. */
  function within(ms: number): number {
    const since = sentAt(0) - ms;
    let packets = 0;
    while (packets < held() && sentAt(packets) >= since) packets += 1;
    return packets;
  }

  /** Of the newest packets, the one that waited least. */
  function quickestNow(): number {
    return quickestOf(Math.min(held(), Math.max(nowPackets, within(Math.max(nowWindowMs, view.unevenMs * nowWindowPerUneven)))));
  }

  function quickestOf(packets: number): number {
    let quickest = 0;
    for (let back = 1; back < packets; back += 1) if (waitOf(back) < waitOf(quickest)) quickest = back;
    return quickest;
  }

  const windowMin = (): number => state.windowDelay - state.windowBytes * state.msPerByte;
  const previousMin = (): number => state.previousDelay - state.previousBytes * state.msPerByte;
  const shortest = (): number => Math.min(windowMin(), previousMin());

  function restart(quickest: number): void {
    state.windowDelay = delayOf(quickest);
    state.windowBytes = bytesOf(quickest);
    state.previousDelay = Number.POSITIVE_INFINITY;
    state.windowStartMs = sentAt(0);
  }

  /** What came before it was known had another way: what it took is the way's. */
  function meetLine(): void {
    before = count;
    state.seenMsPerByte = state.lineMsPerByte;
    state.windowBytes = 0;
    state.previousBytes = 0;
  }

  /** Nothing takes its time any more: it belongs to the way. */
  function forgetLine(): void {
    state.msPerByte = 0;
    restart(quickestOf(held()));
  }

  /** Sizes that tell nothing make no difference either. */
  function watchLine(): void {
    const { lineMsPerByte, seenMsPerByte } = state;
    if (lineMsPerByte === 0 || Number.isNaN(view.msPerByte)) return;
    const measured = Math.max(0, Math.min(mostOfLine * lineMsPerByte, view.msPerByte));
    state.seenMsPerByte += (measured - seenMsPerByte) * seenWeight;
    believeLine();
  }

  function believeLine(): void {
    const { lineMsPerByte, seenMsPerByte } = state;
    state.msPerByte = seenMsPerByte < goneShare * lineMsPerByte ? 0 : Math.min(lineMsPerByte, seenMsPerByte);
  }

  /** The median of the changes from packet to packet: a jump is one of them, a queue that fills is all of them. */
  function growth(packets: number): number {
    if (packets < 4) return 0;
    for (let back = 0; back < packets - 1; back += 1) steps[back] = waitOf(back) - waitOf(back + 1);
    sortFirst(steps, packets - 1);
    const spacingMs = (sentAt(0) - sentAt(packets - 1)) / (packets - 1);
    return spacingMs <= 0 ? 0 : ((steps[(packets - 1) >> 1] ?? 0) / spacingMs) * 1000;
  }

  function measureRates(packets: number): void {
    view.deliveredBps = null;
    view.sentBps = null;
    if (packets < 5) return;
    let bytes = 0;
    for (let back = 0; back < packets - 1; back += 1) bytes += bytesOf(back);
    const sentMs = sentAt(0) - sentAt(packets - 1);
    const arrivedMs = sentMs + delayOf(0) - delayOf(packets - 1);
    if (sentMs <= 0 || arrivedMs <= 0) return;
    view.sentBps = (bytes * 8000) / sentMs;
    view.deliveredBps = (bytes * 8000) / arrivedMs;
  }

  function measureWander(): void {
    const packets = within(unevenWindowMs);
    const spanMs = packets < 2 ? 0 : sentAt(0) - sentAt(packets - 1);
    if (spanMs < leastUnevenMs) return;
    state.looks += 1;
    let up = 0;
    let down = 0;
    for (let back = 0; back < packets - 1; back += 1) {
      const step = waitOf(back) - waitOf(back + 1);
      if (step > 0) up += step;
      else down -= step;
    }
    const apartMs = Math.min(mostApartMs, spanMs / (packets - 1));
    const wander = (Math.min(up, down) * 1000) / spanMs;
    const near = widthPerWander * Math.min(1, apartMs / usualApartMs);
    const widthMs = Math.max(wander * near, (wander * widthPerStep * apartMs) / 1000 - leastApartMs);
    view.unevenMs += (widthMs - view.unevenMs) * Math.max(unevenMemory, 1 / state.looks);
  }

  /**
   * How long after the one before it came out, of a packet that was there before that: then they stood one behind the other.
   * NaN if it was not, or if both came out together.
   */
  function spacingOf(back: number): number {
    const sinceMs = sentAt(back) - sentAt(back + 1);
    const spacingMs = sinceMs + delayOf(back) - delayOf(back + 1);
    return delayOf(back + 1) - shortest() > sinceMs && spacingMs > 0 ? spacingMs : Number.NaN;
  }

  function measureLine(packets: number): void {
    view.lineBps = null;
    let waited = 0;
    for (let back = 0; back < packets - 1; back += 1) {
      const spacingMs = spacingOf(back);
      if (Number.isNaN(spacingMs)) continue;
      steps[waited] = spacingMs / bytesOf(back);
      waited += 1;
    }
    if (waited < waitedPackets) return;
    sortFirst(steps, waited);
    view.lineBps = 8_000 / (steps[Math.floor(waited * quickShare)] ?? 1);
  }

  function measureWide(): void {
    const packets = Math.min(held(), within(wideWindowMs));
    const spanMs = packets < 2 ? 0 : sentAt(0) - sentAt(packets - 1);
    view.wideBps = spanMs <= 0 ? null : wideRate(packets, spanMs, bytesOf, spacingOf);
  }

  /** Of the larger packets and of the smaller ones, each the quickest: nothing else is in its way. */
  function measureBytes(): void {
    view.msPerByte = Number.NaN;
    const packets = Math.min(held(), count - before);
    if (packets < slopePackets) return;
    let bytes = 0;
    for (let back = 0; back < packets; back += 1) bytes += bytesOf(back);
    let small = -1;
    let large = -1;
    for (let back = 0; back < packets; back += 1) {
      const beyondMean = bytesOf(back) - bytes / packets;
      if (beyondMean <= -slopeBytes / 2) {
        if (small < 0 || delayOf(back) < delayOf(small)) small = back;
      } else if (beyondMean >= slopeBytes / 2 && (large < 0 || delayOf(back) < delayOf(large))) large = back;
    }
    if (large >= 0 && small >= 0) view.msPerByte = (delayOf(large) - delayOf(small)) / (bytesOf(large) - bytesOf(small));
  }

  function watchLeaps(step: number): void {
    const isEven = Math.abs(step) < evenStepMs;
    if (!isEven) {
      state.leapMs = step >= leastLeapMs && even >= evenBefore ? step : 0;
      even = 0;
      return;
    }
    even += 1;
    if (even < evenAfter || state.leapMs === 0) return;
    state.windowDelay += state.leapMs;
    state.previousDelay += state.leapMs;
    state.leapMs = 0;
  }

  return {
    packet(sentAtMs, arrivedAtMs, bytes) {
      const delay = arrivedAtMs - sentAtMs;
      if (count > 0) watchLeaps(delay - delayOf(0));
      const at = count & (ringPackets - 1);
      sent[at] = sentAtMs;
      delays[at] = delay;
      sizes[at] = bytes;
      count += 1;
      if (Number.isNaN(state.windowStartMs)) state.windowStartMs = sentAtMs;
      if (sentAtMs - state.windowStartMs > baseWindowMs) {
        state.previousDelay = state.windowDelay;
        state.previousBytes = state.windowBytes;
        state.windowDelay = Number.POSITIVE_INFINITY;
        state.windowStartMs = sentAtMs;
      }
      if (delay - bytes * state.msPerByte >= windowMin()) return;
      state.windowDelay = delay;
      state.windowBytes = bytes;
    },
    look() {
      if (count === 0) return view;
      measureBytes();
      watchLine();
      measureWander();
      const trendMs = Math.max(trendWindowMs, view.unevenMs * trendWindowPerUneven);
      const trend = Math.min(held(), Math.max(trendPackets, within(trendMs)));
      view.newestSentAtMs = sentAt(0);
      view.queueMs = Math.max(0, waitOf(quickestNow()) - shortest() - state.leapMs);
      view.growthMsPerS = growth(trend);
      measureRates(trend);
      measureLine(trend);
      measureWide();
      view.takenMs = Math.max(0, shortest() - state.wayDelay);
      return view;
    },
    setLine(bps) {
      const wasKnown = state.lineMsPerByte > 0;
      state.lineMsPerByte = bps === null ? 0 : 8_000 / bps;
      if (bps === null) {
        if (wasKnown) forgetLine();
        return;
      }
      if (!wasKnown) meetLine();
      believeLine();
    },
    rebase() {
      if (count === 0) return;
      state.wayDelay = Math.min(state.windowDelay, state.previousDelay);
      restart(quickestNow());
    },
    restore() {
      state.windowDelay = Math.min(state.windowDelay, state.wayDelay);
    },
  };
}

import { anyPacking, type PackingLimits } from '../../packing-limits.ts';
import { choosePlan, fecHelps, usualBitrateBps, wireBps, type EncodingPlan, type LineView } from './encoding-plan.ts';
import { createFateHistory } from './fate-history.ts';
import { offsetSets } from './offset-sets.ts';
import { createQueueDelay } from './queue-delay.ts';
import { createRateControl } from './rate-control.ts';
import { createShortFrames, type WayView } from './short-frames.ts';

/** A plan, and what follows from it. The same object as long as nothing changes. */
export interface SendSettings extends EncodingPlan {
  readonly fecPercent: number;
  readonly dtx: boolean;
  /** Code without a model of speech: see `setTransform` of the encoder. */
  readonly transform: boolean;
}

/**
 * From the fates of packets to settings of the encoder: queue and rate on one side, losses on the other, one plan from both.
 * Knows neither encoder nor network: everything comes in as numbers.
 */
export interface SendControl {
  sent(sequence: number, payloadBytes: number, nowMs: number): void;
  /** Something came from the other side. */
  heard(nowMs: number): void;
  fate(sequence: number, sentAtMs: number, wireBytes: number, arrivedAtMs: number): void;
  /** @param encodeShare what the encoder takes of a core; null: not known yet */
  feedback(nowMs: number, roundTripMs: number | null, encodeShare: number | null): void;
  reportLoss(fraction: number): void;
  /** A relay carries our packets now, and no more than 64 kbit/s each way (main/relay/turn/limits.ts); or none does. */
  setCarried(on: boolean): void;
  readonly settings: SendSettings;
  /** What the narrowest place carries of ours, all headers included; null: no limit was found. */
  readonly capacityBps: number | null;
  /** Bits are short. */
  readonly isScarce: boolean;
  /** Null: not known, because no fates were told. */
  readonly statistics: {
    readonly queueMs: number | null;
    readonly lossShare: number | null;
    readonly burstPackets: number | null;
  };
}

/** What the other side reads. */
export interface Reader {
  /** Copies (RFC 2198). */
  redundancy(): boolean;
  packing(): PackingLimits;
}

/** Until anything is known. */
const startBitrateBps = 32_000;
/** The cable's own header, which nobody tells us: Ethernet. Wi-Fi and DSL take more. */
const linkHeaderBytes = 14;
/** IP, UDP, RTP and SRTP with AES-GCM over IPv4, until a fate tells. */
const startOverheadBytes = linkHeaderBytes + 20 + 8 + 12 + 16;
/** 64 kbit/s, less what reports, feedback and checks take. */
const carriedBps = 61_000;
const sentRing = 512;
/** Fates of one message; more are judged as they come. */
const batchPackets = 256;
/** So many in a row were an outage: no copy outlives it, and nothing says that there will be another. */
const outagePackets = 40;
/** Losses of the last seconds, for statistics and for how much FEC to write. */
const recentPackets = 250;
/** A message's weight in the share of packets that any queue or line drops now. */
const dropSmoothing = 0.25;
const fecShareToPercent = 130;
const leastFecPercent = 3;
const mostFecPercent = 40;
/**
 * Silence is left out only where little more than the least is left: soft speech is taken for it now and then (simulated, 12
 * kbit/s: five gaps in 20 s), and a queue can't be told without packets.
 */
const dtxBelowBps = 18_000;
/** Up to here a harder thinking encoder is heard (measured: .004 of ESTOI at 32 kbit/s, .0015 at 48). */
const scarceBps = 40_000;
/** From here on nothing is heard of the missing model. */
const transformFromBps = 56_000;
/** So long a line is proven, if nothing of the last 10 s (at 20 ms) was lost. */
const provenMs = 3_000;
const provenPackets = 512;
/** As long as losses are remembered: a limit that another flow makes comes and goes with its queue. What only silence set was none. */
const limitMemoryMs = 20_000;
/** A report's weight where no fates come: about the last two seconds at two reports a second. */
const reportSmoothing = 0.25;

export function createSendControl(reader: Reader): SendControl {
  const history = createFateHistory();
  const queue = createQueueDelay();
  const rate = createRateControl();
  const shortFrames = createShortFrames();
  const payloadBytes = new Uint16Array(sentRing);
  const lostSequences = new Uint16Array(batchPackets);
  let lostCount = 0;
  let arrivedCount = 0;
  /** Written in place: each write to a captured variable would put a number on the heap. */
  const state = {
    queueMs: 0,
    dropShare: 0,
    reportedLoss: 0,
    freeSinceMs: Number.NaN,
    heardMs: Number.NaN,
    limitedMs: Number.NaN,
  };
  let hasFates = false;
  let settings: SendSettings = {
    frameMs: 20,
    bitrateBps: startBitrateBps,
    offsets: offsetSets[0] ?? [],
    fecPercent: 0,
    dtx: false,
    transform: false,
  };
  /** What plans are chosen for: one object, filled again and again. */
  const view: { -readonly [Key in keyof LineView]: LineView[Key] } = {
    history,
    budgetBps: null,
    overheadBytes: startOverheadBytes,
    redundancy: false,
    unevenMs: 0,
    carriedBps: null,
    packing: anyPacking,
    wasLimited: false,
    isProven: false,
  };
  /** Likewise, what short frames are judged by. */
  const way: { -readonly [Key in keyof WayView]: WayView[Key] } = {
    isFree: false,
    roundTripMs: null,
    unevenMs: 0,
    encodeShare: null,
  };
  let isShort = false;

  function line(budgetBps: number | null): LineView {
    view.budgetBps = budgetBps;
    return view;
  }

  function judgeLosses(): void {
    for (let from = 0; from < lostCount;) {
      let to = from + 1;
      while (to < lostCount && lostSequences[to] === (((lostSequences[to - 1] ?? 0) + 1) & 0xff_ff)) to += 1;
      const fate = rate.isCongested || to - from >= outagePackets ? 'unclear' : 'lost';
      for (; from < to; from += 1) history.note(lostSequences[from] ?? 0, fate);
    }
    lostCount = 0;
  }

  function fecPercentFor(plan: EncodingPlan): number {
    const loss = hasFates ? Math.max(history.lossShare(100), history.lossShare(512)) : state.reportedLoss;
    if (loss === 0 || !fecHelps(plan.offsets)) return 0;
    return Math.round(Math.min(mostFecPercent, Math.max(leastFecPercent, loss * fecShareToPercent)));
  }

  function prove(nowMs: number): void {
    const isFree = rate.budgetBps === null && lostCount === 0 && history.lossShare(provenPackets) === 0;
    if (!isFree) state.freeSinceMs = Number.NaN;
    else if (Number.isNaN(state.freeSinceMs)) state.freeSinceMs = nowMs;
    view.isProven = nowMs - state.freeSinceMs >= provenMs;
  }

  function judgeShortFrames(nowMs: number, unevenMs: number, roundTripMs: number | null, encodeShare: number | null): void {
    const isUnlimited = rate.budgetBps === null && (view.carriedBps ?? null) === null;
    way.isFree = isUnlimited && view.isProven && view.packing.shortestMs <= 10;
    way.roundTripMs = roundTripMs;
    way.unevenMs = unevenMs;
    way.encodeShare = encodeShare;
    isShort = shortFrames.judge(nowMs, way);
  }

  function settle(plan: EncodingPlan): void {
    const fecPercent = fecPercentFor(plan);
    const dtx = rate.budgetBps !== null && rate.budgetBps < dtxBelowBps;
    const transform = plan.bitrateBps >= transformFromBps && plan.offsets.length === 0 && fecPercent === 0 && !dtx;
    const frameMs = isShort && plan.frameMs === 20 && plan.offsets.length === 0 ? 10 : plan.frameMs;
    const isSame =
      frameMs === settings.frameMs &&
      Math.abs(plan.bitrateBps - settings.bitrateBps) < 200 &&
      plan.offsets === settings.offsets &&
      fecPercent === settings.fecPercent &&
      transform === settings.transform &&
      dtx === settings.dtx;
    if (!isSame)
      settings = { frameMs, bitrateBps: Math.round(plan.bitrateBps), offsets: plan.offsets, fecPercent, dtx, transform };
  }

  return {
    sent(sequence, bytes, nowMs) {
      payloadBytes[sequence & (sentRing - 1)] = bytes;
      const before = rate.budgetBps;
      rate.silence(nowMs, wireBps(settings, view.overheadBytes), state.heardMs);
      if (rate.budgetBps !== before) settle(choosePlan(settings, line(rate.budgetBps)));
    },
    heard(nowMs) {
      state.heardMs = nowMs;
    },
    fate(sequence, sentAtMs, wireBytes, arrivedAtMs) {
      hasFates = true;
      if (Number.isNaN(arrivedAtMs)) {
        if (lostCount === batchPackets) judgeLosses();
        lostSequences[lostCount] = sequence;
        lostCount += 1;
        return;
      }
      const payload = payloadBytes[sequence & (sentRing - 1)] ?? 0;
      if (payload > 0 && wireBytes > payload) view.overheadBytes = wireBytes - payload + linkHeaderBytes;
      queue.packet(sentAtMs, arrivedAtMs, wireBytes + linkHeaderBytes);
      history.note(sequence, 'arrived');
      arrivedCount += 1;
    },
    feedback(nowMs, roundTripMs, encodeShare) {
      state.heardMs = nowMs;
      const told = lostCount + arrivedCount;
      if (told > 0) state.dropShare += (lostCount / told - state.dropShare) * dropSmoothing;
      arrivedCount = 0;
      const seen = queue.look();
      state.queueMs = seen.queueMs;
      view.unevenMs = seen.unevenMs;
      view.redundancy = reader.redundancy();
      view.packing = reader.packing();
      prove(nowMs);
      const unlimited = choosePlan(settings, line(null));
      const wantedBps = wireBps(unlimited, view.overheadBytes);
      rate.feedback(nowMs, seen, wantedBps, wireBps(settings, view.overheadBytes), history.lossShare(100), state.dropShare);
      if (rate.budgetBps !== null) state.limitedMs = nowMs;
      view.wasLimited = nowMs - state.limitedMs < limitMemoryMs;
      queue.setLine(rate.lineBps);
      const base = rate.takeBase();
      if (base === 'theirs') queue.rebase();
      if (base === 'ours') queue.restore();
      judgeLosses();
      judgeShortFrames(nowMs, seen.unevenMs, roundTripMs, encodeShare);
      settle(rate.budgetBps === null ? unlimited : choosePlan(settings, line(rate.budgetBps)));
    },
    reportLoss(fraction) {
      state.reportedLoss += (Math.max(0, Math.min(1, fraction)) - state.reportedLoss) * reportSmoothing;
      if (hasFates) return;
      settle({ frameMs: 20, bitrateBps: Math.min(usualBitrateBps, reader.packing().mostBps), offsets: settings.offsets });
    },
    setCarried(on) {
      view.carriedBps = on ? carriedBps : null;
    },
    get settings() {
      return settings;
    },
    get capacityBps() {
      return rate.capacityBps;
    },
    get isScarce() {
      return settings.bitrateBps <= scarceBps;
    },
    get statistics() {
      return {
        queueMs: hasFates ? state.queueMs : null,
        lossShare: hasFates ? history.lossShare(recentPackets) : null,
        burstPackets: hasFates ? history.meanBurst : null,
      };
    },
  };
}
